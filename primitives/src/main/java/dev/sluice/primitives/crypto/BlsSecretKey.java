package dev.sluice.primitives.crypto;

import java.util.Optional;
import supranational.blst.SecretKey;

/** A BLS12-381 secret key of a device. It prints as nothing. */
public final class BlsSecretKey {
  /** Shortest seed that the IETF KeyGen takes, and the length that we take. */
  public static final int SEED_BYTES = 32;

  private final SecretKey secret;
  private final BlsPublicKey publicKey;

  private BlsSecretKey(SecretKey secret) {
    this.secret = secret;
    this.publicKey = BlsPublicKey.of(secret);
  }

  /**
   * KeyGen of draft-irtf-cfrg-bls-signature (v4 and later, salt hashed first), without key info;
   * empty unless 32 bytes.
   */
  public static Optional<BlsSecretKey> fromSeed(byte[] seed) {
    if (seed.length != SEED_BYTES) {
      return Optional.empty();
    }
    SecretKey secret = new SecretKey();
    secret.keygen(seed);
    return Optional.of(new BlsSecretKey(secret));
  }

  /** The public key in G1. */
  public BlsPublicKey publicKey() {
    return publicKey;
  }

  SecretKey secret() {
    return secret;
  }

  @Override
  public String toString() {
    return "BlsSecretKey[secret]";
  }
}
