package dev.sluice.sequencer.ingress;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Runs the frames of one stream one after the other, away from the transport's threads. Used by one
 * stream's transport thread.
 */
final class StreamOrder {
  private final Executor threads;
  private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

  StreamOrder(Executor threads) {
    this.threads = threads;
  }

  /** Runs {@code task} when everything before it has run; what it throws ends the call. */
  void then(FrameCall<?, ?> call, Runnable task) {
    last =
        last.thenRunAsync(task, threads)
            .exceptionally(
                failure -> {
                  call.fail(failure);
                  return null;
                });
  }
}
