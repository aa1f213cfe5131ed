package dev.sluice.sequencer.deposit;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Follows L1 on its own thread: fills the inbox queue and the view of batches. L1 away is a state,
 * not a failure: it says so in the view, once in the log, and asks again.
 */
public final class L1Follower {
  private static final System.Logger LOG = System.getLogger(L1Follower.class.getName());

  private final L1Source source;
  private final InboxQueue inbox;
  private final L1View view;
  private final long pollMillis;
  private final Runnable onMessages;
  private final Thread thread;
  private volatile boolean closing;

  /**
   * Starts following.
   *
   * @param pollMillis between questions
   * @param onMessages called when messages arrived
   */
  public L1Follower(
      L1Source source, InboxQueue inbox, L1View view, long pollMillis, Runnable onMessages) {
    this.source = source;
    this.inbox = inbox;
    this.view = view;
    this.pollMillis = pollMillis;
    this.onMessages = onMessages;
    this.thread = Thread.ofVirtual().name("l1-follower").unstarted(this::run);
  }

  /** Begins to ask. */
  public void start() {
    thread.start();
  }

  private void run() {
    while (!closing) {
      boolean more = false;
      try {
        if (inbox.hasRoom()) {
          List<L1Source.Event> events = source.poll();
          events.forEach(this::apply);
          more = !events.isEmpty();
        }
        long timestamp = source.latestTimestamp();
        if (!view.isReachable()) {
          LOG.log(Level.INFO, "L1 answers");
        }
        view.reached(timestamp);
      } catch (IOException e) {
        if (view.isReachable() || !view.wasReached()) {
          LOG.log(Level.WARNING, "L1 does not answer, the chain goes on: {0}", e.getMessage());
        }
        view.lost(String.valueOf(e.getMessage()));
      } catch (RuntimeException e) {
        // A broken invariant between L1 and the chain: consuming further messages would make
        // batches that L1 refuses.
        LOG.log(Level.ERROR, "following L1 stopped", e);
        view.lost("stopped: " + e.getMessage());
        return;
      }
      if (!more && !pause()) {
        return;
      }
    }
  }

  private boolean pause() {
    try {
      Thread.sleep(pollMillis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void apply(L1Source.Event event) {
    switch (event) {
      case L1Source.Event.Message(InboxEntry entry) -> {
        inbox.add(entry);
        onMessages.run();
      }
      case L1Source.Event.Posted posted -> view.posted(posted.header());
      case L1Source.Event.Removed(long number) -> view.removed(number);
      case L1Source.Event.MessagesRewound(long index) -> inbox.rewind(index);
    }
  }

  /** Stops and waits for the thread. */
  public void stop() throws InterruptedException {
    closing = true;
    thread.interrupt();
    thread.join();
  }
}
