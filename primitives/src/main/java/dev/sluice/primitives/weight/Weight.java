package dev.sluice.primitives.weight;

import dev.sluice.primitives.block.Attendance;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction.ChannelCloseFinalize;
import dev.sluice.primitives.block.PostedTransaction.ChannelCloseStart;
import dev.sluice.primitives.block.PostedTransaction.ChannelOpen;
import dev.sluice.primitives.block.PostedTransaction.HeartbeatRecord;
import dev.sluice.primitives.block.PostedTransaction.JobExpiry;
import dev.sluice.primitives.block.PostedTransaction.JobOpen;
import dev.sluice.primitives.block.PostedTransaction.JobResult;
import dev.sluice.primitives.block.PostedTransaction.JobReveal;
import dev.sluice.primitives.block.PostedTransaction.JobVerdict;
import dev.sluice.primitives.block.PostedTransaction.L1MessageRun;
import dev.sluice.primitives.block.PostedTransaction.ProviderRegister;
import dev.sluice.primitives.block.PostedTransaction.ProviderUpdate;
import dev.sluice.primitives.block.PostedTransaction.TickClaim;
import dev.sluice.primitives.block.PostedTransaction.TimeClaim;
import dev.sluice.primitives.block.PostedTransaction.Transfer;
import dev.sluice.primitives.block.PostedTransaction.VoucherClaim;
import dev.sluice.primitives.block.PostedTransaction.Withdraw;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.transaction.Transaction;
import java.util.List;

/**
 * Worst-case cost of re-executing something on L1 ({@code docs/protocol.md} §9).
 *
 * @param witnessBytes bytes of calldata, not negative
 * @param gas of execution, not negative
 */
public record Weight(long witnessBytes, long gas) {
  /** Nothing. */
  public static final Weight ZERO = new Weight(0, 0);

  /** What a chunk may weigh, its own constants included. */
  public static final Weight CHUNK_LIMIT = new Weight(115_000, 10_000_000);

  /**
   * Every chunk: the call and its header, meta, fees and seeds leaves, and what proofs of few
   * leaves of a type have beyond {@link #PATH_BYTES} a leaf.
   */
  public static final Weight CHUNK = new Weight(6_000, 400_000);

  /** Every block. */
  public static final Weight BLOCK = new Weight(0, 2_000);

  private static final long TRANSACTION_GAS = 8_000;

  /** Key and mask of a leaf, and its siblings at 2^32 leaves of its type. */
  private static final long PATH_BYTES = 10 + 27 * 32;

  private static final long ACCOUNT = Leaf.Account.BYTES + PATH_BYTES;
  private static final long WITHDRAWAL = Leaf.Withdrawal.BYTES + PATH_BYTES;
  private static final long CHANNEL = Leaf.Channel.BYTES + PATH_BYTES;
  private static final long PROVIDER = Leaf.Provider.BYTES + PATH_BYTES;
  private static final long COMMITTEE = Leaf.Committee.BYTES + PATH_BYTES;
  private static final long JOB = Leaf.Job.BYTES + PATH_BYTES;
  private static final long QUORUM = Leaf.Quorum.BYTES + PATH_BYTES;

  /** The sum. */
  public Weight plus(Weight other) {
    return new Weight(witnessBytes + other.witnessBytes, gas + other.gas);
  }

  /** Whether neither number is above the limit's. */
  public boolean fits(Weight limit) {
    return witnessBytes <= limit.witnessBytes && gas <= limit.gas;
  }

  /**
   * The weight of a posted transaction. That of the messages that a run of kind 0 takes is not in
   * it: the {@code Inbox} has accumulated it.
   */
  public static Weight of(EncodedTransaction encoded, int committeeSizeLog2) {
    Weight own =
        switch (encoded.transaction()) {
          case L1MessageRun _ -> ZERO;
          case Transfer _ -> new Weight(2 * ACCOUNT, 30_000);
          case Withdraw _ -> new Weight(ACCOUNT + WITHDRAWAL, 30_000);
          case ChannelOpen _, ChannelCloseStart _, ChannelCloseFinalize _ ->
              new Weight(2 * ACCOUNT + CHANNEL, 60_000);
          case TimeClaim _, VoucherClaim _ -> new Weight(ACCOUNT + CHANNEL, 46_000);
          case TickClaim claim -> new Weight(ACCOUNT + CHANNEL, 46_000 + 100L * claim.steps());
          case ProviderRegister _ ->
              new Weight(2 * ACCOUNT + PROVIDER + committee(committeeSizeLog2) + 9 * 32, 900_000);
          case ProviderUpdate _ -> new Weight(2 * ACCOUNT + PROVIDER, 68_000);
          case HeartbeatRecord heartbeats ->
              ofHeartbeats(heartbeats, encoded.posted().size(), committeeSizeLog2);
          case JobOpen job -> ofJob(job);
          case JobResult _ -> new Weight(JOB + QUORUM + PROVIDER + 2 * ACCOUNT, 82_000);
          case JobReveal _ -> new Weight(JOB + QUORUM + PROVIDER + 7 * ACCOUNT, 175_000);
          case JobVerdict _, JobExpiry _ -> new Weight(JOB + QUORUM + 2 * ACCOUNT, 82_000);
        };
    return own.plus(new Weight(encoded.posted().size(), TRANSACTION_GAS));
  }

  /** The weight of a block with its transactions, without inbox messages. */
  public static Weight of(Block block, int committeeSizeLog2) {
    Weight sum = BLOCK;
    for (EncodedTransaction transaction : block.transactions()) {
      sum = sum.plus(of(transaction, committeeSizeLog2));
    }
    return sum;
  }

  /** The weight of a chunk of these blocks, without inbox messages. */
  public static Weight ofChunk(List<Block> blocks, int committeeSizeLog2) {
    Weight sum = CHUNK;
    for (Block block : blocks) {
      sum = sum.plus(of(block, committeeSizeLog2));
    }
    return sum;
  }

  /** What the {@code Inbox} adds to its cumulative weights for a message. */
  public static Weight of(InboxMessage message) {
    return switch (message) {
      case InboxMessage.Deposit _ -> new Weight(2_020, 40_000);
      case InboxMessage.Forced _ -> new Weight(28_000, 2_500_000);
      case InboxMessage.Seed _ -> new Weight(200, 10_000);
    };
  }

  private static Weight ofJob(JobOpen job) {
    long named = job.providers().size();
    Weight quorum = job.mode() == Transaction.MODE_QUORUM ? new Weight(QUORUM, 14_000) : ZERO;
    return quorum.plus(new Weight(ACCOUNT + JOB + PROVIDER * named, 52_000 + 16_000 * named));
  }

  private static Weight ofHeartbeats(HeartbeatRecord record, int posted, int committeeSizeLog2) {
    int committeeSize = 1 << committeeSizeLog2;
    // A slot that is listed is read more than once.
    Weight sum = new Weight(0, 700_000 + 300L * posted);
    for (Attendance attendance : record.committees()) {
      int absent = attendance.absentCount(committeeSize);
      // The smaller of present and absent keys is supplied in a dispute.
      int supplied = Math.min(absent, committeeSize - absent);
      sum =
          sum.plus(
              new Weight(
                  committee(committeeSizeLog2) + keyProof(supplied, committeeSizeLog2),
                  120_000 + 70L * committeeSize + 2_500L * supplied));
    }
    return sum;
  }

  /** A committee and its counters. */
  private static long committee(int committeeSizeLog2) {
    return COMMITTEE + Leaf.Counters.bytes(committeeSizeLog2) + PATH_BYTES;
  }

  /** Keys of so many members, at most half of all, and the siblings that they need at worst. */
  private static long keyProof(int supplied, int committeeSizeLog2) {
    if (supplied == 0) {
      return 0;
    }
    // Members far apart share no path below the level at which there are as many nodes as members.
    int log2 = 31 - Integer.numberOfLeadingZeros(supplied);
    long siblings = (2L << log2) + (long) supplied * (committeeSizeLog2 - 2 - log2);
    return 96L * supplied + 32 * siblings;
  }
}
