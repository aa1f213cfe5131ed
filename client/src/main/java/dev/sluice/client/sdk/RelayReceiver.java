package dev.sluice.client.sdk;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call that brings deliveries, and the next one when it breaks, until it is closed. The relay
 * keeps the latest payment of each channel, so nothing is lost in between.
 *
 * <p>Deliveries are handed on by one thread, in their order.
 */
final class RelayReceiver<D> implements AutoCloseable {
  private static final long RETRY_MILLIS = 500;

  private final Supplier<Iterator<D>> call;
  private final Consumer<D> listener;
  private final Context.CancellableContext life = Context.ROOT.withCancellation();
  private final Thread thread;
  private volatile @Nullable DishonestSequencerException failure;

  /**
   * Starts nothing yet; see {@link #start}.
   *
   * @param call opens a call that goes on from what is held
   * @param listener may throw {@link DishonestSequencerException}, which ends it
   */
  RelayReceiver(String name, Supplier<Iterator<D>> call, Consumer<D> listener) {
    this.call = call;
    this.listener = listener;
    this.thread = Thread.ofVirtual().name(name).unstarted(() -> life.run(this::receive));
  }

  /** Begins to receive. */
  void start() {
    thread.start();
  }

  /** Why it stopped by itself, if it did: the relay sent something that is not the protocol. */
  Optional<DishonestSequencerException> failure() {
    return Optional.ofNullable(failure);
  }

  private void receive() {
    while (!life.isCancelled()) {
      try {
        Iterator<D> deliveries = call.get();
        while (deliveries.hasNext()) {
          listener.accept(deliveries.next());
        }
      } catch (DishonestSequencerException e) {
        failure = e;
        return;
      } catch (StatusRuntimeException | UnreachableException e) {
        pause(); // the next call starts from what is held
      }
    }
  }

  private void pause() {
    if (!life.isCancelled()) {
      try {
        Thread.sleep(RETRY_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        life.cancel(e);
      }
    }
  }

  /** Stops, and waits until the last delivery was handed on. */
  @Override
  public void close() {
    life.cancel(null);
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
