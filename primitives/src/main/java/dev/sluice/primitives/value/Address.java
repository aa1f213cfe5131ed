package dev.sluice.primitives.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * A 20-byte Ethereum address: the last 20 bytes of the Keccak-256 of a public key, or a contract.
 *
 * @param high bytes 0 to 7, big-endian
 * @param middle bytes 8 to 15, big-endian
 * @param low bytes 16 to 19, big-endian
 */
public record Address(long high, long middle, int low) implements Comparable<Address> {
  /** Length in bytes. */
  public static final int BYTES = 20;

  /** Twenty zero bytes: the owner of nothing. */
  public static final Address ZERO = new Address(0, 0, 0);

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  /** The value of exactly 20 bytes; throws {@link IllegalArgumentException} on another length. */
  public static Address of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("20 bytes expected, got " + bytes.length);
    }
    return of(bytes, 0);
  }

  /** The value of {@code bytes[offset, offset + 20)}, which the caller knows to exist. */
  public static Address of(byte[] bytes, int offset) {
    return new Address(
        (long) LONGS.get(bytes, offset),
        (long) LONGS.get(bytes, offset + 8),
        (int) INTS.get(bytes, offset + 16));
  }

  /**
   * Parses 40 hexadecimal digits with or without {@code 0x}, in any case; no EIP-55 checksum is
   * demanded.
   */
  public static Address fromHex(String hex) {
    return of(HexFormat.of().parseHex(hex.startsWith("0x") ? hex.substring(2) : hex));
  }

  /** Writes the 20 bytes to {@code target[offset, offset + 20)}. */
  public void writeTo(byte[] target, int offset) {
    LONGS.set(target, offset, high);
    LONGS.set(target, offset + 8, middle);
    INTS.set(target, offset + 16, low);
  }

  /** A fresh array of the 20 bytes. */
  public byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    writeTo(bytes, 0);
    return bytes;
  }

  /** Whether all 20 bytes are zero. */
  public boolean isZero() {
    return (high | middle | low) == 0;
  }

  @Override
  public int compareTo(Address other) {
    int order = Long.compareUnsigned(high, other.high);
    if (order == 0) {
      order = Long.compareUnsigned(middle, other.middle);
    }
    return order == 0 ? Integer.compareUnsigned(low, other.low) : order;
  }

  /** {@code 0x} and 40 lower-case hexadecimal digits. */
  @Override
  public String toString() {
    return "0x" + HexFormat.of().formatHex(toBytes());
  }
}
