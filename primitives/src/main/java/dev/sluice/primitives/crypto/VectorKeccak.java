package dev.sluice.primitives.crypto;

import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.util.Arrays;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Eight nodes at once, one per 64-bit lane of a 512-bit vector: 26 M nodes a second and core
 * against 3 M one at a time. Chosen by {@link NodeHasher#fastest()} only where the incubator module
 * is present and 512-bit vectors are native; slower than plain code until C2 has compiled it.
 *
 * <p>Thread-safe: the transposition buffer belongs to the call.
 */
final class VectorKeccak implements NodeHasher {
  private static final VectorSpecies<Long> LANES = LongVector.SPECIES_512;
  private static final int WIDTH = 8;

  /**
   * From three on, one call with idle lanes is cheaper than one at a time (about 300 ns each way).
   */
  private static final int LANES_WORTHWHILE = 3;

  private static final long[] RC = Keccak256.RC;

  private final NodeHasher plain = new PlainNodeHasher();

  /**
   * Called by reflection, so that nothing links against the incubator module unless it is there.
   */
  VectorKeccak() {}

  static boolean isNative() {
    return LongVector.SPECIES_PREFERRED.length() >= WIDTH;
  }

  @Override
  public void hashPairs(long[] pairs, int[] pairAt, long[] out, int[] outAt, int from, int to) {
    long[] words = new long[BLOCK_LANES * WIDTH];
    long[] hashes = new long[4 * WIDTH];
    // 64 bytes and their padding.
    Arrays.fill(words, 8 * WIDTH, 9 * WIDTH, 1L);
    Arrays.fill(words, 16 * WIDTH, 17 * WIDTH, 0x8000000000000000L);
    int k = from;
    while (to - k >= LANES_WORTHWHILE) {
      int lanes = Math.min(WIDTH, to - k);
      for (int lane = 0; lane < lanes; lane++) {
        int at = pairAt[k + lane];
        for (int w = 0; w < 8; w++) {
          words[w * WIDTH + lane] = pairs[at + w];
        }
      }
      hash8(words, true, hashes);
      for (int lane = 0; lane < lanes; lane++) {
        copy(hashes, lane, out, outAt[k + lane]);
      }
      k += lanes;
    }
    plain.hashPairs(pairs, pairAt, out, outAt, k, to);
  }

  @Override
  public void hashBlocks(long[] blocks, int count, long[] out) {
    long[] words = new long[BLOCK_LANES * WIDTH];
    long[] hashes = new long[4 * WIDTH];
    int k = 0;
    while (count - k >= LANES_WORTHWHILE) {
      int lanes = Math.min(WIDTH, count - k);
      for (int lane = 0; lane < lanes; lane++) {
        int at = BLOCK_LANES * (k + lane);
        for (int w = 0; w < BLOCK_LANES; w++) {
          words[w * WIDTH + lane] = blocks[at + w];
        }
      }
      hash8(words, false, hashes);
      for (int lane = 0; lane < lanes; lane++) {
        copy(hashes, lane, out, 4 * (k + lane));
      }
      k += lanes;
    }
    PlainNodeHasher.hashBlocks(blocks, k, count, out);
  }

  private static void copy(long[] hashes, int lane, long[] out, int at) {
    out[at] = hashes[lane];
    out[at + 1] = hashes[WIDTH + lane];
    out[at + 2] = hashes[2 * WIDTH + lane];
    out[at + 3] = hashes[3 * WIDTH + lane];
  }

  /**
   * {@code words[8 w + lane]} is word w of the lane's padded block; {@code hashes[8 w + lane]} word
   * w of its hash. With {@code nodes} the first eight words are a pair of children, and two empty
   * ones make an empty parent.
   */
  private static void hash8(long[] words, boolean nodes, long[] hashes) {
    LongVector zero = LongVector.zero(LANES);
    LongVector a0 = LongVector.fromArray(LANES, words, 0);
    LongVector a1 = LongVector.fromArray(LANES, words, 8);
    LongVector a2 = LongVector.fromArray(LANES, words, 16);
    LongVector a3 = LongVector.fromArray(LANES, words, 24);
    LongVector a4 = LongVector.fromArray(LANES, words, 32);
    LongVector a5 = LongVector.fromArray(LANES, words, 40);
    LongVector a6 = LongVector.fromArray(LANES, words, 48);
    LongVector a7 = LongVector.fromArray(LANES, words, 56);
    VectorMask<Long> empty =
        nodes
            ? a0.or(a1).or(a2).or(a3).or(a4).or(a5).or(a6).or(a7).compare(VectorOperators.EQ, 0L)
            : LANES.maskAll(false);
    LongVector a8 = LongVector.fromArray(LANES, words, 64);
    LongVector a9 = LongVector.fromArray(LANES, words, 72);
    LongVector a10 = LongVector.fromArray(LANES, words, 80);
    LongVector a11 = LongVector.fromArray(LANES, words, 88);
    LongVector a12 = LongVector.fromArray(LANES, words, 96);
    LongVector a13 = LongVector.fromArray(LANES, words, 104);
    LongVector a14 = LongVector.fromArray(LANES, words, 112);
    LongVector a15 = LongVector.fromArray(LANES, words, 120);
    LongVector a16 = LongVector.fromArray(LANES, words, 128);
    LongVector a17 = zero;
    LongVector a18 = zero;
    LongVector a19 = zero;
    LongVector a20 = zero;
    LongVector a21 = zero;
    LongVector a22 = zero;
    LongVector a23 = zero;
    LongVector a24 = zero;
    for (int round = 0; round < 24; round++) {
      LongVector c0 = a0.lanewise(XOR, a5).lanewise(XOR, a10).lanewise(XOR, a15).lanewise(XOR, a20);
      LongVector c1 = a1.lanewise(XOR, a6).lanewise(XOR, a11).lanewise(XOR, a16).lanewise(XOR, a21);
      LongVector c2 = a2.lanewise(XOR, a7).lanewise(XOR, a12).lanewise(XOR, a17).lanewise(XOR, a22);
      LongVector c3 = a3.lanewise(XOR, a8).lanewise(XOR, a13).lanewise(XOR, a18).lanewise(XOR, a23);
      LongVector c4 = a4.lanewise(XOR, a9).lanewise(XOR, a14).lanewise(XOR, a19).lanewise(XOR, a24);
      LongVector d0 = c4.lanewise(XOR, c1.lanewise(ROL, 1L));
      LongVector d1 = c0.lanewise(XOR, c2.lanewise(ROL, 1L));
      LongVector d2 = c1.lanewise(XOR, c3.lanewise(ROL, 1L));
      LongVector d3 = c2.lanewise(XOR, c4.lanewise(ROL, 1L));
      LongVector d4 = c3.lanewise(XOR, c0.lanewise(ROL, 1L));
      LongVector b0 = a0.lanewise(XOR, d0);
      LongVector b10 = a1.lanewise(XOR, d1).lanewise(ROL, 1L);
      LongVector b20 = a2.lanewise(XOR, d2).lanewise(ROL, 62L);
      LongVector b5 = a3.lanewise(XOR, d3).lanewise(ROL, 28L);
      LongVector b15 = a4.lanewise(XOR, d4).lanewise(ROL, 27L);
      LongVector b16 = a5.lanewise(XOR, d0).lanewise(ROL, 36L);
      LongVector b1 = a6.lanewise(XOR, d1).lanewise(ROL, 44L);
      LongVector b11 = a7.lanewise(XOR, d2).lanewise(ROL, 6L);
      LongVector b21 = a8.lanewise(XOR, d3).lanewise(ROL, 55L);
      LongVector b6 = a9.lanewise(XOR, d4).lanewise(ROL, 20L);
      LongVector b7 = a10.lanewise(XOR, d0).lanewise(ROL, 3L);
      LongVector b17 = a11.lanewise(XOR, d1).lanewise(ROL, 10L);
      LongVector b2 = a12.lanewise(XOR, d2).lanewise(ROL, 43L);
      LongVector b12 = a13.lanewise(XOR, d3).lanewise(ROL, 25L);
      LongVector b22 = a14.lanewise(XOR, d4).lanewise(ROL, 39L);
      LongVector b23 = a15.lanewise(XOR, d0).lanewise(ROL, 41L);
      LongVector b8 = a16.lanewise(XOR, d1).lanewise(ROL, 45L);
      LongVector b18 = a17.lanewise(XOR, d2).lanewise(ROL, 15L);
      LongVector b3 = a18.lanewise(XOR, d3).lanewise(ROL, 21L);
      LongVector b13 = a19.lanewise(XOR, d4).lanewise(ROL, 8L);
      LongVector b14 = a20.lanewise(XOR, d0).lanewise(ROL, 18L);
      LongVector b24 = a21.lanewise(XOR, d1).lanewise(ROL, 2L);
      LongVector b9 = a22.lanewise(XOR, d2).lanewise(ROL, 61L);
      LongVector b19 = a23.lanewise(XOR, d3).lanewise(ROL, 56L);
      LongVector b4 = a24.lanewise(XOR, d4).lanewise(ROL, 14L);
      a0 = b0.lanewise(XOR, b1.not().and(b2)).lanewise(XOR, RC[round]);
      a1 = b1.lanewise(XOR, b2.not().and(b3));
      a2 = b2.lanewise(XOR, b3.not().and(b4));
      a3 = b3.lanewise(XOR, b4.not().and(b0));
      a4 = b4.lanewise(XOR, b0.not().and(b1));
      a5 = b5.lanewise(XOR, b6.not().and(b7));
      a6 = b6.lanewise(XOR, b7.not().and(b8));
      a7 = b7.lanewise(XOR, b8.not().and(b9));
      a8 = b8.lanewise(XOR, b9.not().and(b5));
      a9 = b9.lanewise(XOR, b5.not().and(b6));
      a10 = b10.lanewise(XOR, b11.not().and(b12));
      a11 = b11.lanewise(XOR, b12.not().and(b13));
      a12 = b12.lanewise(XOR, b13.not().and(b14));
      a13 = b13.lanewise(XOR, b14.not().and(b10));
      a14 = b14.lanewise(XOR, b10.not().and(b11));
      a15 = b15.lanewise(XOR, b16.not().and(b17));
      a16 = b16.lanewise(XOR, b17.not().and(b18));
      a17 = b17.lanewise(XOR, b18.not().and(b19));
      a18 = b18.lanewise(XOR, b19.not().and(b15));
      a19 = b19.lanewise(XOR, b15.not().and(b16));
      a20 = b20.lanewise(XOR, b21.not().and(b22));
      a21 = b21.lanewise(XOR, b22.not().and(b23));
      a22 = b22.lanewise(XOR, b23.not().and(b24));
      a23 = b23.lanewise(XOR, b24.not().and(b20));
      a24 = b24.lanewise(XOR, b20.not().and(b21));
    }
    a0.blend(0L, empty).intoArray(hashes, 0);
    a1.blend(0L, empty).intoArray(hashes, 8);
    a2.blend(0L, empty).intoArray(hashes, 16);
    a3.blend(0L, empty).intoArray(hashes, 24);
  }
}
