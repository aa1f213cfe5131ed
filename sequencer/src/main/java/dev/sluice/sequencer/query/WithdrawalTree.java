package dev.sluice.sequencer.query;

import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.sequencer.production.BlockBoundary;
import java.util.ArrayList;
import java.util.List;

/**
 * The subtree of withdrawals as it was at any past count. Leaves are only ever appended and never
 * change, so a node whose leaves all existed then is what it is now, and the few at the right edge
 * are hashed again. Not thread-safe.
 */
final class WithdrawalTree {
  private static final int HEIGHT = 32;

  /** Complete nodes by level. */
  private final List<List<Hash32>> levels = new ArrayList<>();

  WithdrawalTree() {
    for (int level = 0; level <= HEIGHT; level++) {
      levels.add(new ArrayList<>());
    }
  }

  /** Leaves so far. */
  int count() {
    return levels.getFirst().size();
  }

  /** Appends a leaf's hash and completes the nodes that it completes: two hashes on average. */
  void append(Hash32 leaf) {
    levels.getFirst().add(leaf);
    for (int level = 0; level < HEIGHT && levels.get(level).size() % 2 == 0; level++) {
      List<Hash32> nodes = levels.get(level);
      levels
          .get(level + 1)
          .add(Keccak256.node(nodes.get(nodes.size() - 2), nodes.get(nodes.size() - 1)));
    }
  }

  /** A node of the tree of the first {@code count} leaves. */
  private Hash32 node(int level, long index, long count) {
    if (index << level >= count) {
      return Hash32.ZERO;
    }
    if (index + 1 << level <= count) {
      return levels.get(level).get((int) index);
    }
    return Keccak256.node(node(level - 1, 2 * index, count), node(level - 1, 2 * index + 1, count));
  }

  /** The proof of leaf {@code index} in the whole tree of depth 40, at a block's end. */
  MultiProof prove(long index, BlockBoundary boundary) {
    long count = boundary.withdrawals();
    if (index >= count || count > count()) {
      throw new IllegalArgumentException("withdrawal " + index + " of " + count + ", " + count());
    }
    long mask = 0;
    List<Hash32> siblings = new ArrayList<>();
    for (int level = 0; level < HEIGHT; level++) {
      Hash32 sibling = node(level, index >>> level ^ 1, count);
      if (!sibling.isZero()) {
        mask |= 1L << level;
        siblings.add(sibling);
      }
    }
    for (int i = 0; i < BlockBoundary.UPPER_LEVELS; i++) {
      Hash32 sibling = boundary.upperSiblings().get(i);
      if (!sibling.isZero()) {
        mask |= 1L << HEIGHT + i;
        siblings.add(sibling);
      }
    }
    long key = LeafType.WITHDRAWAL.key(index);
    return new MultiProof(
        MultiProof.DEPTH_MAX, List.of(new MultiProof.Position(key, mask)), siblings);
  }
}
