package dev.sluice.client.sdk;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Items in, answers out, over one bidirectional call: what waits is sent together in one frame, as
 * soon as the call can take it.
 *
 * <p>At most {@code window} items are without an answer; then {@link #submit} blocks. At most
 * {@link #FRAMES_IN_FLIGHT_MAX} frames are unanswered (a default server reads no more), so under
 * load the frames grow by themselves. Items are sent in the order of the calls of {@code submit}.
 * When the call breaks, every item without an answer fails with the same exception: whether it took
 * effect is to be asked, not guessed.
 */
final class FrameStream<I, R, F, A> implements AutoCloseable {
  /**
   * Items in one frame: with the largest item, 436 bytes, a frame stays below the server's 1 MiB.
   */
  static final int FRAME_ITEMS_MAX = 2_048;

  /** Unanswered frames; {@code sluice/v1/common.proto} says 16. */
  static final int FRAMES_IN_FLIGHT_MAX = 16;

  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);

  private final FrameFormat<I, R, F, A> format;
  private final Semaphore window;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Pending<I, R>> queue = new ArrayDeque<>();
  private final Map<Long, Frame<I, R>> unanswered = new HashMap<>();
  private final Answers answers = new Answers();
  private final StreamObserver<F> requests;
  private long nextFrame = 1;
  private boolean closing;
  private @Nullable RuntimeException failure;

  private record Pending<I, R>(I item, CompletableFuture<R> answer) {}

  private record Frame<I, R>(List<Pending<I, R>> pending, List<I> items) {}

  FrameStream(String name, FrameFormat<I, R, F, A> format, int windowItems) {
    this.format = format;
    this.window = new Semaphore(windowItems);
    this.requests = format.open(answers);
    Thread.ofVirtual().name(name).start(this::send);
  }

  /**
   * Sends an item; blocks while the window is full.
   *
   * @return the verified answer; fails with a {@link SluiceException} if the stream breaks first
   */
  CompletableFuture<R> submit(I item) {
    window.acquireUninterruptibly();
    CompletableFuture<R> answer = new CompletableFuture<>();
    lock.lock();
    try {
      RuntimeException broken = failure;
      if (broken == null && closing) {
        broken = new UnreachableException("the stream is closed", "open another stream");
      }
      if (broken == null) {
        queue.add(new Pending<>(item, answer));
        changed.signalAll();
        return answer
            .copy(); // a caller that completes or cancels its copy does not disturb the window
      }
      answer.completeExceptionally(broken);
    } finally {
      lock.unlock();
    }
    window.release();
    return answer;
  }

  /** Whether it still takes items. */
  boolean isOpen() {
    lock.lock();
    try {
      return failure == null && !closing;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes no more items, waits (at most 30 s) until every item has its answer, and ends the call.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
      long nanos = CLOSE_PATIENCE.toNanos();
      while (failure == null && !(queue.isEmpty() && unanswered.isEmpty()) && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    fail(
        new UnreachableException(
            "the stream was closed before the answer came", "query the transaction"));
  }

  private void send() {
    try {
      while (true) {
        List<Pending<I, R>> batch = nextBatch();
        if (batch.isEmpty()) {
          requests.onCompleted();
          return;
        }
        List<I> items = batch.stream().map(Pending::item).toList();
        long id;
        lock.lock();
        try {
          id = nextFrame++;
          if (failure != null) {
            RuntimeException broken = failure;
            batch.forEach(pending -> complete(() -> pending.answer.completeExceptionally(broken)));
            return;
          }
          unanswered.put(id, new Frame<>(batch, items));
        } finally {
          lock.unlock();
        }
        requests.onNext(format.frame(id, items));
      }
    } catch (RuntimeException e) {
      fail(e instanceof SluiceException known ? known : broken(e));
    }
  }

  /** What waits, when the call can take it; empty when the stream is over. */
  private List<Pending<I, R>> nextBatch() {
    lock.lock();
    try {
      while (failure == null
          && !(closing && queue.isEmpty())
          && (queue.isEmpty() || unanswered.size() >= FRAMES_IN_FLIGHT_MAX || !answers.isReady())) {
        changed.awaitUninterruptibly();
      }
      List<Pending<I, R>> batch = new ArrayList<>(Math.min(queue.size(), FRAME_ITEMS_MAX));
      while (failure == null && !queue.isEmpty() && batch.size() < FRAME_ITEMS_MAX) {
        batch.add(queue.remove());
      }
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void receive(A answer) {
    Frame<I, R> frame;
    lock.lock();
    try {
      frame = unanswered.get(format.frameId(answer));
    } finally {
      lock.unlock();
    }
    if (frame == null) {
      throw new DishonestSequencerException(
          "an answer to frame " + format.frameId(answer) + ", which was not sent");
    }
    for (FrameFormat.Result<R> result : format.results(answer, frame.items)) {
      if (result.index() < 0 || result.index() >= frame.pending.size()) {
        throw new DishonestSequencerException(
            "an answer to item " + result.index() + " of " + frame.pending.size());
      }
      complete(() -> frame.pending.get(result.index()).answer.complete(result.value()));
    }
    if (format.isComplete(answer)) {
      DishonestSequencerException silence =
          new DishonestSequencerException("a frame was closed without an answer for this item");
      frame.pending.forEach(
          pending -> complete(() -> pending.answer.completeExceptionally(silence)));
      lock.lock();
      try {
        unanswered.remove(format.frameId(answer));
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Completes an item once; only the first completion gives its place in the window back. */
  private void complete(BooleanSupplier completion) {
    if (completion.getAsBoolean()) {
      window.release();
    }
  }

  private void fail(RuntimeException reason) {
    List<Pending<I, R>> lost = new ArrayList<>();
    lock.lock();
    try {
      if (failure != null) {
        return;
      }
      failure = reason;
      lost.addAll(queue);
      queue.clear();
      unanswered.values().forEach(frame -> lost.addAll(frame.pending));
      unanswered.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    answers.cancel();
    lost.forEach(pending -> complete(() -> pending.answer.completeExceptionally(reason)));
  }

  private static UnreachableException broken(Throwable cause) {
    return new UnreachableException(
        "the stream to the sequencer broke: " + Status.fromThrowable(cause),
        "connect again; ask for the transaction or the account before you send anything twice",
        cause);
  }

  /** What the server sends, on gRPC's threads. */
  private final class Answers implements ClientResponseObserver<F, A> {
    private volatile @Nullable ClientCallStreamObserver<F> call;

    @Override
    public void beforeStart(ClientCallStreamObserver<F> requestStream) {
      call = requestStream;
      requestStream.setOnReadyHandler(
          () -> {
            lock.lock();
            try {
              changed.signalAll();
            } finally {
              lock.unlock();
            }
          });
    }

    boolean isReady() {
      ClientCallStreamObserver<F> open = call;
      return open != null && open.isReady();
    }

    void cancel() {
      ClientCallStreamObserver<F> open = call;
      if (open != null) {
        open.cancel("closed by the client", null);
      }
    }

    @Override
    public void onNext(A answer) {
      try {
        receive(answer);
      } catch (SluiceException e) {
        fail(e);
      }
    }

    @Override
    public void onError(Throwable cause) {
      fail(broken(cause));
    }

    @Override
    public void onCompleted() {
      fail(new UnreachableException("the sequencer ended the stream", "connect again"));
    }
  }
}
