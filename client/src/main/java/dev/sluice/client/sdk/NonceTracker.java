package dev.sluice.client.sdk;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Hands out the nonces of one account to transactions that are in flight together.
 *
 * <p>After a refusal every later nonce in flight is refused too, so the tracker waits until nothing
 * is in flight and then asks the chain. Safe for many threads; a nonce is handed out in the order
 * of the calls.
 */
final class NonceTracker {
  private final Duration patience;
  private long next;
  private int inFlight;
  private boolean known;

  /**
   * A tracker that knows nothing yet.
   *
   * @param patience how long to wait for transactions in flight before asking the chain again
   */
  NonceTracker(Duration patience) {
    this.patience = patience;
  }

  /**
   * The next nonce, which is in flight until {@link #settled}.
   *
   * @param chain asked for the account's nonce when it is not known here
   */
  synchronized long take(LongSupplier chain) {
    if (!known) {
      awaitNothingInFlight();
      next = chain.getAsLong();
      known = true;
    }
    inFlight++;
    return next++;
  }

  /**
   * A nonce that was taken has an outcome. Unless it was used up, the chain is asked before the
   * next one is handed out.
   */
  synchronized void settled(boolean used) {
    inFlight--;
    known &= used;
    notifyAll();
  }

  private void awaitNothingInFlight() {
    long deadline = System.nanoTime() + patience.toNanos();
    while (inFlight > 0) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new UnreachableException(
            inFlight + " transactions of this account have no answer after " + patience,
            "connect again and query the account");
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UnreachableException(
            "interrupted while transactions were in flight", "query the account", e);
      }
    }
  }
}
