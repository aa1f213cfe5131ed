package dev.sluice.sequencer.pool;

import dev.sluice.sequencer.confirmation.FrameReply;
import dev.sluice.state.transition.VerifiedTransaction;
import java.util.List;

/**
 * The verified transactions of one frame, on their way to a block.
 *
 * @param transactions in the frame's order, those only that passed admission and the pool
 * @param indices their places in the frame
 * @param reply where their answers go
 */
public record PooledFrame(List<VerifiedTransaction> transactions, int[] indices, FrameReply reply) {
  public PooledFrame {
    transactions = List.copyOf(transactions);
    if (transactions.size() != indices.length) {
      throw new IllegalArgumentException(
          transactions.size() + " transactions, " + indices.length + " indices");
    }
  }

  /** How many transactions it holds. */
  public int size() {
    return indices.length;
  }
}
