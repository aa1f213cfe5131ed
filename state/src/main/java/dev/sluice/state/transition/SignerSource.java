package dev.sluice.state.transition;

import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.ledger.Channels;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How the transition learns who signed: by recovering the signature over the transaction as the
 * state completes it, or from admission, which recovered it over the wire form. Both agree, because
 * a wire form is only executed when the state completes its posted form to it.
 */
public sealed interface SignerSource {
  /** Recover now. */
  record FromPosted() implements SignerSource {}

  /**
   * Recovered by {@link VerifiedTransaction#verify}.
   *
   * @param proof of a registration's device key for this signer
   */
  record Recovered(Address signer, Optional<DeviceKeyProof> proof) implements SignerSource {}

  /** Whether {@code expected} signed the transaction, completed only if needed. */
  default boolean isSignedBy(
      Address expected,
      WalletSignature signature,
      TypedData domain,
      Supplier<Transaction.WalletSigned> completed) {
    return switch (this) {
      case FromPosted _ ->
          Secp256k1.recoverAddress(domain.digest(completed.get()), signature.toBytes())
              .filter(expected::equals)
              .isPresent();
      case Recovered recovered -> recovered.signer().equals(expected);
    };
  }

  /** Whether the voucher's signer, left-padded, is the meter key: all 32 bytes are compared. */
  default boolean isVoucherSignedBy(
      Hash32 meterKey,
      WalletSignature signature,
      TypedData domain,
      Transaction.VoucherClaim voucher) {
    return switch (this) {
      case FromPosted _ ->
          Secp256k1.recoverAddress(domain.digest(voucher), signature.toBytes())
              .filter(signer -> Channels.paddedKey(signer).equals(meterKey))
              .isPresent();
      case Recovered recovered -> Channels.paddedKey(recovered.signer()).equals(meterKey);
    };
  }

  /** The proof of a device key for an owner. */
  default DeviceKeyProof deviceKeyProof(
      TypedData domain, Address owner, byte[] deviceKey, byte[] possession) {
    return switch (this) {
      case FromPosted _ ->
          DeviceKeyProof.check(domain.domainSeparator(), owner, deviceKey, possession);
      case Recovered recovered ->
          recovered
              .proof()
              .orElseThrow(
                  () -> new IllegalStateException("a registration was admitted without a proof"));
    };
  }
}
