package dev.sluice.state.transition;

import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.util.Optional;

/**
 * A wire transaction whose signature was recovered, and for a registration whose device key and
 * possession were checked, by {@link #verify}: the expensive half of the checks, done on any thread
 * before the single writer sees it. Whether the signer is the right one is the transition's
 * business.
 */
public final class VerifiedTransaction {
  private final SignedTransaction signed;
  private final Hash32 id;
  private final Address signer;
  private final SignerSource.Recovered source;

  private VerifiedTransaction(
      SignedTransaction signed, Hash32 id, Address signer, SignerSource.Recovered source) {
    this.signed = signed;
    this.id = id;
    this.signer = signer;
    this.source = source;
  }

  /**
   * Recovers the signer; empty if the signature is malformed or recovers nobody. Thread-safe; 35
   * µs, a registration 1 ms.
   */
  public static Optional<VerifiedTransaction> verify(SignedTransaction signed, TypedData domain) {
    Optional<Address> signer =
        switch (signed.transaction()) {
          case Transaction.WalletSigned wallet ->
              Secp256k1.recoverAddress(domain.digest(wallet), signed.signature().toBytes());
          case Transaction.VoucherClaim voucher ->
              Secp256k1.recoverAddress(domain.digest(voucher), signed.signature().toBytes());
          case Transaction.Unsigned _ -> Optional.of(Address.ZERO);
        };
    return signer.map(
        address -> {
          Optional<DeviceKeyProof> proof =
              signed.transaction() instanceof Transaction.ProviderRegister registration
                  ? Optional.of(
                      DeviceKeyProof.check(
                          domain.domainSeparator(),
                          address,
                          registration.deviceKey().toArrayUnsafe(),
                          registration.possession().toArrayUnsafe()))
                  : Optional.empty();
          return new VerifiedTransaction(
              signed, WireCodec.id(signed), address, new SignerSource.Recovered(address, proof));
        });
  }

  /** As submitted. */
  public SignedTransaction signed() {
    return signed;
  }

  /** {@code H(wire bytes)}. */
  public Hash32 id() {
    return id;
  }

  /** Who signed; zero for a transaction that nobody signs. */
  public Address signer() {
    return signer;
  }

  /** For the transition. */
  public SignerSource source() {
    return source;
  }
}
