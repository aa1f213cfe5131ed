package dev.sluice.state.ledger;

import dev.sluice.primitives.value.Address;

/**
 * From an owner to the lowest of its accounts: open addressing over account rows. It feeds no hash:
 * what it finds is a proposal that the transition checks.
 *
 * <p>Entries of rows that a restore took away stay and are passed over, because a candidate counts
 * only if its row has the key.
 */
final class AddressIndex {
  private final LeafTable accounts;
  private int[] slots = new int[1 << 12];
  private int used;

  AddressIndex(LeafTable accounts) {
    this.accounts = accounts;
  }

  /** The lowest account of {@code owner}, or -1. */
  int find(Address owner) {
    int mask = slots.length - 1;
    for (int at = hash(owner) & mask; slots[at] != 0; at = at + 1 & mask) {
      int index = slots[at] - 1;
      if (index < accounts.size() && accounts.peekAddress(index).equals(owner)) {
        return index;
      }
    }
    return -1;
  }

  void add(Address owner, int index) {
    if (find(owner) >= 0) {
      return;
    }
    if (used * 2 >= slots.length) {
      rebuild();
    }
    insert(owner, index);
  }

  private void insert(Address owner, int index) {
    int mask = slots.length - 1;
    int at = hash(owner) & mask;
    while (slots[at] != 0) {
      at = at + 1 & mask;
    }
    slots[at] = index + 1;
    used++;
  }

  private void rebuild() {
    slots = new int[2 * slots.length];
    used = 0;
    for (int index = 0; index < accounts.size(); index++) {
      Address owner = accounts.peekAddress(index);
      // The row being added is the last one and has no key yet or is not found: the caller inserts
      // it.
      if (find(owner) < 0) {
        insert(owner, index);
      }
    }
  }

  private static int hash(Address owner) {
    long mixed = (owner.high() ^ owner.middle() * 31 ^ owner.low()) * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 32);
  }
}
