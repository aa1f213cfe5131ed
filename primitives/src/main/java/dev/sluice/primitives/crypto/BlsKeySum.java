package dev.sluice.primitives.crypto;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import supranational.blst.P1;
import supranational.blst.P1_Affine;

/**
 * A sum of public keys: a committee's total key, or the key of those present. Unlike a single key
 * it may be infinity (the empty sum, or keys that cancel), encoded as 96 zero bytes as in EIP-2537;
 * a signature never verifies against infinity. Immutable.
 */
public final class BlsKeySum {
  /** The empty sum. */
  public static final BlsKeySum EMPTY = new BlsKeySum(new P1());

  private final P1 point;

  private BlsKeySum(P1 point) {
    this.point = point;
  }

  /** The sum of one key. */
  public static BlsKeySum of(BlsPublicKey key) {
    return new BlsKeySum(key.point().to_jacobian());
  }

  /** The sum of all keys, one native addition each. */
  public static BlsKeySum of(Iterable<BlsPublicKey> keys) {
    P1 sum = new P1();
    for (BlsPublicKey key : keys) {
      sum.add(key.point());
    }
    return new BlsKeySum(sum);
  }

  /**
   * Decodes 96 bytes {@code x48 || y48} or 96 zero bytes; empty for another length, an oversized
   * coordinate, a point off the curve or outside the subgroup.
   */
  public static Optional<BlsKeySum> decode(byte[] bytes) {
    return Bls12381.decodeG1(bytes)
        .filter(point -> point.is_inf() || point.in_group())
        .map(point -> new BlsKeySum(point.to_jacobian()));
  }

  /** This and one key more. */
  public BlsKeySum plus(BlsPublicKey key) {
    return new BlsKeySum(point.dup().add(key.point()));
  }

  /** This without one key. */
  public BlsKeySum minus(BlsPublicKey key) {
    return new BlsKeySum(point.dup().add(key.point().to_jacobian().neg()));
  }

  /** This and another sum. */
  public BlsKeySum plus(BlsKeySum other) {
    return new BlsKeySum(point.dup().add(other.point));
  }

  /** This without another sum. */
  public BlsKeySum minus(BlsKeySum other) {
    return new BlsKeySum(point.dup().add(other.point.dup().neg()));
  }

  /** Whether the sum is the point at infinity. */
  public boolean isInfinity() {
    return point.is_inf();
  }

  /** 96 bytes {@code x48 || y48}; zero bytes for infinity. */
  public byte[] toBytes() {
    return point.is_inf() ? new byte[BlsPublicKey.BYTES] : point.serialize();
  }

  P1_Affine affine() {
    return point.to_affine();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlsKeySum sum && point.is_equal(sum.point);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(toBytes());
  }

  @Override
  public String toString() {
    return "BlsKeySum[" + HexFormat.of().formatHex(toBytes(), 0, 8) + "…]";
  }
}
