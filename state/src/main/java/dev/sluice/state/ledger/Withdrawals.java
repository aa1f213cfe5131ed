package dev.sluice.state.ledger;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Uint128;

/** Withdrawal leaves, type 2: written once, claimed on L1. */
public final class Withdrawals {
  static final int BYTES = 37;
  private final LeafTable table;
  private final Meta meta;

  Withdrawals(LeafTable table, Meta meta) {
    this.table = table;
    this.meta = meta;
  }

  public int count() {
    return table.size();
  }

  public Address recipient(int index) {
    return table.address(index, 0);
  }

  public int token(int index) {
    return table.u8(index, 20);
  }

  public Uint128 amount(int index) {
    return table.u128(index, 21);
  }

  /** Appends a withdrawal and returns its index. */
  public int append(Address recipient, int token, Uint128 amount) {
    int index = table.append();
    table.address(index, 0, recipient);
    table.u8(index, 20, token);
    table.u128(index, 21, amount);
    meta.countWithdrawal();
    return index;
  }
}
