package dev.sluice.state.tree;

import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.value.Hash32;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The dense state tree. Leaves are set, then {@link #root()} hashes every dirty node once, level by
 * level, many at a time.
 *
 * <p>Indices of a type are dense, so that a type is one {@code long[]} per level (four lanes a
 * node), growing by doubling; above them stand the levels of a single node up to height 32, then
 * eight levels over the types. Single writer; a reader on another thread needs the writer's lock.
 */
public final class StateTree {
  /** Height of the root above a leaf. */
  public static final int DEPTH = 40;

  /** Height of the root of one type's subtree. */
  public static final int TYPE_HEIGHT = 32;

  /**
   * Leaves of one type at most in this implementation: 2^28 leaves fill an array of 2^30 lanes, the
   * largest power of two below Java's limit. The protocol's limit is 2^32.
   */
  public static final int LEAVES_PER_TYPE_MAX = 1 << 28;

  private static final int TYPES = 1 << (DEPTH - TYPE_HEIGHT);

  private final NodeHasher hasher;
  private final @Nullable TypeTree[] types = new @Nullable TypeTree[TYPES];

  /**
   * Heap order: node 1 is the root, node {@code 256 + type} the root of a type. Children of n lie
   * at lanes 8n.
   */
  private final long[] top = new long[4 * 2 * TYPES];

  /** Heap numbers of the types changed since the last root; scratch of {@link #root()}. */
  private final int[] dirtyTypes = new int[TYPES];

  private int[] inputAt = new int[TYPES];
  private int[] outputAt = new int[TYPES];

  /** An empty tree, whose root is zero. */
  public StateTree(NodeHasher hasher) {
    this.hasher = hasher;
  }

  /**
   * Sets a leaf's hash, four lanes at {@code lanes[at]}; zero lanes make the leaf absent. Counts in
   * the next {@link #root()}.
   *
   * @param type leaf type, 0 to 255
   * @param index index in the type, below {@link #LEAVES_PER_TYPE_MAX}; throws {@link
   *     IllegalArgumentException} else
   */
  public void setLeaf(int type, int index, long[] lanes, int at) {
    if (index < 0 || index >= LEAVES_PER_TYPE_MAX) {
      throw new IllegalArgumentException(
          "leaf index " + Integer.toUnsignedString(index) + " of type " + type);
    }
    TypeTree tree = types[type];
    if (tree == null) {
      tree = new TypeTree();
      types[type] = tree;
    }
    tree.set(index, lanes, at);
  }

  /** The root with every leaf set so far. */
  public Hash32 root() {
    int[] nodes = dirtyTypes;
    int count = 0;
    for (int type = 0; type < TYPES; type++) {
      TypeTree tree = types[type];
      if (tree != null && tree.dirtyCount > 0) {
        rehash(tree);
        System.arraycopy(tree.levels[TYPE_HEIGHT], 0, top, 4 * (TYPES + type), 4);
        nodes[count++] = TYPES + type;
      }
    }
    while (count > 0 && nodes[0] > 1) {
      int parents = 0;
      for (int i = 0; i < count; i++) {
        int parent = nodes[i] >>> 1;
        if (parents == 0 || nodes[parents - 1] != parent) {
          nodes[parents++] = parent;
        }
      }
      count = parents;
      for (int i = 0; i < count; i++) {
        inputAt[i] = 8 * nodes[i];
        outputAt[i] = 4 * nodes[i];
      }
      hasher.hashPairs(top, inputAt, top, outputAt, 0, count);
    }
    return Hash32.ofLanes(top, 4);
  }

  /**
   * A node at the last computed root.
   *
   * @param height 0 (a leaf) to 40 (the root)
   * @param position the key's upper {@code 40 - height} bits
   * @return zero if the subtree is empty
   */
  public Hash32 node(int height, long position) {
    if (height < 0 || height > DEPTH || position < 0 || position >>> (DEPTH - height) != 0) {
      throw new IllegalArgumentException("height " + height + ", position " + position);
    }
    if (height >= TYPE_HEIGHT) {
      return Hash32.ofLanes(top, 4 * ((1 << (DEPTH - height)) + (int) position));
    }
    TypeTree tree = types[(int) (position >>> (TYPE_HEIGHT - height))];
    long inType = position & ((1L << (TYPE_HEIGHT - height)) - 1);
    if (tree == null || 4 * inType >= tree.levels[height].length) {
      return Hash32.ZERO;
    }
    return Hash32.ofLanes(tree.levels[height], (int) (4 * inType));
  }

  private void rehash(TypeTree tree) {
    int[] nodes = tree.dirty;
    int count = tree.dirtyCount;
    for (int i = 0; i < count; i++) {
      tree.dirtyBits[nodes[i] >>> 6] &= ~(1L << nodes[i]);
    }
    tree.dirtyCount = 0;
    // Order brings siblings together, so that one comparison removes a second visit, and memory is
    // walked forward.
    Arrays.sort(nodes, 0, count);
    reserve(count);
    for (int height = 1; height <= TYPE_HEIGHT; height++) {
      int parents = 0;
      for (int i = 0; i < count; i++) {
        int parent = nodes[i] >>> 1;
        if (parents == 0 || nodes[parents - 1] != parent) {
          inputAt[parents] = 8 * parent;
          outputAt[parents] = 4 * parent;
          nodes[parents++] = parent;
        }
      }
      count = parents;
      hasher.hashPairs(tree.levels[height - 1], inputAt, tree.levels[height], outputAt, 0, count);
    }
  }

  private void reserve(int count) {
    if (inputAt.length < count) {
      inputAt = new int[2 * count];
      outputAt = Arrays.copyOf(outputAt, 2 * count);
    }
  }

  /**
   * One type's levels: {@code levels[h]} holds four lanes for each of {@code max(2, capacity >> h)}
   * nodes.
   */
  private static final class TypeTree {
    private final long[][] levels = new long[TYPE_HEIGHT + 1][];
    private long[] dirtyBits = new long[1];
    private int[] dirty = new int[16];
    private int dirtyCount;
    private int capacity = 2;

    TypeTree() {
      for (int height = 0; height <= TYPE_HEIGHT; height++) {
        levels[height] = new long[8];
      }
    }

    void set(int index, long[] lanes, int at) {
      if (index >= capacity) {
        grow(index);
      }
      System.arraycopy(lanes, at, levels[0], 4 * index, 4);
      long bit = 1L << index;
      if ((dirtyBits[index >>> 6] & bit) == 0) {
        dirtyBits[index >>> 6] |= bit;
        if (dirtyCount == dirty.length) {
          dirty = Arrays.copyOf(dirty, 2 * dirtyCount);
        }
        dirty[dirtyCount++] = index;
      }
    }

    /**
     * Nodes keep their place: a level grows to the right, and the left-most path above it stays
     * valid.
     */
    private void grow(int index) {
      capacity = Integer.highestOneBit(index) << 1;
      for (int height = 0; height <= TYPE_HEIGHT; height++) {
        int nodes = Math.max(2, height < 31 ? capacity >>> height : 0);
        levels[height] = Arrays.copyOf(levels[height], 4 * nodes);
      }
      dirtyBits = Arrays.copyOf(dirtyBits, Math.max(1, capacity >>> 6));
    }
  }
}
