package dev.sluice.sequencer.ingress;

import dev.sluice.primitives.transaction.AdmissionError;
import dev.sluice.proto.v1.Refusal;
import dev.sluice.sequencer.admission.Rejection;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** Rejections as messages and as statuses that end a call. */
final class Refusals {
  private static final Metadata.Key<String> NUMBER =
      Metadata.Key.of("sluice-refusal-number", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> NAME =
      Metadata.Key.of("sluice-refusal-name", Metadata.ASCII_STRING_MARSHALLER);

  private Refusals() {}

  static Refusal message(Rejection rejection) {
    Refusal.Builder message =
        Refusal.newBuilder()
            .setNumber(rejection.number())
            .setName(rejection.name())
            .setMessage(rejection.message());
    rejection.expectedNonce().ifPresent(message::setExpectedNonce);
    return message.build();
  }

  static Rejection malformed(String message) {
    return Rejection.of(AdmissionError.MALFORMED, message);
  }

  /** The status with the refusal in its trailers. */
  static StatusRuntimeException status(Status status, Rejection rejection) {
    Metadata trailers = new Metadata();
    trailers.put(NUMBER, Integer.toString(rejection.number()));
    trailers.put(NAME, rejection.name());
    return status
        .withDescription(rejection.name() + ": " + rejection.message())
        .asRuntimeException(trailers);
  }

  static StatusRuntimeException tooLarge(String what, int count, int max) {
    return status(
        Status.RESOURCE_EXHAUSTED,
        Rejection.of(
            AdmissionError.FRAME_TOO_LARGE, count + " " + what + " in a frame, at most " + max));
  }

  static StatusRuntimeException notFound(String what) {
    return Status.NOT_FOUND.withDescription(what).asRuntimeException();
  }

  static StatusRuntimeException invalid(String what) {
    return status(Status.INVALID_ARGUMENT, malformed(what));
  }
}
