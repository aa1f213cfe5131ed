package dev.sluice.state.store;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Commits blocks to a store in the background, in order, behind the log. The queue is bounded: when
 * the store falls {@code queueMax} blocks behind, {@link #submit} waits, and so the chain slows
 * down instead of filling the memory.
 *
 * <p>While the disk is full it keeps what waits and tries again; the log behind it has everything.
 */
public final class StoreWriter implements AutoCloseable {
  /** Blocks between two synced positions; what is below may be dropped from the log. */
  private static final long SYNC_INTERVAL_BLOCKS = 4_096;

  private static final long DISK_FULL_RETRY_NANOS = 500_000_000L;

  private final StateStore store;
  private final int queueMax;
  private final LongConsumer onSynced;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<BlockWrite> queue = new ArrayDeque<>();
  private final Thread thread;
  private long committed;
  private boolean closing;
  private @Nullable RuntimeException failure;
  private StateStoreException.@Nullable DiskFull full;

  /**
   * Starts the thread.
   *
   * @param queueMax blocks waiting at most
   * @param onSynced called on the writer's thread with the number of a block that, with all before
   *     it, now survives a power failure
   */
  public StoreWriter(StateStore store, int queueMax, LongConsumer onSynced) {
    if (queueMax < 1) {
      throw new IllegalArgumentException("queue of " + queueMax);
    }
    this.store = store;
    this.queueMax = queueMax;
    this.onSynced = onSynced;
    this.committed = store.head();
    this.thread = Thread.ofPlatform().name("store-writer").start(this::run);
  }

  /**
   * Hands a block over; waits while the queue is full.
   *
   * @throws IllegalStateException with the cause if an earlier commit failed
   */
  public void submit(BlockWrite write) throws InterruptedException {
    lock.lock();
    try {
      while (queue.size() >= queueMax && failure == null && !closing) {
        changed.await();
      }
      requireRunning();
      queue.add(write);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until block {@code number} can be read from the store, or the disk is full.
   *
   * @return the last block that can be read, {@code number} or another one
   */
  public long awaitCommitted(long number) throws InterruptedException {
    lock.lock();
    try {
      while (committed < number && full == null) {
        requireRunning();
        changed.await();
      }
      return committed;
    } finally {
      lock.unlock();
    }
  }

  /** Why nothing can be committed now; empty if it can. */
  public Optional<StateStoreException.DiskFull> diskFull() {
    lock.lock();
    try {
      return Optional.ofNullable(full);
    } finally {
      lock.unlock();
    }
  }

  private void requireRunning() {
    if (failure != null) {
      throw new IllegalStateException("the store failed: " + failure.getMessage(), failure);
    }
    if (closing) {
      throw new IllegalStateException("the store writer is closed");
    }
  }

  private void run() {
    long synced = store.head();
    while (true) {
      BlockWrite write;
      lock.lock();
      try {
        while (queue.isEmpty() && !closing) {
          changed.awaitUninterruptibly();
        }
        if (queue.isEmpty()) {
          return;
        }
        write = queue.peek();
      } finally {
        lock.unlock();
      }
      RuntimeException failed = null;
      StateStoreException.DiskFull noRoom = null;
      try {
        store.commit(write);
        if (write.number() - synced >= SYNC_INTERVAL_BLOCKS) {
          store.sync();
          synced = write.number();
          onSynced.accept(synced);
        }
      } catch (StateStoreException.DiskFull e) {
        noRoom = e;
      } catch (RuntimeException e) {
        failed = e;
      }
      lock.lock();
      try {
        full = noRoom;
        if (noRoom != null) {
          changed.signalAll();
          if (closing || !waitForRoom()) {
            return;
          }
          continue;
        }
        if (failed != null) {
          failure = failed;
          changed.signalAll();
          return;
        }
        queue.remove();
        committed = write.number();
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** False if it is closed meanwhile: what waits is in the log. */
  private boolean waitForRoom() {
    try {
      long nanos = DISK_FULL_RETRY_NANOS;
      while (nanos > 0 && !closing) {
        nanos = changed.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return !closing;
  }

  /** Commits what waits, unless the disk is full, then stops; does not close the store. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
