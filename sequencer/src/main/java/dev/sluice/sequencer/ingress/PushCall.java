package dev.sluice.sequencer.ingress;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A stream that only the server writes, from a virtual thread that waits while the reader is slow.
 *
 * @param <A> what is written
 */
final class PushCall<A> {
  private static final System.Logger LOG = System.getLogger(PushCall.class.getName());

  /** Writes until it returns or the call is gone. */
  @FunctionalInterface
  interface Source<A> {
    void push(PushCall<A> call) throws InterruptedException;
  }

  private final ServerCallStreamObserver<A> out;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ready = lock.newCondition();

  private PushCall(ServerCallStreamObserver<A> out) {
    this.out = out;
  }

  static <A> void open(
      StreamObserver<A> response, StreamGate gate, Executor threads, Source<A> source) {
    try {
      gate.enter();
    } catch (StatusRuntimeException e) {
      response.onError(e);
      return;
    }
    PushCall<A> call = new PushCall<>((ServerCallStreamObserver<A>) response);
    call.out.setOnReadyHandler(call::wake);
    call.out.setOnCancelHandler(call::wake);
    threads.execute(() -> call.run(gate, source));
  }

  private void run(StreamGate gate, Source<A> source) {
    try {
      source.push(this);
      if (isOpen()) {
        out.onCompleted();
      }
    } catch (StatusRuntimeException e) {
      fail(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(Status.UNAVAILABLE.withDescription("the sequencer stops").asRuntimeException());
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a stream failed", e);
      fail(Status.INTERNAL.withDescription("see the server's log").asRuntimeException());
    } finally {
      gate.leave();
    }
  }

  private void fail(StatusRuntimeException e) {
    if (isOpen()) {
      out.onError(e);
    }
  }

  boolean isOpen() {
    return !out.isCancelled();
  }

  /** Writes when the reader is ready; false if the call is gone. */
  boolean send(A message) throws InterruptedException {
    lock.lock();
    try {
      while (isOpen() && !out.isReady()) {
        ready.await();
      }
    } finally {
      lock.unlock();
    }
    if (!isOpen()) {
      return false;
    }
    out.onNext(message);
    return true;
  }

  private void wake() {
    lock.lock();
    try {
      ready.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
