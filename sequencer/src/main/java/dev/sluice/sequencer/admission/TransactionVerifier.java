package dev.sluice.sequencer.admission;

import dev.sluice.primitives.codec.DecodeResult;
import dev.sluice.primitives.codec.Malformation;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.transaction.AdmissionError;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
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
      case DecodeResult.Decoded<SignedTransaction>(SignedTransaction signed) ->
          verify(signed, Keccak256.hash32(wire));
    };
  }

  private Admission verify(SignedTransaction signed, Hash32 id) {
    Hash32 digest =
        switch (signed.transaction()) {
          case Transaction.WalletSigned transaction -> typedData.digest(transaction);
          case Transaction.ChannelClaim voucher -> typedData.digest(voucher);
          case Transaction.Unsigned _ -> Hash32.ZERO;
        };
    if (signed.transaction() instanceof Transaction.Unsigned) {
      return new Admission.Verified(new VerifiedTransaction(signed, id, Address.ZERO));
    }
    Optional<Address> signer = Secp256k1.recoverAddress(digest, signed.signature().toBytes());
    if (signer.isEmpty()) {
      return new Admission.Refused(
          Rejection.of(
              Refusal.BAD_SIGNATURE,
              "not a valid signature: 64 bytes r | yParityAndS with 0 < r < n and 0 < s <= n/2 (EIP-2098)"));
    }
    return new Admission.Verified(new VerifiedTransaction(signed, id, signer.get()));
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
