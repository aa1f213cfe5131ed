package dev.sluice.sequencer.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * Maps lists in slices over the cores. Thread-safe.
 *
 * <p>One platform thread per core stands behind it: what runs here is native arithmetic, which
 * would pin virtual threads.
 */
public final class CoreExecutor {
  private final Executor cores;

  /**
   * @param cores one platform thread per core
   */
  public CoreExecutor(Executor cores) {
    this.cores = cores;
  }

  /**
   * Starts at once; completes with one result per item, in order, on the thread of the last slice.
   *
   * @param sliceSize items per hand-over; a few milliseconds of work are best
   */
  public <A, B> CompletableFuture<List<B>> map(
      List<A> items, int sliceSize, Function<A, B> function) {
    int count = items.size();
    int slices = (count + sliceSize - 1) / sliceSize;
    CompletableFuture<List<B>> done = new CompletableFuture<>();
    if (slices == 0) {
      done.complete(List.of());
      return done;
    }
    AtomicReferenceArray<B> results = new AtomicReferenceArray<>(count);
    AtomicInteger left = new AtomicInteger(slices);
    for (int slice = 0; slice < slices; slice++) {
      int from = slice * sliceSize;
      int to = Math.min(count, from + sliceSize);
      cores.execute(
          () -> {
            try {
              for (int i = from; i < to; i++) {
                results.setPlain(i, function.apply(items.get(i)));
              }
            } catch (RuntimeException | Error e) {
              done.completeExceptionally(e);
              throw e;
            }
            // The decrement orders the plain writes of every slice before the reads below.
            if (left.decrementAndGet() == 0) {
              List<B> all = new ArrayList<>(count);
              for (int i = 0; i < count; i++) {
                all.add(results.getPlain(i));
              }
              done.complete(all);
            }
          });
    }
    return done;
  }
}
