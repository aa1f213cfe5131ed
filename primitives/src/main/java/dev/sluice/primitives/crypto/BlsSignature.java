package dev.sluice.primitives.crypto;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import supranational.blst.P2;
import supranational.blst.P2_Affine;

/**
 * A BLS signature or aggregate: a point of the prime-order subgroup of G2, never infinity.
 * Immutable.
 */
public final class BlsSignature {
  /**
   * Length of the uncompressed encoding in the field order of EIP-2537: {@code x.c0 || x.c1 || y.c0
   * || y.c1}, 48 big-endian bytes each. (The serialization of blst and Zcash has c1 first; the two
   * are converted here and nowhere else.)
   */
  public static final int BYTES = 192;

  private final P2_Affine point;

  private BlsSignature(P2_Affine point) {
    this.point = point;
  }

  static BlsSignature of(P2 point) {
    return new BlsSignature(point.to_affine());
  }

  /**
   * Decodes 192 bytes; empty for another length, a coordinate of at least the field's modulus, a
   * point off the curve or outside the subgroup, and infinity (192 zero bytes).
   */
  public static Optional<BlsSignature> decode(byte[] bytes) {
    return Bls12381.decodeG2(bytes)
        .filter(point -> !point.is_inf() && point.in_group())
        .map(BlsSignature::new);
  }

  /** The sum of signatures; empty if there are none or the sum is infinity. */
  public static Optional<BlsSignature> aggregate(Iterable<BlsSignature> signatures) {
    P2 sum = new P2();
    for (BlsSignature signature : signatures) {
      sum.add(signature.point);
    }
    return sum.is_inf() ? Optional.empty() : Optional.of(of(sum));
  }

  /** A fresh array of 192 bytes in EIP-2537's field order. */
  public byte[] toBytes() {
    return Bls12381.swapFields(point.serialize());
  }

  P2_Affine point() {
    return point;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlsSignature signature && point.is_equal(signature.point);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(toBytes());
  }

  @Override
  public String toString() {
    return "BlsSignature[" + HexFormat.of().formatHex(toBytes(), 0, 8) + "…]";
  }
}
