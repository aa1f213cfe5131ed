package dev.sluice.state.ledger;

import dev.sluice.primitives.value.Hash32;

/**
 * From the id of a channel, provider or job to its index: open addressing over rows that begin with
 * their id. Feeds no hash; stale entries are passed over as in {@link AddressIndex}.
 */
final class IdIndex {
  private final LeafTable rows;
  private int[] slots = new int[1 << 10];
  private int used;

  IdIndex(LeafTable rows) {
    this.rows = rows;
  }

  /** The index of the row with this id, or -1. */
  int find(Hash32 id) {
    int mask = slots.length - 1;
    for (int at = hash(id) & mask; slots[at] != 0; at = at + 1 & mask) {
      int index = slots[at] - 1;
      if (index < rows.size() && rows.peekHash32(index, 0).equals(id)) {
        return index;
      }
    }
    return -1;
  }

  /** Adds the row {@code index}, which has this id. */
  void add(Hash32 id, int index) {
    if (used * 2 >= slots.length) {
      slots = new int[2 * slots.length];
      used = 0;
      for (int row = 0; row < index; row++) {
        insert(rows.peekHash32(row, 0), row);
      }
    }
    insert(id, index);
  }

  private void insert(Hash32 id, int index) {
    int mask = slots.length - 1;
    int at = hash(id) & mask;
    while (slots[at] != 0) {
      at = at + 1 & mask;
    }
    slots[at] = index + 1;
    used++;
  }

  private static int hash(Hash32 id) {
    return (int) id.w0();
  }
}
