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
import dev.sluice.primitives.transaction.Transaction;
import java.util.List;

/**
 * Worst-case cost of re-executing something on L1.
 *
 * @param witnessBytes bytes of witness, not negative
 * @param gas not negative
 */
public record Weight(long witnessBytes, long gas) {
  /** Nothing. */
  public static final Weight ZERO = new Weight(0, 0);

  /** What a chunk may weigh, its own constants included. */
  public static final Weight CHUNK_LIMIT = new Weight(112_000, 10_000_000);

  /** Every chunk: meta, fees and seeds leaves, call overhead. */
  public static final Weight CHUNK = new Weight(3_000, 400_000);

  /** Every block. */
  public static final Weight BLOCK = new Weight(0, 2_000);

  private static final long TRANSACTION_GAS = 8_000;

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
    long committeeSize = 1L << committeeSizeLog2;
    Weight own =
        switch (encoded.transaction()) {
          case L1MessageRun _ -> ZERO;
          case Transfer _ -> new Weight(1_940, 30_000);
          case Withdraw _ -> new Weight(1_881, 30_000);
          case ChannelOpen _, ChannelCloseStart _, ChannelCloseFinalize _ ->
              new Weight(2_949, 42_000);
          case TimeClaim _, VoucherClaim _ -> new Weight(1_979, 30_000);
          case TickClaim claim -> new Weight(1_979, 30_000 + 100L * claim.steps());
          case ProviderRegister _ -> new Weight(4_832 + 9 * 32 + 8 * committeeSize, 900_000);
          case ProviderUpdate _ -> new Weight(2_930, 42_000);
          case HeartbeatRecord heartbeats -> ofHeartbeats(heartbeats, (int) committeeSize);
          case JobOpen job -> ofJob(job);
          case JobResult _ -> new Weight(5_004, 66_000);
          case JobReveal _ -> new Weight(9_854, 126_000);
          case JobVerdict _, JobExpiry _ -> new Weight(4_014, 54_000);
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
    Weight quorum = job.mode() == Transaction.MODE_QUORUM ? new Weight(1_085, 12_000) : ZERO;
    return quorum.plus(new Weight(1_959 + 990 * named, 30_000 + 12_000 * named));
  }

  private static Weight ofHeartbeats(HeartbeatRecord record, int committeeSize) {
    Weight sum = new Weight(0, 700_000);
    for (Attendance attendance : record.committees()) {
      long absent = attendance.absentCount(committeeSize);
      // The smaller of present and absent keys is supplied in a dispute.
      long supplied = Math.min(absent, committeeSize - absent);
      sum =
          sum.plus(
              new Weight(1_902 + 8L * committeeSize + 260 * supplied, 120_000 + 2_500 * supplied));
    }
    return sum;
  }
}
