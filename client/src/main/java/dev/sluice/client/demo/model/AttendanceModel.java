package dev.sluice.client.demo.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which device was heard in which epoch. A device owes a heartbeat in every recorded epoch after
 * the one in which it joined; what it owes and did not send is missed (docs/protocol.md §6.2, kind
 * 9). Safe for use by several threads.
 */
public final class AttendanceModel {
  private final Map<Long, Long> joined = new TreeMap<>();
  private final Map<Long, Set<Long>> heard = new TreeMap<>();

  /** Device {@code device} joined in {@code epoch}. */
  public synchronized void joined(long device, long epoch) {
    if (joined.putIfAbsent(device, epoch) != null) {
      throw new IllegalStateException("device " + device + " joined twice");
    }
  }

  /** The sequencer acknowledged the heartbeat of {@code device} for {@code epoch}. */
  public synchronized void heard(long device, long epoch) {
    if (!joined.containsKey(device)) {
      throw new IllegalStateException("device " + device + " never joined");
    }
    heard.computeIfAbsent(device, d -> new TreeSet<>()).add(epoch);
  }

  /** The devices, in order. */
  public synchronized List<Long> devices() {
    return List.copyOf(joined.keySet());
  }

  /** The epochs of {@code recorded} that {@code device} must be marked as having missed. */
  public synchronized Set<Long> missed(long device, Set<Long> recorded) {
    Set<Long> missed = new TreeSet<>();
    Set<Long> present = heard.getOrDefault(device, Set.of());
    Long since = joined.get(device);
    if (since == null) {
      throw new IllegalStateException("device " + device + " never joined");
    }
    for (long epoch : recorded) {
      if (epoch > since && !present.contains(epoch)) {
        missed.add(epoch);
      }
    }
    return missed;
  }

  /** In how many of {@code recorded} {@code device} was heard. */
  public synchronized long present(long device, Set<Long> recorded) {
    return heard.getOrDefault(device, Set.of()).stream().filter(recorded::contains).count();
  }

  /**
   * Compares, device by device and epoch by epoch.
   *
   * @param recorded the epochs of which the chain holds a record
   * @param actual per device the epochs in which the chain's records name it absent although it had
   *     joined before
   */
  public synchronized List<Check> check(Set<Long> recorded, Map<Long, Set<Long>> actual) {
    List<Check> checks = new ArrayList<>();
    for (long device : joined.keySet()) {
      checks.add(
          Check.equal(
              "epochs missed by device " + device,
              missed(device, recorded),
              new TreeSet<>(actual.getOrDefault(device, Set.of()))));
    }
    return checks;
  }
}
