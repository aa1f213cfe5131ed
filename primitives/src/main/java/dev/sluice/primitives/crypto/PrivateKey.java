package dev.sluice.primitives.crypto;

import dev.sluice.primitives.value.Address;
import java.util.HexFormat;
import java.util.Optional;

/** A secp256k1 private key. It prints as its address, never as itself. */
public final class PrivateKey {
  /** Length in bytes. */
  public static final int BYTES = 32;

  private final byte[] secret;
  private final PublicKey publicKey;

  private PrivateKey(byte[] secret, PublicKey publicKey) {
    this.secret = secret;
    this.publicKey = publicKey;
  }

  /** The key of 32 big-endian bytes in [1, n); empty for any other bytes. The array is copied. */
  public static Optional<PrivateKey> of(byte[] secret) {
    return Secp256k1.publicKeyOf(secret).map(key -> new PrivateKey(secret.clone(), key));
  }

  /** Parses 64 hexadecimal digits with or without {@code 0x}; empty on anything else. */
  public static Optional<PrivateKey> fromHex(String hex) {
    String digits = hex.startsWith("0x") ? hex.substring(2) : hex;
    if (digits.length() != 2 * BYTES || !digits.chars().allMatch(HexFormat::isHexDigit)) {
      return Optional.empty();
    }
    return of(HexFormat.of().parseHex(digits));
  }

  /** The public key. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** The address that this key signs for. */
  public Address address() {
    return publicKey.address();
  }

  /** A copy of the 32 secret bytes, for a key store or an L1 signer; never to be logged. */
  public byte[] exportSecret() {
    return secret.clone();
  }

  byte[] secret() {
    return secret;
  }

  @Override
  public String toString() {
    return "PrivateKey[" + address() + "]";
  }
}
