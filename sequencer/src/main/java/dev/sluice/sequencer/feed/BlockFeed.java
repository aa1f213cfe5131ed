package dev.sluice.sequencer.feed;

import dev.sluice.sequencer.confirmation.SignedHead;
import dev.sluice.sequencer.production.DurableGroup;
import dev.sluice.sequencer.production.SealedBlock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The newest durable blocks in a ring, older ones from the archive; readers wait here for the next.
 * Thread-safe.
 */
public final class BlockFeed implements DurableGroup.Listener {
  /** A block and, while it is young, a signed head that covers it. */
  public record Fed(SealedBlock block, Optional<SignedHead> head) {}

  private final BlockArchive archive;
  private final @Nullable Fed[] ring;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition grown = lock.newCondition();
  private long head;
  private long transactions;

  /**
   * @param head number of the last durable block
   * @param ringBlocks blocks kept in memory, about 15 KiB each
   */
  public BlockFeed(BlockArchive archive, long head, int ringBlocks) {
    this.archive = archive;
    this.head = head;
    this.ring = new @Nullable Fed[ringBlocks];
  }

  @Override
  public void durable(DurableGroup group) {
    lock.lock();
    try {
      for (SealedBlock block : group.blocks()) {
        ring[slot(block.number())] = new Fed(block, Optional.of(group.confirmed().head()));
        head = block.number();
        transactions += block.commitment().txCount();
      }
      grown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private int slot(long number) {
    return (int) (number % ring.length);
  }

  /** Transactions in blocks since the start. */
  public long transactions() {
    lock.lock();
    try {
      return transactions;
    } finally {
      lock.unlock();
    }
  }

  /** Number of the last durable block: the unsafe head. */
  public long head() {
    lock.lock();
    try {
      return head;
    } finally {
      lock.unlock();
    }
  }

  /** A durable block; empty if there is none. */
  public Optional<Fed> block(long number) {
    lock.lock();
    try {
      if (number > head || number < 1) {
        return Optional.empty();
      }
      Fed fed = ring[slot(number)];
      if (fed != null && fed.block().number() == number) {
        return Optional.of(fed);
      }
    } finally {
      lock.unlock();
    }
    return archive.block(number).map(block -> new Fed(block, Optional.empty()));
  }

  /** Waits until the head is at least {@code number}, so long at most; whether it is. */
  public boolean await(long number, long millis) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(millis);
      while (head < number && left > 0) {
        left = grown.awaitNanos(left);
      }
      return head >= number;
    } finally {
      lock.unlock();
    }
  }
}
