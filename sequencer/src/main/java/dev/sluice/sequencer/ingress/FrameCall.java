package dev.sluice.sequencer.ingress;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A stream of frames with answers. At most so many frames are unanswered: a further one is
 * requested from the transport when one is complete, so that a caller who does not read is not read
 * either (HTTP/2 flow control), and memory is bounded.
 *
 * @param <Q> frames
 * @param <A> answers
 */
final class FrameCall<Q, A> implements StreamObserver<Q> {
  private static final System.Logger LOG = System.getLogger(FrameCall.class.getName());

  /** Takes one frame; must not block. It answers through {@link FrameCall#answer}. */
  @FunctionalInterface
  interface Handler<Q, A> {
    void frame(Q frame, FrameCall<Q, A> call);
  }

  private final ServerCallStreamObserver<A> out;
  private final Handler<Q, A> handler;
  private final Runnable onEnd;
  private final ReentrantLock lock = new ReentrantLock();
  private int inFlight;
  private boolean halfClosed;
  private boolean ended;

  private FrameCall(ServerCallStreamObserver<A> out, Handler<Q, A> handler, Runnable onEnd) {
    this.out = out;
    this.handler = handler;
    this.onEnd = onEnd;
  }

  /** Begins a call in the thread of the transport; counted at the gate until it ends. */
  static <Q, A> StreamObserver<Q> open(
      StreamObserver<A> response, IngressLimits limits, StreamGate gate, Handler<Q, A> handler) {
    ServerCallStreamObserver<A> out = (ServerCallStreamObserver<A>) response;
    try {
      gate.enter();
    } catch (StatusRuntimeException e) {
      out.onError(e);
      return new Deaf<>();
    }
    FrameCall<Q, A> call = new FrameCall<>(out, handler, gate::leave);
    out.disableAutoRequest();
    out.setOnCancelHandler(call::end);
    out.request(limits.framesInFlightMax());
    return call;
  }

  /** Hears what still arrives on a call that was refused. */
  private static final class Deaf<Q> implements StreamObserver<Q> {
    @Override
    public void onNext(Q frame) {}

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {}
  }

  @Override
  public void onNext(Q frame) {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      inFlight++;
    } finally {
      lock.unlock();
    }
    try {
      handler.frame(frame, this);
    } catch (StatusRuntimeException e) {
      fail(e);
    }
  }

  /** Sends an answer; {@code complete} if nothing more follows for its frame. Any thread. */
  void answer(A answer, boolean complete) {
    send(
        o -> {
          o.onNext(answer);
          if (complete) {
            inFlight--;
            o.request(1);
          }
          if (halfClosed && inFlight == 0) {
            o.onCompleted();
            finish();
          }
        });
  }

  /** Ends the call with an error. */
  void fail(Throwable error) {
    if (!(error instanceof StatusRuntimeException)) {
      LOG.log(System.Logger.Level.ERROR, "a frame failed", error);
    }
    send(
        o -> {
          o.onError(
              error instanceof StatusRuntimeException
                  ? error
                  : Status.INTERNAL.withDescription("see the server's log").asRuntimeException());
          finish();
        });
  }

  private void send(Consumer<ServerCallStreamObserver<A>> act) {
    lock.lock();
    try {
      if (!ended && !out.isCancelled()) {
        act.accept(out);
      }
    } finally {
      lock.unlock();
    }
  }

  private void finish() {
    if (!ended) {
      ended = true;
      onEnd.run();
    }
  }

  private void end() {
    lock.lock();
    try {
      finish();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onError(Throwable error) {
    end();
  }

  @Override
  public void onCompleted() {
    send(
        o -> {
          halfClosed = true;
          if (inFlight == 0) {
            o.onCompleted();
            finish();
          }
        });
  }
}
