package dev.sluice.primitives.transaction;

import dev.sluice.primitives.value.Hash32;

/**
 * 64 bytes in the place of a wallet's signature, EIP-2098; not necessarily a valid one ({@code
 * crypto.Secp256k1} judges).
 *
 * @param r the first 32 bytes
 * @param yParityAndS the last 32 bytes, the parity in their top bit
 */
public record WalletSignature(Hash32 r, Hash32 yParityAndS) {
  /** Length in bytes. */
  public static final int BYTES = 64;

  /** All zero; stands in a {@link SignedTransaction} of a kind that nobody signs. */
  public static final WalletSignature NONE = new WalletSignature(Hash32.ZERO, Hash32.ZERO);

  /**
   * The signature of exactly 64 bytes; throws {@link IllegalArgumentException} on another length.
   */
  public static WalletSignature of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("64 bytes expected, got " + bytes.length);
    }
    return of(bytes, 0);
  }

  /** The signature in {@code bytes[offset, offset + 64)}, which the caller knows to exist. */
  public static WalletSignature of(byte[] bytes, int offset) {
    return new WalletSignature(Hash32.of(bytes, offset), Hash32.of(bytes, offset + 32));
  }

  /** A fresh array of 64 bytes. */
  public byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    r.writeTo(bytes, 0);
    yParityAndS.writeTo(bytes, 32);
    return bytes;
  }
}
