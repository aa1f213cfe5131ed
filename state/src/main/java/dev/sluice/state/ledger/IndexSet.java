package dev.sluice.state.ledger;

import java.util.Arrays;

/** A growing set of leaf indices in order of arrival: a list and a bitmap, no object per member. */
final class IndexSet {
  private int[] members = new int[64];
  private long[] bits = new long[1];
  private int size;

  void add(int index) {
    int word = index >>> 6;
    if (word >= bits.length) {
      bits = Arrays.copyOf(bits, Math.max(2 * bits.length, word + 1));
    }
    long bit = 1L << index;
    if ((bits[word] & bit) == 0) {
      bits[word] |= bit;
      if (size == members.length) {
        members = Arrays.copyOf(members, 2 * size);
      }
      members[size++] = index;
    }
  }

  boolean contains(int index) {
    int word = index >>> 6;
    return word < bits.length && (bits[word] & 1L << index) != 0;
  }

  int size() {
    return size;
  }

  int get(int position) {
    return members[position];
  }

  void clear() {
    for (int i = 0; i < size; i++) {
      bits[members[i] >>> 6] = 0;
    }
    size = 0;
  }
}
