package dev.sluice.sequencer.admission;

import dev.sluice.primitives.codec.DecodeResult;
import dev.sluice.primitives.codec.Malformation;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.transaction.AdmissionError;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.state.transition.VerifiedTransaction;
import java.util.Optional;

/**
 * Decodes one submitted transaction and recovers its signer. Total on any bytes; thread-safe;
 * stateless.
 */
public final class TransactionVerifier {
  private final TypedData typedData;

  /**
   * @param typedData of this chain's domain; a signature for another chain or contract recovers to
   *     a stranger
   */
  public TransactionVerifier(TypedData typedData) {
    this.typedData = typedData;
  }

  /** The admission of the wire form in {@code wire}, which must not change any more. */
  public Admission admit(byte[] wire) {
    return switch (WireCodec.decode(wire)) {
      case DecodeResult.Malformed<SignedTransaction>(Malformation reason) ->
          new Admission.Refused(refusal(reason, wire.length));
      case DecodeResult.Decoded<SignedTransaction>(SignedTransaction signed) -> verify(signed);
    };
  }

  private Admission verify(SignedTransaction signed) {
    Optional<VerifiedTransaction> verified = VerifiedTransaction.verify(signed, typedData);
    if (verified.isPresent()) {
      return new Admission.Verified(verified.get());
    }
    return new Admission.Refused(
        Rejection.of(
            Refusal.BAD_SIGNATURE,
            "not a valid signature: r | yParityAndS with 0 < r < n and 0 < s <= n/2 (EIP-2098)"));
  }

  private static Rejection refusal(Malformation reason, int bytes) {
    String message = reason + " in a wire form of " + bytes + " bytes (docs/protocol.md §4)";
    return Rejection.of(
        switch (reason) {
          case UNKNOWN_KIND -> AdmissionError.UNKNOWN_KIND;
          case NOT_SUBMITTABLE -> AdmissionError.NOT_SUBMITTABLE;
          case EMPTY,
              TRUNCATED,
              TRAILING_BYTES,
              TOO_LONG,
              UNKNOWN_FLAG,
              NUMBER_OUT_OF_RANGE,
              BAD_EXPONENT,
              AMOUNT_OUT_OF_RANGE,
              TOKEN_OUT_OF_RANGE,
              METER_MALFORMED,
              JOB_MALFORMED,
              UNKNOWN_VARIANT,
              COUNT_OUT_OF_RANGE,
              NOT_ASCENDING,
              UNKNOWN_TYPE,
              ZERO_ROOT,
              SLOT_OUT_OF_RANGE ->
              AdmissionError.MALFORMED;
        },
        message);
  }
}
