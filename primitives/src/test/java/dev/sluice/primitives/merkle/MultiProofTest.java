package dev.sluice.primitives.merkle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.merkle.MultiProof.Position;
import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.value.Hash32;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MultiProofTest {
  @Test
  void proof_givesTheRoot_andNoOneBitChangeOfItDoes() {
    SeededGenerator.forAll(
        60,
        generator -> {
          SparseTree tree = SparseTree.random(generator, 1 + generator.below(40));
          List<Long> indices = tree.someIndices(generator);
          MultiProof proof = MultiProof.build(tree, tree.depth, indices);
          List<Hash32> leaves = indices.stream().map(index -> tree.node(0, index)).toList();
          Hash32 root = tree.node(tree.depth, 0);
          assertEquals(Optional.of(root), proof.root(leaves));

          int victim = generator.below(indices.size());
          int bit = generator.below(256);
          refuse(root, proof.root(with(leaves, victim, flip(leaves.get(victim), bit))));
          if (!proof.siblings().isEmpty()) {
            int at = generator.below(proof.siblings().size());
            List<Hash32> siblings = proof.siblings();
            refuse(root, proof, with(siblings, at, flip(siblings.get(at), bit)), leaves);
            refuse(root, proof, with(siblings, at, Hash32.ZERO), leaves);
            refuse(root, proof, siblings.subList(0, siblings.size() - 1), leaves);
          }
          List<Hash32> surplus = new ArrayList<>(proof.siblings());
          surplus.add(generator.hash32());
          refuse(root, proof, surplus, leaves);
          Position position = proof.positions().get(victim);
          for (int b = 0; b < 64; b++) {
            Position otherMask = new Position(position.index(), position.mask() ^ 1L << b);
            Position otherIndex = new Position(position.index() ^ 1L << b, position.mask());
            refuse(root, moved(proof, victim, otherMask).root(leaves));
            if (!tree.isSymmetricAt(otherIndex.index(), indices)) {
              refuse(root, moved(proof, victim, otherIndex).root(leaves));
            }
          }
        });
  }

  @Test
  void proof_isNone_whenPositionsAreOutOfOrderOrMissing() {
    MultiProof empty = new MultiProof(3, List.of(), List.of());
    assertEquals(Optional.empty(), empty.root(List.of()));
    Position p = new Position(2, 0);
    MultiProof twice = new MultiProof(3, List.of(p, p), List.of());
    assertEquals(Optional.empty(), twice.root(List.of(Hash32.ZERO, Hash32.ZERO)));
    MultiProof deep = new MultiProof(41, List.of(p), List.of());
    assertEquals(Optional.empty(), deep.root(List.of(Hash32.ZERO)));
    DenseTree tree = DenseTree.of(List.of(Keccak256.hash32(new byte[1])), 3);
    assertThrows(IllegalArgumentException.class, () -> MultiProof.build(tree, 3, List.of()));
    assertThrows(IllegalArgumentException.class, () -> MultiProof.build(tree, 3, List.of(8L)));
    assertThrows(IllegalArgumentException.class, () -> MultiProof.build(tree, 3, List.of(1L, 1L)));
    assertThrows(IllegalArgumentException.class, () -> MultiProof.build(tree, 3, List.of(2L, 1L)));
  }

  @Test
  void denseTree_hasTheRootOfItsPaddedList_forEverySize() {
    for (int size = 1; size <= 17; size++) {
      List<Hash32> leaves = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        leaves.add(Keccak256.hash32(new byte[] {(byte) i}));
      }
      DenseTree tree = DenseTree.of(leaves);
      int width = 1;
      while (width < size) {
        width *= 2;
      }
      List<Hash32> level = new ArrayList<>(leaves);
      while (level.size() < width) {
        level.add(Hash32.ZERO);
      }
      while (level.size() > 1) {
        List<Hash32> above = new ArrayList<>();
        for (int i = 0; i < level.size(); i += 2) {
          above.add(Keccak256.node(level.get(i), level.get(i + 1)));
        }
        level = above;
      }
      assertEquals(level.getFirst(), tree.root(), "size " + size);
      List<Long> last = List.of((long) size - 1);
      assertEquals(
          Optional.of(tree.root()),
          MultiProof.build(tree, tree.depth(), last).root(List.of(leaves.getLast())));
    }
  }

  private static void refuse(Hash32 root, Optional<Hash32> given) {
    assertNotEquals(Optional.of(root), given);
  }

  private static void refuse(
      Hash32 root, MultiProof proof, List<Hash32> siblings, List<Hash32> leaves) {
    refuse(root, new MultiProof(proof.depth(), proof.positions(), siblings).root(leaves));
  }

  private static MultiProof moved(MultiProof proof, int at, Position position) {
    List<Position> positions = new ArrayList<>(proof.positions());
    positions.set(at, position);
    return new MultiProof(proof.depth(), positions, proof.siblings());
  }

  private static List<Hash32> with(List<Hash32> list, int at, Hash32 value) {
    List<Hash32> changed = new ArrayList<>(list);
    changed.set(at, value);
    return changed;
  }

  private static Hash32 flip(Hash32 hash, int bit) {
    byte[] bytes = hash.toBytes();
    bytes[bit / 8] ^= (byte) (1 << bit % 8);
    return Hash32.of(bytes);
  }

  /**
   * A map of leaves; every node is computed from them, so that it shares no code with the proof.
   */
  private record SparseTree(int depth, Map<Long, Hash32> leaves) implements NodeReader {
    static SparseTree random(SeededGenerator generator, int depth) {
      Map<Long, Hash32> leaves = new HashMap<>();
      for (int i = between(generator, depth); i > 0; i--) {
        leaves.put(generator.uint(depth), generator.hash32());
      }
      return new SparseTree(depth, leaves);
    }

    private static int between(SeededGenerator generator, int depth) {
      return generator.between(1, Math.min(40, 1 << Math.min(depth, 6)) + 1);
    }

    /** Some of the leaves, and one that is absent with luck. */
    List<Long> someIndices(SeededGenerator generator) {
      TreeSet<Long> indices = new TreeSet<>();
      for (long index : leaves.keySet().stream().sorted().toList()) {
        if (generator.coin()) {
          indices.add(index);
        }
      }
      indices.add(generator.uint(depth));
      return List.copyOf(indices);
    }

    /** Moving an absent leaf to another absent place can be a correct proof of the same tree. */
    boolean isSymmetricAt(long index, List<Long> proven) {
      return index >= 0 && index >>> depth == 0 && !leaves.containsKey(index)
          || proven.stream().anyMatch(p -> !leaves.containsKey(p));
    }

    @Override
    public Hash32 node(int level, long index) {
      boolean empty = leaves.keySet().stream().noneMatch(leaf -> leaf >>> level == index);
      if (empty) {
        return Hash32.ZERO;
      }
      if (level == 0) {
        return leaves.getOrDefault(index, Hash32.ZERO);
      }
      return Keccak256.node(node(level - 1, 2 * index), node(level - 1, 2 * index + 1));
    }
  }
}
