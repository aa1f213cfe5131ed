package dev.sluice.sequencer.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Promises on their way to one payee's stream. Bounded: a reader that is too slow is cut off, and
 * finds the latest when it is back.
 *
 * @param <P> of one meter
 */
public final class PayeeQueue<P extends Promise> {
  /** One delivered promise. */
  public record Delivery<P extends Promise>(Channels.Terms channel, P promise) {}

  private final ArrayBlockingQueue<Delivery<P>> waiting;
  private volatile boolean overflowed;

  PayeeQueue(int deliveriesMax) {
    this.waiting = new ArrayBlockingQueue<>(deliveriesMax);
  }

  void deliver(Delivery<P> delivery) {
    if (!overflowed && !waiting.offer(delivery)) {
      overflowed = true;
    }
  }

  /** Whether something was left out; the reader must begin anew. */
  public boolean overflowed() {
    return overflowed;
  }

  /**
   * Waits for deliveries, in order.
   *
   * @param max at most so many
   * @param millis waits so long at most; then the list is empty
   */
  public List<Delivery<P>> take(int max, long millis) throws InterruptedException {
    List<Delivery<P>> taken = new ArrayList<>();
    Delivery<P> first = waiting.poll(millis, TimeUnit.MILLISECONDS);
    if (first != null) {
      taken.add(first);
      waiting.drainTo(taken, max - 1);
    }
    return taken;
  }
}
