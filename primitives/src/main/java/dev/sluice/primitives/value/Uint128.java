package dev.sluice.primitives.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An unsigned 128-bit number: an amount in a token's base unit. All arithmetic is exact.
 *
 * @param hi the upper 64 bits, unsigned
 * @param lo the lower 64 bits, unsigned
 */
public record Uint128(long hi, long lo) implements Comparable<Uint128> {
  /** Length of the big-endian encoding in bytes. */
  public static final int BYTES = 16;

  /** 0. */
  public static final Uint128 ZERO = new Uint128(0, 0);

  /** 1. */
  public static final Uint128 ONE = new Uint128(0, 1);

  /** 2^128 - 1. */
  public static final Uint128 MAX = new Uint128(-1L, -1L);

  /** One hundred per cent in basis points. */
  public static final int BPS_MAX = 10_000;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /**
   * The value of a non-negative {@code long}; throws {@link IllegalArgumentException} on a negative
   * one.
   */
  public static Uint128 of(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("negative: " + value);
    }
    return new Uint128(0, value);
  }

  /** The value of {@code value} if it is in [0, 2^128), else empty. */
  public static Optional<Uint128> of(BigInteger value) {
    if (value.signum() < 0 || value.bitLength() > 128) {
      return Optional.empty();
    }
    return Optional.of(new Uint128(value.shiftRight(64).longValue(), value.longValue()));
  }

  /** Reads 16 big-endian bytes at {@code offset}, which the caller knows to exist. */
  public static Uint128 of(byte[] bytes, int offset) {
    return new Uint128((long) LONGS.get(bytes, offset), (long) LONGS.get(bytes, offset + 8));
  }

  /**
   * Parses 1 to 39 ASCII decimal digits without sign or space; empty on anything else or above
   * 2^128 - 1.
   */
  public static Optional<Uint128> parse(String decimal) {
    if (decimal.isEmpty() || decimal.length() > 39) {
      return Optional.empty();
    }
    for (int i = 0; i < decimal.length(); i++) {
      if (decimal.charAt(i) < '0' || decimal.charAt(i) > '9') {
        return Optional.empty();
      }
    }
    return of(new BigInteger(decimal));
  }

  /** Whether the sum leaves the range. */
  public boolean addOverflows(Uint128 other) {
    long low = lo + other.lo;
    long carry = Long.compareUnsigned(low, lo) < 0 ? 1 : 0;
    long high = hi + other.hi;
    if (Long.compareUnsigned(high, hi) < 0) {
      return true;
    }
    return carry == 1 && high == -1L;
  }

  /**
   * The sum; throws {@link ArithmeticException} on overflow, which a caller that checked first
   * never sees.
   */
  public Uint128 plus(Uint128 other) {
    if (addOverflows(other)) {
      throw new ArithmeticException(this + " + " + other + " exceeds 2^128 - 1");
    }
    long low = lo + other.lo;
    return new Uint128(hi + other.hi + (Long.compareUnsigned(low, lo) < 0 ? 1 : 0), low);
  }

  /** The sum, or empty on overflow. */
  public Optional<Uint128> tryPlus(Uint128 other) {
    return addOverflows(other) ? Optional.empty() : Optional.of(plus(other));
  }

  /**
   * The difference; throws {@link ArithmeticException} below zero, which a caller that checked
   * first never sees.
   */
  public Uint128 minus(Uint128 other) {
    if (isLessThan(other)) {
      throw new ArithmeticException(this + " - " + other + " is negative");
    }
    return new Uint128(
        hi - other.hi - (Long.compareUnsigned(lo, other.lo) < 0 ? 1 : 0), lo - other.lo);
  }

  /** The difference, or empty below zero. */
  public Optional<Uint128> tryMinus(Uint128 other) {
    return isLessThan(other) ? Optional.empty() : Optional.of(minus(other));
  }

  /** The product with an unsigned 64-bit factor, or empty on overflow. */
  public Optional<Uint128> tryTimes(long factor) {
    long highLow = hi * factor;
    if (Math.unsignedMultiplyHigh(hi, factor) != 0) {
      return Optional.empty();
    }
    long high = highLow + Math.unsignedMultiplyHigh(lo, factor);
    if (Long.compareUnsigned(high, highLow) < 0) {
      return Optional.empty();
    }
    return Optional.of(new Uint128(high, lo * factor));
  }

  /**
   * {@code floor(this * bps / 10,000)}, exactly.
   *
   * @param bps basis points, 0 to 10,000; throws {@link IllegalArgumentException} outside
   */
  public Uint128 timesBps(int bps) {
    if (bps < 0 || bps > BPS_MAX) {
      throw new IllegalArgumentException("basis points out of range: " + bps);
    }
    // x = 10,000 q + r, so floor(x b / 10,000) = q b + floor(r b / 10,000), and q b <= x never
    // overflows.
    long r = Long.remainderUnsigned(hi, BPS_MAX);
    long q3 = Long.divideUnsigned(hi, BPS_MAX);
    long upper = r << 32 | lo >>> 32;
    long q1 = upper / BPS_MAX;
    long lower = upper % BPS_MAX << 32 | lo & 0xffffffffL;
    long q0 = lower / BPS_MAX;
    long rest = lower % BPS_MAX;
    long quotientLow = q1 << 32 | q0;
    long productLow = quotientLow * bps;
    long productHigh = q3 * bps + Math.unsignedMultiplyHigh(quotientLow, bps);
    return new Uint128(productHigh, productLow).plus(of(rest * bps / BPS_MAX));
  }

  /** A tenth, or null if this is no multiple of ten. */
  public @Nullable Uint128 tenthIfExact() {
    long upper = Long.remainderUnsigned(hi, 10) << 32 | lo >>> 32;
    long lower = upper % 10 << 32 | lo & 0xffffffffL;
    if (lower % 10 != 0) {
      return null;
    }
    return new Uint128(Long.divideUnsigned(hi, 10), (upper / 10 << 32) + lower / 10);
  }

  /** Whether this is 0. */
  public boolean isZero() {
    return (hi | lo) == 0;
  }

  /** Whether this is smaller than {@code other}. */
  public boolean isLessThan(Uint128 other) {
    return compareTo(other) < 0;
  }

  /** The smaller of the two. */
  public Uint128 min(Uint128 other) {
    return isLessThan(other) ? this : other;
  }

  /** Unsigned order. */
  @Override
  public int compareTo(Uint128 other) {
    int order = Long.compareUnsigned(hi, other.hi);
    return order == 0 ? Long.compareUnsigned(lo, other.lo) : order;
  }

  /** The same number without a bound. */
  public BigInteger toBigInteger() {
    return new BigInteger(1, toBytes());
  }

  /** Writes 16 big-endian bytes to {@code target[offset, offset + 16)}. */
  public void writeTo(byte[] target, int offset) {
    LONGS.set(target, offset, hi);
    LONGS.set(target, offset + 8, lo);
  }

  /** A fresh array of the 16 big-endian bytes. */
  public byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    writeTo(bytes, 0);
    return bytes;
  }

  /** Decimal digits. */
  @Override
  public String toString() {
    return hi == 0 ? Long.toUnsignedString(lo) : toBigInteger().toString();
  }
}
