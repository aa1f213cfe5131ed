package dev.sluice.primitives.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * 32 opaque bytes: a hash, an id, a beacon.
 *
 * <p>The four words are the bytes read as little-endian 64-bit lanes, the form in which Keccak
 * works and in which the state tree keeps its nodes; {@link #compareTo} nevertheless orders by the
 * bytes.
 *
 * @param w0 bytes 0 to 7, little-endian
 * @param w1 bytes 8 to 15, little-endian
 * @param w2 bytes 16 to 23, little-endian
 * @param w3 bytes 24 to 31, little-endian
 */
public record Hash32(long w0, long w1, long w2, long w3) implements Comparable<Hash32> {
  /** Length in bytes. */
  public static final int BYTES = 32;

  /** 32 zero bytes; also the hash of an empty subtree ({@code docs/protocol.md}, state tree). */
  public static final Hash32 ZERO = new Hash32(0, 0, 0, 0);

  private static final VarHandle LANES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The value of exactly 32 bytes; throws {@link IllegalArgumentException} on another length. */
  public static Hash32 of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("32 bytes expected, got " + bytes.length);
    }
    return of(bytes, 0);
  }

  /** The value of {@code bytes[offset, offset + 32)}, which the caller knows to exist. */
  public static Hash32 of(byte[] bytes, int offset) {
    return new Hash32(
        (long) LANES.get(bytes, offset),
        (long) LANES.get(bytes, offset + 8),
        (long) LANES.get(bytes, offset + 16),
        (long) LANES.get(bytes, offset + 24));
  }

  /** The value of the four lanes that start at {@code lanes[offset]}. */
  public static Hash32 ofLanes(long[] lanes, int offset) {
    return new Hash32(lanes[offset], lanes[offset + 1], lanes[offset + 2], lanes[offset + 3]);
  }

  /**
   * Parses 64 hexadecimal digits with or without {@code 0x}; throws {@link
   * IllegalArgumentException} on anything else.
   */
  public static Hash32 fromHex(String hex) {
    return of(HexFormat.of().parseHex(hex.startsWith("0x") ? hex.substring(2) : hex));
  }

  /** Writes the 32 bytes to {@code target[offset, offset + 32)}. */
  public void writeTo(byte[] target, int offset) {
    LANES.set(target, offset, w0);
    LANES.set(target, offset + 8, w1);
    LANES.set(target, offset + 16, w2);
    LANES.set(target, offset + 24, w3);
  }

  /** Writes the four lanes to {@code target[offset, offset + 4)}. */
  public void writeLanesTo(long[] target, int offset) {
    target[offset] = w0;
    target[offset + 1] = w1;
    target[offset + 2] = w2;
    target[offset + 3] = w3;
  }

  /** A fresh array of the 32 bytes. */
  public byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    writeTo(bytes, 0);
    return bytes;
  }

  /** Whether all 32 bytes are zero. */
  public boolean isZero() {
    return (w0 | w1 | w2 | w3) == 0;
  }

  @Override
  public int compareTo(Hash32 other) {
    int order = Long.compareUnsigned(Long.reverseBytes(w0), Long.reverseBytes(other.w0));
    if (order == 0) {
      order = Long.compareUnsigned(Long.reverseBytes(w1), Long.reverseBytes(other.w1));
    }
    if (order == 0) {
      order = Long.compareUnsigned(Long.reverseBytes(w2), Long.reverseBytes(other.w2));
    }
    if (order == 0) {
      order = Long.compareUnsigned(Long.reverseBytes(w3), Long.reverseBytes(other.w3));
    }
    return order;
  }

  /** {@code 0x} and 64 lower-case hexadecimal digits. */
  @Override
  public String toString() {
    return "0x" + HexFormat.of().formatHex(toBytes());
  }
}
