package dev.sluice.state.ledger;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Uint128;

/** Account leaves, type 1. */
public final class Accounts {
  static final int BYTES = 96;
  private static final int NONCE = 20;
  private static final int BALANCES = 32;
  private final LeafTable table;
  private final AddressIndex index;
  private final Meta meta;

  Accounts(LeafTable table, AddressIndex index, Meta meta) {
    this.table = table;
    this.index = index;
    this.meta = meta;
  }

  public int count() {
    return table.size();
  }

  /** The lowest account of an owner, or -1. */
  public int find(Address owner) {
    return index.find(owner);
  }

  public Address owner(int account) {
    return table.address(account, 0);
  }

  public long nonce(int account) {
    return table.u64(account, NONCE);
  }

  public void nonce(int account, long nonce) {
    table.u64(account, NONCE, nonce);
  }

  public Uint128 balance(int account, int token) {
    return table.u128(account, BALANCES + 16 * token);
  }

  public void balance(int account, int token, Uint128 amount) {
    table.u128(account, BALANCES + 16 * token, amount);
  }

  /** Adds to a balance; custody of a token is below 2^128, so the sum is too. */
  public void credit(int account, int token, Uint128 amount) {
    balance(account, token, balance(account, token).plus(amount));
  }

  /** Opens an account with nonce 0 and no balance. */
  public int open(Address owner) {
    int account = table.append();
    table.address(account, 0, owner);
    index.add(owner, account);
    meta.countAccount();
    return account;
  }

  /** Marks an account as named by a transaction, for witnesses. */
  public void touch(int account) {
    table.touch(account);
  }
}
