package dev.sluice.primitives.weight;

import dev.sluice.primitives.block.Attendance;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction.HeartbeatRecord;
import dev.sluice.primitives.inbox.InboxMessage;
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
        switch (encoded.transaction().kind()) {
          case L1_MESSAGE -> ZERO;
          case TRANSFER -> new Weight(1_940, 30_000);
          case WITHDRAW -> new Weight(1_881, 30_000);
          case CHANNEL_OPEN -> new Weight(2_949, 42_000);
          case CHANNEL_CLAIM, CHANNEL_CLOSE -> new Weight(1_979, 30_000);
          case PROVIDER_REGISTER -> new Weight(4_828 + 9 * 32 + 8 * committeeSize, 900_000);
          case HEARTBEAT_RECORD ->
              ofHeartbeats((HeartbeatRecord) encoded.transaction(), (int) committeeSize);
          case JOB_OPEN, JOB_RESULT -> new Weight(2_945, 42_000);
          case JOB_SETTLE -> new Weight(3_915, 54_000);
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
