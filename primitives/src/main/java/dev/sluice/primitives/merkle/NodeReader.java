package dev.sluice.primitives.merkle;

import dev.sluice.primitives.value.Hash32;

/** Read access to the nodes of a binary tree. */
@FunctionalInterface
public interface NodeReader {
  /**
   * The node at {@code index} of {@code level}; level 0 holds the leaves. {@link Hash32#ZERO} for
   * an empty subtree.
   *
   * @param level 0 to the tree's depth
   * @param index 0 to 2^(depth - level) - 1
   */
  Hash32 node(int level, long index);
}
