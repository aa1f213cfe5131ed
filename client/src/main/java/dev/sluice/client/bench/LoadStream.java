package dev.sluice.client.bench;

import dev.sluice.proto.v1.AckFrame;
import dev.sluice.proto.v1.SubmissionGrpc;
import dev.sluice.proto.v1.SubmitFrame;
import dev.sluice.proto.v1.TransactionResult;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One submission stream that is kept full of pre-signed frames until its time is over or its input
 * is used up.
 */
final class LoadStream implements StreamObserver<AckFrame> {
  private final StreamObserver<SubmitFrame> requests;
  private final Semaphore window;
  private final LongAdder included;
  private final LongAdder refused = new LongAdder();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final CountDownLatch drained = new CountDownLatch(1);
  private volatile @Nullable Throwable failure;
  private volatile @Nullable String firstRefusal;

  /**
   * Opens the stream.
   *
   * @param windowFrames how many frames may be without their last answer
   * @param included counts transfers whose acknowledgement arrived, shared by all streams
   */
  LoadStream(ManagedChannel channel, int windowFrames, LongAdder included) {
    this.window = new Semaphore(windowFrames);
    this.included = included;
    this.requests = SubmissionGrpc.newStub(channel).submit(this);
  }

  /**
   * Sends frames until {@code stop} or the end of them, then waits for the answers. Returns whether
   * frames were left over.
   */
  boolean send(Iterator<SubmitFrame> frames, AtomicBoolean stop) throws InterruptedException {
    while (!stop.get() && !ended.get() && frames.hasNext()) {
      window.acquire();
      if (ended.get()) {
        break;
      }
      requests.onNext(frames.next());
    }
    if (!ended.get()) {
      requests.onCompleted();
    }
    drained.await();
    Throwable broken = failure;
    if (broken != null) {
      throw new IllegalStateException("the submission stream broke", broken);
    }
    String refusal = firstRefusal;
    if (refusal != null) {
      throw new IllegalStateException(
          refused.sum() + " transfers were refused, the first: " + refusal);
    }
    return frames.hasNext();
  }

  @Override
  public void onNext(AckFrame answer) {
    int applied = 0;
    for (TransactionResult result : answer.getResultsList()) {
      if (result.hasIncluded()) {
        applied++;
      } else {
        refused.increment();
        if (firstRefusal == null) {
          firstRefusal = result.getRefused().getName() + " " + result.getRefused().getMessage();
        }
      }
    }
    included.add(applied);
    if (answer.getComplete()) {
      window.release();
    }
  }

  @Override
  public void onError(Throwable broken) {
    failure = broken;
    end();
  }

  @Override
  public void onCompleted() {
    end();
  }

  private void end() {
    ended.set(true);
    window.release();
    drained.countDown();
  }
}
