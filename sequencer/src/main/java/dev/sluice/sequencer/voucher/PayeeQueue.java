package dev.sluice.sequencer.voucher;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Vouchers on their way to one payee's stream. Bounded: a reader that is too slow is cut off, and
 * finds the latest when it is back.
 */
public final class PayeeQueue {
  /** One delivered voucher. */
  public record Delivery(Channels.Terms channel, SignedVoucher voucher) {}

  private final ArrayBlockingQueue<Delivery> waiting;
  private volatile boolean overflowed;

  PayeeQueue(int deliveriesMax) {
    this.waiting = new ArrayBlockingQueue<>(deliveriesMax);
  }

  void deliver(Delivery delivery) {
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
  public List<Delivery> take(int max, long millis) throws InterruptedException {
    List<Delivery> taken = new ArrayList<>();
    Delivery first = waiting.poll(millis, TimeUnit.MILLISECONDS);
    if (first != null) {
      taken.add(first);
      waiting.drainTo(taken, max - 1);
    }
    return taken;
  }
}
