package dev.sluice.state.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.value.Hash32;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StateTreeTest {
  /** Another way to the same root: recursion over a sorted map of the leaves that exist. */
  private static Hash32 naive(SortedMap<Long, Hash32> leaves, int height, long position) {
    long from = position << height;
    long to = from + (1L << height);
    Map<Long, Hash32> inside = leaves.subMap(from, to);
    if (inside.isEmpty()) {
      return Hash32.ZERO;
    }
    if (height == 0) {
      return inside.values().iterator().next();
    }
    return Keccak256.node(
        naive(leaves, height - 1, 2 * position), naive(leaves, height - 1, 2 * position + 1));
  }

  private static Hash32 randomHash(Random random) {
    return new Hash32(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }

  private static void set(StateTree tree, int type, int index, Hash32 hash) {
    long[] lanes = new long[6];
    hash.writeLanesTo(lanes, 1);
    tree.setLeaf(type, index, lanes, 1);
  }

  @Test
  void root_isZero_whenTreeIsEmpty() {
    StateTree tree = new StateTree(NodeHasher.plain());
    assertEquals(Hash32.ZERO, tree.root());
    set(tree, 3, 7, Hash32.ZERO);
    assertEquals(Hash32.ZERO, tree.root());
    assertEquals(Hash32.ZERO, tree.node(0, 3L << 32 | 7));
  }

  @Test
  void tree_equalsMapModel_onRandomUpdates() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (NodeHasher hasher : new NodeHasher[] {NodeHasher.plain(), NodeHasher.fastest()}) {
      StateTree tree = new StateTree(hasher);
      TreeMap<Long, Hash32> model = new TreeMap<>();
      for (int round = 0; round < 60; round++) {
        int updates = random.nextInt(round % 7 == 0 ? 200 : 6);
        for (int i = 0; i < updates; i++) {
          int type = new int[] {0, 1, 2, 128, 255}[random.nextInt(5)];
          int index = random.nextInt(1 << 1 + random.nextInt(11));
          Hash32 hash = random.nextInt(10) == 0 ? Hash32.ZERO : randomHash(random);
          set(tree, type, index, hash);
          if (hash.isZero()) {
            model.remove((long) type << 32 | index);
          } else {
            model.put((long) type << 32 | index, hash);
          }
        }
        assertEquals(naive(model, StateTree.DEPTH, 0), tree.root(), "seed " + seed);
        for (int i = 0; i < 20; i++) {
          int height = random.nextInt(StateTree.DEPTH + 1);
          long key = model.isEmpty() ? 5 : model.ceilingKey(random.nextLong(model.lastKey() + 1));
          long position = (key >>> height) ^ (random.nextInt(3) == 0 && height < 40 ? 1 : 0);
          assertEquals(naive(model, height, position), tree.node(height, position), "seed " + seed);
        }
      }
    }
  }

  @Test
  void leaf_isRefused_outsideBounds() {
    StateTree tree = new StateTree(NodeHasher.plain());
    assertThrows(IllegalArgumentException.class, () -> set(tree, 0, -1, Hash32.ZERO));
    assertThrows(IllegalArgumentException.class, () -> set(tree, 0, 1 << 28, Hash32.ZERO));
    assertThrows(IllegalArgumentException.class, () -> tree.node(41, 0));
    assertThrows(IllegalArgumentException.class, () -> tree.node(40, 1));
  }

  @Test
  void blocksAndPairs_hashAsOneByOne_whateverTheirNumber() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (NodeHasher hasher : new NodeHasher[] {NodeHasher.plain(), NodeHasher.fastest()}) {
      for (int count = 0; count <= 20; count++) {
        int lanes = NodeHasher.BLOCK_LANES;
        long[] blocks = new long[lanes * count];
        long[] pairs = new long[8 * count];
        int[] pairAt = new int[count];
        int[] outAt = new int[count];
        Hash32[] expected = new Hash32[count];
        Hash32[] parents = new Hash32[count];
        for (int i = 0; i < count; i++) {
          byte[] message = new byte[96];
          random.nextBytes(message);
          for (int w = 0; w < 12; w += 4) {
            Hash32.of(message, 8 * w).writeLanesTo(blocks, lanes * i + w);
          }
          blocks[lanes * i + 12] = 1;
          blocks[lanes * i + lanes - 1] = Long.MIN_VALUE;
          expected[i] = Keccak256.hash32(message);
          Hash32 left = random.nextInt(3) == 0 ? Hash32.ZERO : randomHash(random);
          Hash32 right = random.nextInt(3) == 0 ? Hash32.ZERO : randomHash(random);
          left.writeLanesTo(pairs, 8 * i);
          right.writeLanesTo(pairs, 8 * i + 4);
          pairAt[i] = 8 * i;
          outAt[i] = 4 * (count - 1 - i);
          parents[i] = Keccak256.node(left, right);
        }
        long[] out = new long[4 * count];
        hasher.hashBlocks(blocks, count, out);
        for (int i = 0; i < count; i++) {
          assertEquals(expected[i], Hash32.ofLanes(out, 4 * i), "seed " + seed);
        }
        hasher.hashPairs(pairs, pairAt, out, outAt, 0, count);
        for (int i = 0; i < count; i++) {
          assertEquals(parents[i], Hash32.ofLanes(out, outAt[i]), "seed " + seed);
        }
      }
    }
  }
}
