package dev.sluice.primitives.codec;

import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.Arrays;
import org.apache.tuweni.bytes.Bytes;

/** A growing byte string in the protocol's number formats, big-endian. Not thread-safe. */
public final class ByteWriter {
  private static final long VARINT_LIMIT = 1L << 61;

  private byte[] buffer;
  private int size;

  /** Starts empty with room for {@code capacity} bytes. */
  public ByteWriter(int capacity) {
    buffer = new byte[capacity];
  }

  /** How many bytes are written. */
  public int size() {
    return size;
  }

  /** One byte; the low 8 bits of {@code value}. */
  public ByteWriter u8(int value) {
    return fixed(value, 1);
  }

  /** Two bytes; the low 16 bits. */
  public ByteWriter u16(int value) {
    return fixed(value, 2);
  }

  /** Four bytes; the low 32 bits. */
  public ByteWriter u32(long value) {
    return fixed(value, 4);
  }

  /** Five bytes; the low 40 bits. */
  public ByteWriter u40(long value) {
    return fixed(value, 5);
  }

  /** Eight bytes. */
  public ByteWriter u64(long value) {
    return fixed(value, 8);
  }

  /** Sixteen bytes. */
  public ByteWriter u128(Uint128 value) {
    reserve(Uint128.BYTES);
    value.writeTo(buffer, size);
    size += Uint128.BYTES;
    return this;
  }

  /** 20 bytes. */
  public ByteWriter address(Address value) {
    reserve(Address.BYTES);
    value.writeTo(buffer, size);
    size += Address.BYTES;
    return this;
  }

  /** 32 bytes. */
  public ByteWriter hash32(Hash32 value) {
    reserve(Hash32.BYTES);
    value.writeTo(buffer, size);
    size += Hash32.BYTES;
    return this;
  }

  /** 64 bytes. */
  public ByteWriter signature(WalletSignature value) {
    return hash32(value.r()).hash32(value.yParityAndS());
  }

  /** The bytes as they are. */
  public ByteWriter bytes(byte[] value) {
    reserve(value.length);
    System.arraycopy(value, 0, buffer, size, value.length);
    size += value.length;
    return this;
  }

  /** The bytes as they are. */
  public ByteWriter bytes(Bytes value) {
    return bytes(value.toArrayUnsafe());
  }

  /** {@code count} zero bytes. */
  public ByteWriter zeros(int count) {
    reserve(count);
    size += count;
    return this;
  }

  /** A 32-byte word of the ABI: a {@code u64} or smaller, left-padded. */
  public ByteWriter word(long value) {
    return zeros(24).u64(value);
  }

  /** A 32-byte word of the ABI. */
  public ByteWriter word(Uint128 value) {
    return zeros(16).u128(value);
  }

  /** A 32-byte word of the ABI. */
  public ByteWriter word(Address value) {
    return zeros(12).address(value);
  }

  /** V in its shortest form; throws {@link IllegalArgumentException} outside [0, 2^61). */
  public ByteWriter varint(long value) {
    if (value < 0 || value >= VARINT_LIMIT) {
      throw new IllegalArgumentException("not a varint: " + Long.toUnsignedString(value));
    }
    int more = 0;
    while (value >>> 8 * (more + 1) - 3 != 0) {
      more++;
    }
    return fixed((long) more << 8 * (more + 1) - 3 | value, more + 1);
  }

  /**
   * A: the largest exponent that divides the amount if its mantissa is below 2^61, else 16 raw
   * bytes.
   */
  public ByteWriter amount(Uint128 value) {
    Uint128 mantissa = value;
    int exponent = 0;
    if (!value.isZero()) {
      for (Uint128 tenth = mantissa.tenthIfExact();
          tenth != null;
          tenth = mantissa.tenthIfExact()) {
        mantissa = tenth;
        exponent++;
      }
    }
    if (mantissa.hi() != 0 || mantissa.lo() < 0 || mantissa.lo() >= VARINT_LIMIT) {
      return u8(255).u128(value);
    }
    return u8(exponent).varint(mantissa.lo());
  }

  /** A fresh array of what is written. */
  public byte[] toBytes() {
    return Arrays.copyOf(buffer, size);
  }

  /** The Keccak-256 of what is written. */
  public Hash32 keccak256() {
    return Keccak256.hash32(buffer, 0, size);
  }

  private ByteWriter fixed(long value, int count) {
    reserve(count);
    for (int i = count - 1; i >= 0; i--) {
      buffer[size++] = (byte) (value >>> 8 * i);
    }
    return this;
  }

  private void reserve(int count) {
    if (size + count > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, size + count));
    }
  }
}
