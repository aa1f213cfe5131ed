package dev.sluice.sequencer.ingress;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Unary calls that read the store: each on a virtual thread, away from the transport's threads. */
final class Answering {
  private static final System.Logger LOG = System.getLogger(Answering.class.getName());

  private Answering() {}

  static <A> void answer(Executor threads, StreamObserver<A> response, Supplier<A> question) {
    threads.execute(
        () -> {
          A answer;
          try {
            answer = question.get();
          } catch (StatusRuntimeException e) {
            response.onError(e);
            return;
          } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a query failed", e);
            response.onError(
                Status.INTERNAL.withDescription("see the server's log").asRuntimeException());
            return;
          }
          response.onNext(answer);
          response.onCompleted();
        });
  }
}
