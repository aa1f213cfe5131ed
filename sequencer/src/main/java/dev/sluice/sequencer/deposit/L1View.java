package dev.sluice.sequencer.deposit;

import dev.sluice.primitives.batch.BatchHeader;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far L1 has the chain, as last seen. Written by L1's follower, read by anybody. Thread-safe.
 *
 * <p>Holds every live batch header (about 300 bytes each).
 */
public final class L1View {
  private final long challengeWindow;
  private final TreeMap<Long, BatchHeader> batches = new TreeMap<>();
  private final TreeMap<Long, Long> batchByLastBlock = new TreeMap<>();
  private boolean reachable;
  private boolean everReached;
  private long latestTimestamp;
  private String problem = "not asked yet";

  /**
   * @param challengeWindow seconds after its post in which a batch can be convicted
   */
  public L1View(long challengeWindow) {
    this.challengeWindow = challengeWindow;
  }

  synchronized void posted(BatchHeader header) {
    batches.put(header.number(), header);
    batchByLastBlock.put(header.blockNumber(), header.number());
  }

  synchronized void removed(long number) {
    batches.tailMap(number, true).values().forEach(h -> batchByLastBlock.remove(h.blockNumber()));
    batches.tailMap(number, true).clear();
  }

  synchronized void reached(long timestamp) {
    reachable = true;
    everReached = true;
    latestTimestamp = timestamp;
    problem = "";
  }

  synchronized void lost(String why) {
    reachable = false;
    problem = why;
  }

  /** Whether L1 answered the last question. */
  public synchronized boolean isReachable() {
    return reachable;
  }

  /** Whether L1 answered since the start. */
  public synchronized boolean wasReached() {
    return everReached;
  }

  /** Why it did not answer; empty if it did. */
  public synchronized String problem() {
    return problem;
  }

  /** Timestamp of the newest L1 block seen, 0 before the first answer. */
  public synchronized long latestTimestamp() {
    return latestTimestamp;
  }

  /** Last block of the newest posted batch. */
  public synchronized long safeHead() {
    return batches.isEmpty() ? 0 : batches.lastEntry().getValue().blockNumber();
  }

  /** Last block of the newest batch whose window is over. */
  public synchronized long finalizedHead() {
    return newestFinal().map(BatchHeader::blockNumber).orElse(0L);
  }

  private Optional<BatchHeader> newestFinal() {
    for (BatchHeader header : batches.descendingMap().values()) {
      if (isFinal(header)) {
        return Optional.of(header);
      }
    }
    return Optional.empty();
  }

  /** L1 time at which a batch becomes final. */
  public long finalAt(BatchHeader header) {
    return header.l1Time() + challengeWindow;
  }

  /** Whether its window is over by the newest L1 block seen. */
  public synchronized boolean isFinal(BatchHeader header) {
    return latestTimestamp >= finalAt(header);
  }

  /** A live batch. */
  public synchronized Optional<BatchHeader> batch(long number) {
    return Optional.ofNullable(batches.get(number));
  }

  /** The batch that holds a block. */
  public synchronized Optional<BatchHeader> batchOfBlock(long block) {
    return Optional.ofNullable(batchByLastBlock.ceilingEntry(block))
        .map(entry -> batches.get(entry.getValue()));
  }

  /** The newest batch, final ones preferred if {@code onlyFinal}. */
  public synchronized Optional<BatchHeader> newest(boolean onlyFinal) {
    if (onlyFinal) {
      return newestFinal();
    }
    return batches.isEmpty() ? Optional.empty() : Optional.of(batches.lastEntry().getValue());
  }
}
