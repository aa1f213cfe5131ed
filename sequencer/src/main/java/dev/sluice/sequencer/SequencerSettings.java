package dev.sluice.sequencer;

/**
 * Bounds and times that an operator may choose.
 *
 * @param poolTransactionsMax transactions waiting for a block, about 1 KiB each
 * @param accountPendingMax of them, of one account
 * @param groupBlocksMax blocks that share one durable append
 * @param storeQueueMax blocks that the store may lag behind
 * @param ringBlocks newest blocks kept in memory for the feed
 * @param postWithinSeconds after its clock, a block is promised to be on L1
 * @param clockAheadSecondsMax the L2 clock may be ahead of the newest L1 block seen
 * @param l1PollMillis between questions to L1
 * @param claimIntervalSeconds between sweeps of vouchers and ticks worth claiming
 * @param payeeStreamsMax open deliveries of vouchers, and of ticks
 */
public record SequencerSettings(
    int poolTransactionsMax,
    int accountPendingMax,
    int groupBlocksMax,
    int storeQueueMax,
    int ringBlocks,
    long postWithinSeconds,
    long clockAheadSecondsMax,
    long l1PollMillis,
    long claimIntervalSeconds,
    int payeeStreamsMax) {
  /** What the application starts with. */
  public static final SequencerSettings DEFAULT =
      new SequencerSettings(131_072, 16_384, 64, 1_024, 2_048, 3_600, 600, 500, 3_600, 4_096);
}
