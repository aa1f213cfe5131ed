package dev.sluice.primitives.crypto;

import dev.sluice.primitives.value.Hash32;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Keccak-256 as Ethereum uses it: the original padding (0x01), rate 136 bytes, 32 bytes out.
 * Stateless and thread-safe.
 *
 * <p>Plain Java, one lane; 25 local variables per permutation, which C2 keeps in registers and on
 * the stack (3.1 M nodes a second and core where BouncyCastle makes 2.8 M). Many nodes at once go
 * through {@link NodeHasher}.
 */
public final class Keccak256 {
  /** Bytes absorbed by one permutation. A preimage of at most 135 bytes costs one. */
  public static final int RATE_BYTES = 136;

  static final long[] RC = {
    0x0000000000000001L, 0x0000000000008082L, 0x800000000000808aL, 0x8000000080008000L,
    0x000000000000808bL, 0x0000000080000001L, 0x8000000080008081L, 0x8000000000008009L,
    0x000000000000008aL, 0x0000000000000088L, 0x0000000080008009L, 0x000000008000000aL,
    0x000000008000808bL, 0x800000000000008bL, 0x8000000000008089L, 0x8000000000008003L,
    0x8000000000008002L, 0x8000000000000080L, 0x000000000000800aL, 0x800000008000000aL,
    0x8000000080008081L, 0x8000000000008080L, 0x0000000080000001L, 0x8000000080008008L
  };

  private static final VarHandle LANES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Keccak256() {}

  /** The hash of the whole array, as a fresh array of 32 bytes. */
  public static byte[] hash(byte[] input) {
    return hash(input, 0, input.length);
  }

  /** The hash of {@code input[offset, offset + length)}, as a fresh array of 32 bytes. */
  public static byte[] hash(byte[] input, int offset, int length) {
    byte[] out = new byte[Hash32.BYTES];
    hash(input, offset, length, out, 0);
    return out;
  }

  /** The hash of the whole array. */
  public static Hash32 hash32(byte[] input) {
    return Hash32.ofLanes(absorb(input, 0, input.length), 0);
  }

  /** The hash of {@code input[offset, offset + length)}. */
  public static Hash32 hash32(byte[] input, int offset, int length) {
    return Hash32.ofLanes(absorb(input, offset, length), 0);
  }

  /** Hashes {@code input[offset, offset + length)} into {@code out[outOffset, outOffset + 32)}. */
  public static void hash(byte[] input, int offset, int length, byte[] out, int outOffset) {
    long[] state = absorb(input, offset, length);
    LANES.set(out, outOffset, state[0]);
    LANES.set(out, outOffset + 8, state[1]);
    LANES.set(out, outOffset + 16, state[2]);
    LANES.set(out, outOffset + 24, state[3]);
  }

  /**
   * The hash of 64 bytes, {@code left || right}; without the rule for empty nodes, see {@link
   * #node}.
   */
  public static Hash32 hashPair(Hash32 left, Hash32 right) {
    long[] out = new long[25];
    permute(
        left.w0(),
        left.w1(),
        left.w2(),
        left.w3(),
        right.w0(),
        right.w1(),
        right.w2(),
        right.w3(),
        1L,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0x8000000000000000L,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        out,
        0,
        false);
    return Hash32.ofLanes(out, 0);
  }

  /**
   * A node of the state tree: {@code keccak256(left || right)}, but two empty children make an
   * empty parent.
   */
  public static Hash32 node(Hash32 left, Hash32 right) {
    return left.isZero() && right.isZero() ? Hash32.ZERO : hashPair(left, right);
  }

  /**
   * A node of the state tree in flat arrays, without allocation: four little-endian lanes a hash.
   *
   * @param left where the left child's four lanes start in {@code in}
   * @param right where the right child's four lanes start in {@code in}
   * @param at where the parent's four lanes go in {@code out}; both children zero make zero
   */
  public static void node(long[] in, int left, int right, long[] out, int at) {
    long l0 = in[left];
    long l1 = in[left + 1];
    long l2 = in[left + 2];
    long l3 = in[left + 3];
    long r0 = in[right];
    long r1 = in[right + 1];
    long r2 = in[right + 2];
    long r3 = in[right + 3];
    if ((l0 | l1 | l2 | l3 | r0 | r1 | r2 | r3) == 0) {
      out[at] = 0;
      out[at + 1] = 0;
      out[at + 2] = 0;
      out[at + 3] = 0;
      return;
    }
    permute(
        l0,
        l1,
        l2,
        l3,
        r0,
        r1,
        r2,
        r3,
        1L,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0x8000000000000000L,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        out,
        at,
        false);
  }

  /**
   * The hash of one padded block, 17 lanes at {@code in[from]}, to four lanes at {@code out[at]}.
   */
  static void block(long[] in, int from, long[] out, int at) {
    permute(
        in[from],
        in[from + 1],
        in[from + 2],
        in[from + 3],
        in[from + 4],
        in[from + 5],
        in[from + 6],
        in[from + 7],
        in[from + 8],
        in[from + 9],
        in[from + 10],
        in[from + 11],
        in[from + 12],
        in[from + 13],
        in[from + 14],
        in[from + 15],
        in[from + 16],
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        out,
        at,
        false);
  }

  private static long[] absorb(byte[] input, int offset, int length) {
    java.util.Objects.checkFromIndexSize(offset, length, input.length);
    long[] s = new long[25];
    int at = offset;
    int rest = length;
    while (rest >= RATE_BYTES) {
      for (int i = 0; i < 17; i++) {
        s[i] ^= (long) LANES.get(input, at + 8 * i);
      }
      permute(s);
      at += RATE_BYTES;
      rest -= RATE_BYTES;
    }
    int words = rest >>> 3;
    for (int i = 0; i < words; i++) {
      s[i] ^= (long) LANES.get(input, at + 8 * i);
    }
    int tail = rest & 7;
    long last = 1L << 8 * tail;
    for (int i = 0; i < tail; i++) {
      last |= (input[at + 8 * words + i] & 0xffL) << 8 * i;
    }
    s[words] ^= last;
    s[16] ^= 0x8000000000000000L;
    permute(s);
    return s;
  }

  private static void permute(long[] s) {
    permute(
        s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], s[9], s[10], s[11], s[12], s[13],
        s[14], s[15], s[16], s[17], s[18], s[19], s[20], s[21], s[22], s[23], s[24], s, 0, true);
  }

  /**
   * Keccak-f[1600]; writes the whole state, or with {@code whole == false} its first four lanes.
   */
  private static void permute(
      long a0,
      long a1,
      long a2,
      long a3,
      long a4,
      long a5,
      long a6,
      long a7,
      long a8,
      long a9,
      long a10,
      long a11,
      long a12,
      long a13,
      long a14,
      long a15,
      long a16,
      long a17,
      long a18,
      long a19,
      long a20,
      long a21,
      long a22,
      long a23,
      long a24,
      long[] out,
      int at,
      boolean whole) {
    for (int round = 0; round < 24; round++) {
      long c0 = a0 ^ a5 ^ a10 ^ a15 ^ a20;
      long c1 = a1 ^ a6 ^ a11 ^ a16 ^ a21;
      long c2 = a2 ^ a7 ^ a12 ^ a17 ^ a22;
      long c3 = a3 ^ a8 ^ a13 ^ a18 ^ a23;
      long c4 = a4 ^ a9 ^ a14 ^ a19 ^ a24;
      long d0 = c4 ^ Long.rotateLeft(c1, 1);
      long d1 = c0 ^ Long.rotateLeft(c2, 1);
      long d2 = c1 ^ Long.rotateLeft(c3, 1);
      long d3 = c2 ^ Long.rotateLeft(c4, 1);
      long d4 = c3 ^ Long.rotateLeft(c0, 1);
      long b0 = a0 ^ d0;
      long b10 = Long.rotateLeft(a1 ^ d1, 1);
      long b20 = Long.rotateLeft(a2 ^ d2, 62);
      long b5 = Long.rotateLeft(a3 ^ d3, 28);
      long b15 = Long.rotateLeft(a4 ^ d4, 27);
      long b16 = Long.rotateLeft(a5 ^ d0, 36);
      long b1 = Long.rotateLeft(a6 ^ d1, 44);
      long b11 = Long.rotateLeft(a7 ^ d2, 6);
      long b21 = Long.rotateLeft(a8 ^ d3, 55);
      long b6 = Long.rotateLeft(a9 ^ d4, 20);
      long b7 = Long.rotateLeft(a10 ^ d0, 3);
      long b17 = Long.rotateLeft(a11 ^ d1, 10);
      long b2 = Long.rotateLeft(a12 ^ d2, 43);
      long b12 = Long.rotateLeft(a13 ^ d3, 25);
      long b22 = Long.rotateLeft(a14 ^ d4, 39);
      long b23 = Long.rotateLeft(a15 ^ d0, 41);
      long b8 = Long.rotateLeft(a16 ^ d1, 45);
      long b18 = Long.rotateLeft(a17 ^ d2, 15);
      long b3 = Long.rotateLeft(a18 ^ d3, 21);
      long b13 = Long.rotateLeft(a19 ^ d4, 8);
      long b14 = Long.rotateLeft(a20 ^ d0, 18);
      long b24 = Long.rotateLeft(a21 ^ d1, 2);
      long b9 = Long.rotateLeft(a22 ^ d2, 61);
      long b19 = Long.rotateLeft(a23 ^ d3, 56);
      long b4 = Long.rotateLeft(a24 ^ d4, 14);
      a0 = b0 ^ (~b1 & b2) ^ RC[round];
      a1 = b1 ^ (~b2 & b3);
      a2 = b2 ^ (~b3 & b4);
      a3 = b3 ^ (~b4 & b0);
      a4 = b4 ^ (~b0 & b1);
      a5 = b5 ^ (~b6 & b7);
      a6 = b6 ^ (~b7 & b8);
      a7 = b7 ^ (~b8 & b9);
      a8 = b8 ^ (~b9 & b5);
      a9 = b9 ^ (~b5 & b6);
      a10 = b10 ^ (~b11 & b12);
      a11 = b11 ^ (~b12 & b13);
      a12 = b12 ^ (~b13 & b14);
      a13 = b13 ^ (~b14 & b10);
      a14 = b14 ^ (~b10 & b11);
      a15 = b15 ^ (~b16 & b17);
      a16 = b16 ^ (~b17 & b18);
      a17 = b17 ^ (~b18 & b19);
      a18 = b18 ^ (~b19 & b15);
      a19 = b19 ^ (~b15 & b16);
      a20 = b20 ^ (~b21 & b22);
      a21 = b21 ^ (~b22 & b23);
      a22 = b22 ^ (~b23 & b24);
      a23 = b23 ^ (~b24 & b20);
      a24 = b24 ^ (~b20 & b21);
    }
    out[at] = a0;
    out[at + 1] = a1;
    out[at + 2] = a2;
    out[at + 3] = a3;
    if (whole) {
      out[at + 4] = a4;
      out[at + 5] = a5;
      out[at + 6] = a6;
      out[at + 7] = a7;
      out[at + 8] = a8;
      out[at + 9] = a9;
      out[at + 10] = a10;
      out[at + 11] = a11;
      out[at + 12] = a12;
      out[at + 13] = a13;
      out[at + 14] = a14;
      out[at + 15] = a15;
      out[at + 16] = a16;
      out[at + 17] = a17;
      out[at + 18] = a18;
      out[at + 19] = a19;
      out[at + 20] = a20;
      out[at + 21] = a21;
      out[at + 22] = a22;
      out[at + 23] = a23;
      out[at + 24] = a24;
    }
  }
}
