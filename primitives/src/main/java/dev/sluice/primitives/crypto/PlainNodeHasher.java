package dev.sluice.primitives.crypto;

/** {@link Keccak256#node(long[], int, int, long[], int)} in a loop. */
final class PlainNodeHasher implements NodeHasher {
  @Override
  public void hashPairs(long[] pairs, int[] pairAt, long[] out, int[] outAt, int from, int to) {
    for (int k = from; k < to; k++) {
      Keccak256.node(pairs, pairAt[k], pairAt[k] + 4, out, outAt[k]);
    }
  }

  @Override
  public void hashBlocks(long[] blocks, int count, long[] out) {
    hashBlocks(blocks, 0, count, out);
  }

  static void hashBlocks(long[] blocks, int from, int to, long[] out) {
    for (int i = from; i < to; i++) {
      Keccak256.block(blocks, BLOCK_LANES * i, out, 4 * i);
    }
  }
}
