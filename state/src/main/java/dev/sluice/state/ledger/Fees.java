package dev.sluice.state.ledger;

import dev.sluice.primitives.value.Uint128;

/** The fees leaf, key (0, 1): collected fees that the fee recipient has not yet used. */
public final class Fees {
  static final int BYTES = 68;
  private final LeafTable table;

  Fees(LeafTable table) {
    this.table = table;
  }

  /** Account index of the fee recipient. */
  public long recipient() {
    return table.u32(1, 0);
  }

  void recipient(long account) {
    table.u32(1, 0, account);
  }

  public Uint128 balance(int token) {
    return table.u128(1, 4 + 16 * token);
  }

  public void balance(int token, Uint128 amount) {
    table.u128(1, 4 + 16 * token, amount);
  }

  /** Adds a fee; custody of a token is below 2^128, so the sum is too. */
  public void collect(int token, Uint128 fee) {
    if (!fee.isZero()) {
      balance(token, balance(token).plus(fee));
    }
  }
}
