package dev.sluice.primitives.crypto;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import supranational.blst.P1;
import supranational.blst.P1_Affine;
import supranational.blst.SecretKey;

/** A device's public key: a point of the prime-order subgroup of G1, never infinity. */
public final class BlsPublicKey {
  /** Length of the uncompressed encoding: {@code x48 || y48}, big-endian, affine. */
  public static final int BYTES = 96;

  private final P1_Affine point;
  private final byte[] encoded;

  private BlsPublicKey(P1_Affine point, byte[] encoded) {
    this.point = point;
    this.encoded = encoded;
  }

  static BlsPublicKey of(SecretKey secret) {
    P1_Affine point = new P1(secret).to_affine();
    return new BlsPublicKey(point, point.serialize());
  }

  /**
   * Decodes 96 bytes; empty for another length, a coordinate of at least the field's modulus, a
   * point off the curve or outside the subgroup, and infinity (96 zero bytes).
   */
  public static Optional<BlsPublicKey> decode(byte[] bytes) {
    return Bls12381.decodeG1(bytes)
        .filter(point -> !point.is_inf() && point.in_group())
        .map(point -> new BlsPublicKey(point, bytes.clone()));
  }

  /** A fresh array of 96 bytes, {@code x48 || y48}. */
  public byte[] toBytes() {
    return encoded.clone();
  }

  P1_Affine point() {
    return point;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlsPublicKey key && Arrays.equals(encoded, key.encoded);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encoded);
  }

  @Override
  public String toString() {
    return "BlsPublicKey[" + HexFormat.of().formatHex(encoded, 0, 8) + "…]";
  }
}
