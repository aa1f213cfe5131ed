package dev.sluice.primitives.codec;

import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.Objects;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over untrusted bytes. It never throws on their content: the first failure is remembered,
 * every read after it gives zeros, and {@link #finish} tells. Numbers are big-endian. Not
 * thread-safe.
 */
public final class ByteReader {
  private static final int EXPONENT_MAX = 38;
  private static final int EXPONENT_RAW = 255;
  private static final Uint128[] POWERS_OF_TEN = new Uint128[EXPONENT_MAX + 1];

  static {
    POWERS_OF_TEN[0] = Uint128.ONE;
    for (int i = 1; i <= EXPONENT_MAX; i++) {
      POWERS_OF_TEN[i] = POWERS_OF_TEN[i - 1].tryTimes(10).orElseThrow();
    }
  }

  private final byte[] bytes;
  private final int end;
  private int position;
  private @Nullable Malformation failure;

  /** Reads the whole array, which the caller does not change meanwhile. */
  public ByteReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  /**
   * Reads {@code bytes[from, to)}; throws {@link IndexOutOfBoundsException} if the array has no
   * such range.
   */
  public ByteReader(byte[] bytes, int from, int to) {
    Objects.checkFromToIndex(from, to, bytes.length);
    this.bytes = bytes;
    this.position = from;
    this.end = to;
  }

  /** Records a failure; the first one stays. */
  public void fail(Malformation reason) {
    if (failure == null) {
      failure = reason;
    }
    position = end;
  }

  /** Whether something has failed. */
  public boolean hasFailed() {
    return failure != null;
  }

  /** The index in the array of the next byte. */
  public int position() {
    return position;
  }

  /** How many bytes are left. */
  public int remaining() {
    return end - position;
  }

  /** The result: what {@code value} is, unless something failed or bytes are left over. */
  public <T> DecodeResult<T> finish(Function<ByteReader, T> value) {
    if (failure == null && position != end) {
      fail(Malformation.TRAILING_BYTES);
    }
    Malformation reason = failure;
    return reason == null
        ? new DecodeResult.Decoded<>(value.apply(this))
        : new DecodeResult.Malformed<>(reason);
  }

  /** The failure as a result; only after {@link #hasFailed}. */
  public <T> DecodeResult<T> malformed() {
    return new DecodeResult.Malformed<>(Objects.requireNonNull(failure));
  }

  /** One byte, 0 to 255. */
  public int u8() {
    return take(1) ? bytes[position++] & 0xff : 0;
  }

  /** Two bytes. */
  public int u16() {
    return (int) fixed(2);
  }

  /** Four bytes, 0 to 2^32 - 1. */
  public long u32() {
    return fixed(4);
  }

  /** Five bytes, 0 to 2^40 - 1. */
  public long u40() {
    return fixed(5);
  }

  /** Eight bytes; read the result as unsigned. */
  public long u64() {
    return fixed(8);
  }

  /** Sixteen bytes. */
  public Uint128 u128() {
    if (!take(16)) {
      return Uint128.ZERO;
    }
    position += 16;
    return Uint128.of(bytes, position - 16);
  }

  /** 20 bytes. */
  public Address address() {
    if (!take(Address.BYTES)) {
      return Address.ZERO;
    }
    position += Address.BYTES;
    return Address.of(bytes, position - Address.BYTES);
  }

  /** 32 bytes. */
  public Hash32 hash32() {
    if (!take(Hash32.BYTES)) {
      return Hash32.ZERO;
    }
    position += Hash32.BYTES;
    return Hash32.of(bytes, position - Hash32.BYTES);
  }

  /** 64 bytes. */
  public WalletSignature signature() {
    return new WalletSignature(hash32(), hash32());
  }

  /** {@code size} bytes as an unshared copy; {@code size} zeros on failure. */
  public Bytes bytes(int size) {
    byte[] copy = new byte[size];
    if (take(size)) {
      System.arraycopy(bytes, position, copy, 0, size);
      position += size;
    }
    return Bytes.wrap(copy);
  }

  /** A token, one byte 0 to 3. */
  public int token() {
    int token = u8();
    if (token > 3) {
      fail(Malformation.TOKEN_OUT_OF_RANGE);
      return 0;
    }
    return token;
  }

  /** V: a varint of 1 to 8 bytes in any length, 0 to 2^61 - 1. */
  public long varint() {
    int first = u8();
    long value = first & 0x1f;
    int more = first >>> 5;
    if (!take(more)) {
      return 0;
    }
    for (int i = 0; i < more; i++) {
      value = value << 8 | bytes[position++] & 0xff;
    }
    return value;
  }

  /** V below 2^32: an index, or another {@code u32} that is posted as a varint. */
  public long index() {
    long value = varint();
    if (value >>> 32 != 0) {
      fail(Malformation.NUMBER_OUT_OF_RANGE);
      return 0;
    }
    return value;
  }

  /** A: an amount below 2^128 in any of its forms. */
  public Uint128 amount() {
    int exponent = u8();
    if (exponent == EXPONENT_RAW) {
      return u128();
    }
    if (exponent > EXPONENT_MAX) {
      fail(Malformation.BAD_EXPONENT);
      return Uint128.ZERO;
    }
    long mantissa = varint();
    Uint128 amount = POWERS_OF_TEN[exponent].tryTimes(mantissa).orElse(null);
    if (amount == null) {
      fail(Malformation.AMOUNT_OUT_OF_RANGE);
      return Uint128.ZERO;
    }
    return amount;
  }

  private long fixed(int size) {
    if (!take(size)) {
      return 0;
    }
    long value = 0;
    for (int i = 0; i < size; i++) {
      value = value << 8 | bytes[position++] & 0xff;
    }
    return value;
  }

  private boolean take(int size) {
    if (size > end - position) {
      fail(Malformation.TRUNCATED);
      return false;
    }
    return true;
  }
}
