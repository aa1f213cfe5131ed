package dev.sluice.sequencer.durable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Shares durable writes: what comes while one is under way goes into the next, all of it at once.
 * So the rate does not depend on what one write costs. Thread-safe; the callers write, there is no
 * thread of its own.
 *
 * @param <R> rows
 */
public final class GroupCommit<R> {
  /** The write behind it; called by one thread at a time. */
  @FunctionalInterface
  public interface Sink<R> {
    /**
     * Durable against a power failure on return.
     *
     * @param rows not empty, in the order in which their callers came
     */
    void write(List<R> rows);
  }

  private static final class Group<R> {
    final List<R> rows = new ArrayList<>();
    boolean done;
    @Nullable RuntimeException failure;
  }

  private final Sink<R> sink;
  private final ReentrantLock writing = new ReentrantLock();
  private final ReentrantLock joining = new ReentrantLock();
  private Group<R> open = new Group<>();

  public GroupCommit(Sink<R> sink) {
    this.sink = sink;
  }

  /**
   * Returns when the row is durable; throws what the write threw to every caller whose row was in
   * it.
   */
  public void commit(R row) {
    Group<R> mine;
    joining.lock();
    try {
      mine = open;
      mine.rows.add(row);
    } finally {
      joining.unlock();
    }
    writing.lock();
    try {
      if (!mine.done) {
        close(mine);
        write(mine);
      }
    } finally {
      writing.unlock();
    }
    if (mine.failure != null) {
      throw mine.failure;
    }
  }

  /** Only who holds {@link #writing} comes here: a group that is not done is the open one. */
  private void close(Group<R> mine) {
    joining.lock();
    try {
      if (open != mine) {
        throw new IllegalStateException("a group was left unwritten");
      }
      open = new Group<>();
    } finally {
      joining.unlock();
    }
  }

  private void write(Group<R> mine) {
    try {
      sink.write(mine.rows);
    } catch (RuntimeException e) {
      mine.failure = e;
    } finally {
      mine.done = true;
    }
  }
}
