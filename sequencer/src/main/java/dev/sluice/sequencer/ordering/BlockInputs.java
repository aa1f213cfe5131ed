package dev.sluice.sequencer.ordering;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.sequencer.deposit.InboxEntry;
import dev.sluice.sequencer.deposit.InboxQueue;
import dev.sluice.sequencer.pool.PooledFrame;
import dev.sluice.sequencer.pool.TransactionPool;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Everything that waits for a block, in the order of its right to one: L1 messages, heartbeat
 * records, transactions as they came.
 */
public final class BlockInputs {
  /**
   * Records of a hundred thousand committees would be 1,000; more wait for the next epoch's turn.
   */
  private static final int RECORDS_MAX = 1_024;

  private final InboxQueue inbox;
  private final TransactionPool pool;
  private final ArrayBlockingQueue<ProposedRecord> records = new ArrayBlockingQueue<>(RECORDS_MAX);

  public BlockInputs(InboxQueue inbox, TransactionPool pool) {
    this.inbox = inbox;
    this.pool = pool;
  }

  /** Proposes a record; false if too many wait. Any thread. */
  public boolean propose(ProposedRecord record) {
    boolean taken = records.offer(record);
    pool.nudge();
    return taken;
  }

  /** The next messages of one run, which stay until {@link #consumed}. */
  public List<InboxEntry> messages() {
    return inbox.peek(PostedTransaction.L1MessageRun.MESSAGES_MAX);
  }

  /** Removes messages that are in a block. */
  public void consumed(int messages) {
    inbox.consumed(messages);
  }

  /** The next record, which stays until {@link #takeRecord}. */
  public Optional<ProposedRecord> record() {
    return Optional.ofNullable(records.peek());
  }

  /** Removes the next record. */
  public void takeRecord() {
    records.remove();
  }

  /** The oldest frame, taken. */
  public Optional<PooledFrame> frame() {
    return pool.poll();
  }

  /** Frees the places of a frame whose transactions are all decided. */
  public void release(PooledFrame frame) {
    pool.release(frame);
  }

  /** Waits until something is here, at most {@code nanos}. */
  public void await(long nanos) throws InterruptedException {
    if (inbox.isEmpty() && records.isEmpty()) {
      pool.awaitWork(nanos);
    }
  }
}
