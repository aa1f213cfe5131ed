package dev.sluice.sequencer.pool;

import dev.sluice.primitives.value.Hash32;
import dev.sluice.sequencer.admission.Rejection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The last refusals by transaction id, so that who lost his answer can ask again for a while.
 * Thread-safe, bounded.
 */
public final class RecentRefusals {
  private final Map<Hash32, Rejection> refusals;

  /**
   * @param max refusals kept
   */
  public RecentRefusals(int max) {
    this.refusals =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Hash32, Rejection> eldest) {
            return size() > max;
          }
        };
  }

  private long total;

  /** Refusals since the start. */
  public synchronized long total() {
    return total;
  }

  /** Remembers a refusal. */
  public synchronized void add(Hash32 id, Rejection rejection) {
    total++;
    refusals.put(id, rejection);
  }

  /** Why a transaction was refused last, if it is remembered. */
  public synchronized Optional<Rejection> find(Hash32 id) {
    return Optional.ofNullable(refusals.get(id));
  }
}
