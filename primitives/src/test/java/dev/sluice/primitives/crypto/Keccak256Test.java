package dev.sluice.primitives.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.value.Hash32;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.junit.jupiter.api.Test;

class Keccak256Test {
  @Test
  void hash_isKnown_forEmptyInput() {
    assertEquals(
        "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
        HexFormat.of().formatHex(Keccak256.hash(new byte[0])));
  }

  @Test
  void hash_equalsBouncyCastle_forEveryLengthAndOffset() {
    SeededGenerator generator = new SeededGenerator(1);
    for (int length = 0; length <= 600; length++) {
      int offset = generator.below(9);
      byte[] input = generator.bytes(offset + length + generator.below(9));
      byte[] expected = bouncyCastle(input, offset, length);
      assertArrayEquals(expected, Keccak256.hash(input, offset, length), "length " + length);
      assertArrayEquals(expected, Keccak256.hash32(input, offset, length).toBytes());
    }
  }

  @Test
  void node_equalsHashOfBothChildren_unlessBothAreEmpty() {
    SeededGenerator.forAll(
        200,
        generator -> {
          Hash32 left = generator.coin() ? generator.hash32() : Hash32.ZERO;
          Hash32 right = generator.coin() ? generator.hash32() : Hash32.ZERO;
          byte[] pair = new byte[64];
          left.writeTo(pair, 0);
          right.writeTo(pair, 32);
          Hash32 hashed = Hash32.of(bouncyCastle(pair, 0, 64));
          Hash32 expected = left.isZero() && right.isZero() ? Hash32.ZERO : hashed;
          assertEquals(hashed, Keccak256.hashPair(left, right));
          assertEquals(expected, Keccak256.node(left, right));
          long[] lanes = new long[16];
          left.writeLanesTo(lanes, 3);
          right.writeLanesTo(lanes, 8);
          Keccak256.node(lanes, 3, 8, lanes, 12);
          assertEquals(expected, Hash32.ofLanes(lanes, 12));
        });
  }

  @Test
  void nodeHashers_agree_forAnyCountAndPlacement() {
    NodeHasher fastest = NodeHasher.fastest();
    NodeHasher plain = NodeHasher.plain();
    SeededGenerator.forAll(
        100,
        generator -> {
          int count = generator.below(40);
          long[] pairs = new long[8 * 64];
          for (int i = 0; i < pairs.length; i++) {
            pairs[i] = generator.anyLong();
          }
          int[] pairAt = new int[count];
          int[] outAt = new int[count];
          for (int k = 0; k < count; k++) {
            pairAt[k] = 8 * generator.below(64);
            outAt[k] = 4 * k;
            if (generator.below(3) == 0) {
              java.util.Arrays.fill(pairs, pairAt[k], pairAt[k] + 8, 0);
            } else if (generator.below(3) == 0) {
              java.util.Arrays.fill(pairs, pairAt[k], pairAt[k] + 4, 0);
            }
          }
          int from = count == 0 ? 0 : generator.below(count);
          long[] expected = new long[4 * count];
          long[] actual = new long[4 * count];
          plain.hashPairs(pairs, pairAt, expected, outAt, from, count);
          fastest.hashPairs(pairs, pairAt, actual, outAt, from, count);
          assertArrayEquals(expected, actual);
        });
  }

  static byte[] bouncyCastle(byte[] input, int offset, int length) {
    KeccakDigest digest = new KeccakDigest(256);
    digest.update(input, offset, length);
    byte[] out = new byte[32];
    digest.doFinal(out, 0);
    return out;
  }
}
