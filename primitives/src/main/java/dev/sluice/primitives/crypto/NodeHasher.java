package dev.sluice.primitives.crypto;

import java.lang.reflect.Constructor;

/**
 * Hashes many nodes of the state tree: {@code H(l, r) = keccak256(l || r)}, {@code H(0, 0) = 0}
 * ({@code docs/protocol.md}, state tree). Every implementation gives the same result; they differ
 * in speed only. Thread-safe.
 */
public interface NodeHasher {
  /**
   * For every k in [from, to): reads the eight lanes of a pair of children at {@code
   * pairs[pairAt[k]]} (left then right, four little-endian lanes each) and writes the parent's four
   * lanes to {@code out[outAt[k]]}. {@code out} may be {@code pairs} as long as no output of this
   * call is one of its inputs.
   */
  void hashPairs(long[] pairs, int[] pairAt, long[] out, int[] outAt, int from, int to);

  /** Lanes of a block: what one permutation absorbs. */
  int BLOCK_LANES = Keccak256.RATE_BYTES / Long.BYTES;

  /**
   * Keccak-256 of {@code count} messages of at most 135 bytes: message i is {@code blocks[17 i, 17
   * i + 17)}, little-endian lanes with the padding in place; its hash goes to {@code out[4 i, 4 i +
   * 4)}.
   */
  void hashBlocks(long[] blocks, int count, long[] out);

  /** One node at a time in plain Java; runs everywhere. */
  static NodeHasher plain() {
    return new PlainNodeHasher();
  }

  /**
   * The vector kernel where this JVM has the incubator module and 512-bit vectors, else {@link
   * #plain()}.
   */
  static NodeHasher fastest() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return plain();
    }
    try {
      Class<?> kernel = Class.forName("dev.sluice.primitives.crypto.VectorKeccak");
      Object isNative = kernel.getDeclaredMethod("isNative").invoke(null);
      if (!Boolean.TRUE.equals(isNative)) {
        return plain();
      }
      Constructor<?> constructor = kernel.getDeclaredConstructor();
      return (NodeHasher) constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "the vector kernel is on the class path but does not link", e);
    }
  }
}
