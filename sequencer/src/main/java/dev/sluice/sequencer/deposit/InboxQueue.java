package dev.sluice.sequencer.deposit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages that wait to be consumed, in order, without gaps. L1's follower adds, production takes.
 * Thread-safe; bounded: whoever adds asks for room first, because L1 keeps what is not read yet.
 */
public final class InboxQueue {
  /** About 5 MiB of the longest forced messages. */
  public static final int MESSAGES_MAX = 4_096;

  private final ArrayDeque<InboxEntry> waiting = new ArrayDeque<>();
  private long next;

  /**
   * @param consumed messages that the chain has consumed; earlier ones are ignored
   */
  public InboxQueue(long consumed) {
    this.next = consumed;
  }

  /** Whether more may be read from L1 now. */
  public synchronized boolean hasRoom() {
    return waiting.size() < MESSAGES_MAX;
  }

  /**
   * Adds the message that follows; one that is known already is ignored. A gap is {@link
   * IllegalStateException}.
   */
  public synchronized void add(InboxEntry entry) {
    if (entry.index() < next) {
      return;
    }
    if (entry.index() != next) {
      throw new IllegalStateException("inbox message " + entry.index() + " follows " + next);
    }
    waiting.add(entry);
    next++;
  }

  /**
   * Drops what waits from this index on; it comes again. What was consumed already stays consumed:
   * production notices by the accumulator if L1 tells it differently now.
   */
  public synchronized void rewind(long index) {
    while (next > index && !waiting.isEmpty()) {
      waiting.removeLast();
      next--;
    }
  }

  /** The next messages, at most {@code max}, which stay until {@link #consumed}. */
  public synchronized List<InboxEntry> peek(int max) {
    List<InboxEntry> entries = new ArrayList<>(Math.min(max, waiting.size()));
    for (InboxEntry entry : waiting) {
      if (entries.size() == max) {
        break;
      }
      entries.add(entry);
    }
    return entries;
  }

  /** Removes what a block has taken. */
  public synchronized void consumed(int count) {
    for (int i = 0; i < count; i++) {
      waiting.remove();
    }
  }

  /** Whether nothing waits. */
  public synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }
}
