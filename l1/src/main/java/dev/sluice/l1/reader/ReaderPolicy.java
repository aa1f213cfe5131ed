package dev.sluice.l1.reader;

/**
 * How careful a reader is.
 *
 * @param confirmations blocks on top of one before it is read; 0 reads the newest
 * @param blocksPerPollMax most blocks that one poll covers
 * @param rewindsMax positions kept to rewind to
 */
public record ReaderPolicy(long confirmations, long blocksPerPollMax, int rewindsMax) {
  public ReaderPolicy {
    if (confirmations < 0 || blocksPerPollMax < 1 || rewindsMax < 1) {
      throw new IllegalArgumentException(
          "confirmations "
              + confirmations
              + ", blocks "
              + blocksPerPollMax
              + ", rewinds "
              + rewindsMax);
    }
  }

  /** 1,000 blocks a poll, 1,024 rewind positions. */
  public static ReaderPolicy confirmedBy(long confirmations) {
    return new ReaderPolicy(confirmations, 1_000, 1_024);
  }
}
