package dev.sluice.primitives.merkle;

import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.value.Hash32;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A proof of many leaves of one tree, siblings in depth-first order ({@code docs/protocol.md} §3,
 * multiproof).
 *
 * @param depth of the tree, 0 to {@link #DEPTH_MAX}
 * @param positions which leaves, strictly ascending, at least one
 * @param siblings every nonzero sibling in the order in which the climb meets it
 */
public record MultiProof(int depth, List<Position> positions, List<Hash32> siblings) {
  /** Depth of the state tree, the deepest. */
  public static final int DEPTH_MAX = 40;

  /**
   * One proven leaf.
   *
   * @param index of the leaf at level 0
   * @param mask bit l is set if and only if the sibling used at level l is not 0
   */
  public record Position(long index, long mask) {}

  public MultiProof {
    positions = List.copyOf(positions);
    siblings = List.copyOf(siblings);
  }

  /**
   * Collects the proof of the leaves at {@code indices}; throws {@link IllegalArgumentException}
   * unless they ascend strictly, are below 2^depth and at least one.
   */
  public static MultiProof build(NodeReader nodes, int depth, List<Long> indices) {
    List<Position> positions = new ArrayList<>(indices.size());
    List<Hash32> siblings = new ArrayList<>();
    int[] stack = new int[DEPTH_MAX + 2];
    int height = 0;
    for (int i = 0; i < indices.size(); i++) {
      long index = indices.get(i);
      int limit = limit(depth, index, i + 1 < indices.size() ? indices.get(i + 1) : -1);
      if (limit < 0) {
        throw new IllegalArgumentException("leaf " + index + " of depth " + depth + ", place " + i);
      }
      long mask = 0;
      int level = 0;
      while (true) {
        int top = height == 0 ? limit : Math.min(stack[height - 1], limit);
        for (; level < top; level++) {
          Hash32 sibling = nodes.node(level, index >>> level ^ 1);
          if (!sibling.isZero()) {
            mask |= 1L << level;
            siblings.add(sibling);
          }
        }
        if (level == limit) {
          break;
        }
        height--;
        level++;
      }
      stack[height++] = limit;
      positions.add(new Position(index, mask));
    }
    if (height != 1) {
      throw new IllegalArgumentException(indices.size() + " leaves");
    }
    return new MultiProof(depth, positions, siblings);
  }

  /**
   * The root that this proof gives to the leaves, or empty if it is no proof: another number of
   * leaves than positions, positions out of order or range, surplus or missing siblings, a sibling
   * of zero, a mask bit where nothing is climbed.
   *
   * @param leaves the leaf hashes in the order of the positions; zero for an absent leaf
   */
  public Optional<Hash32> root(List<Hash32> leaves) {
    int count = positions.size();
    if (depth < 0 || depth > DEPTH_MAX || count == 0 || leaves.size() != count) {
      return Optional.empty();
    }
    int[] levels = new int[DEPTH_MAX + 2];
    Hash32[] hashes = new Hash32[DEPTH_MAX + 2];
    int height = 0;
    int used = 0;
    for (int i = 0; i < count; i++) {
      long index = positions.get(i).index();
      long mask = positions.get(i).mask();
      int limit = limit(depth, index, i + 1 < count ? positions.get(i + 1).index() : -1);
      if (limit < 0) {
        return Optional.empty();
      }
      Hash32 hash = leaves.get(i);
      int level = 0;
      while (true) {
        int top = height == 0 ? limit : Math.min(levels[height - 1], limit);
        for (; level < top; level++) {
          Hash32 sibling = Hash32.ZERO;
          if ((mask >>> level & 1) != 0) {
            if (used == siblings.size()) {
              return Optional.empty();
            }
            sibling = siblings.get(used++);
            if (sibling.isZero()) {
              return Optional.empty();
            }
            mask &= ~(1L << level);
          }
          hash =
              (index >>> level & 1) == 0
                  ? Keccak256.node(hash, sibling)
                  : Keccak256.node(sibling, hash);
        }
        if (level == limit) {
          break;
        }
        hash = Keccak256.node(hashes[--height], hash);
        level++;
      }
      if (mask != 0) {
        return Optional.empty();
      }
      levels[height] = limit;
      hashes[height++] = hash;
    }
    return height == 1 && used == siblings.size() ? Optional.of(hashes[0]) : Optional.empty();
  }

  /**
   * Where the climb of a leaf ends: at the highest bit in which the next leaf differs, or at the
   * root. -1 if the leaf is out of range or the next one (absent if -1) is not above it.
   */
  private static int limit(int depth, long index, long next) {
    if (index < 0 || index >>> depth != 0 || depth > DEPTH_MAX) {
      return -1;
    }
    if (next == -1) {
      return depth;
    }
    return next <= index || next >>> depth != 0 ? -1 : 63 - Long.numberOfLeadingZeros(index ^ next);
  }
}
