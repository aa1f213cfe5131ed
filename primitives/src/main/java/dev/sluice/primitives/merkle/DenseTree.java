package dev.sluice.primitives.merkle;

import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.value.Hash32;
import java.util.ArrayList;
import java.util.List;

/**
 * A small tree over a list of leaf hashes, all levels in memory; missing leaves are 0. Immutable.
 */
public final class DenseTree implements NodeReader {
  /** Deepest tree that is built in memory: 65,535 transactions of a block need 16 levels. */
  public static final int DEPTH_MAX = 16;

  private final List<List<Hash32>> levels;

  private DenseTree(List<List<Hash32>> levels) {
    this.levels = levels;
  }

  /**
   * The shallowest tree that holds the leaves: depth ⌈log2 size⌉, 0 for one leaf. At least one
   * leaf.
   */
  public static DenseTree of(List<Hash32> leaves) {
    if (leaves.isEmpty()) {
      throw new IllegalArgumentException("no leaves");
    }
    return of(leaves, 32 - Integer.numberOfLeadingZeros(leaves.size() - 1));
  }

  /** A tree of the given depth, 0 to {@link #DEPTH_MAX}; at most 2^depth leaves, perhaps none. */
  public static DenseTree of(List<Hash32> leaves, int depth) {
    if (depth < 0 || depth > DEPTH_MAX || leaves.size() > 1 << depth) {
      throw new IllegalArgumentException(leaves.size() + " leaves, depth " + depth);
    }
    List<List<Hash32>> levels = new ArrayList<>(depth + 1);
    List<Hash32> level = List.copyOf(leaves);
    levels.add(level);
    for (int d = 0; d < depth; d++) {
      List<Hash32> parents = new ArrayList<>((level.size() + 1) / 2);
      for (int i = 0; i < level.size(); i += 2) {
        Hash32 right = i + 1 < level.size() ? level.get(i + 1) : Hash32.ZERO;
        parents.add(Keccak256.node(level.get(i), right));
      }
      level = List.copyOf(parents);
      levels.add(level);
    }
    return new DenseTree(List.copyOf(levels));
  }

  /** Levels above the leaves. */
  public int depth() {
    return levels.size() - 1;
  }

  /** The root. */
  public Hash32 root() {
    return node(depth(), 0);
  }

  @Override
  public Hash32 node(int level, long index) {
    List<Hash32> nodes = levels.get(level);
    return index < nodes.size() ? nodes.get((int) index) : Hash32.ZERO;
  }
}
