package dev.sluice.state.ledger;

import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;

/** Provider leaves, type 4. */
public final class Providers {
  static final int BYTES = Leaf.Provider.BYTES;
  private static final int ACCOUNT = 32;
  private static final int PAYOUT = 36;
  private static final int CELL = 50;
  private static final int PRICE = 59;
  private static final int FLAGS = 75;
  private static final int MOVED_MONTH_PLUS_ONE = 80;
  private static final int ENDPOINT_HASH = 84;
  private final LeafTable table;
  private final IdIndex index;
  private final Meta meta;

  Providers(LeafTable table, IdIndex index, Meta meta) {
    this.table = table;
    this.index = index;
    this.meta = meta;
  }

  public int count() {
    return table.size();
  }

  /** The provider with this id, or -1. */
  public int find(Hash32 id) {
    return index.find(id);
  }

  public Hash32 id(int provider) {
    return table.hash32(provider, 0);
  }

  /** The account that registered it and signs its results. */
  public int account(int provider) {
    return table.i32(provider, ACCOUNT);
  }

  /** As {@link #account}, unseen by a recording: for receipts, which are part of no witness. */
  public int peekAccount(int provider) {
    return table.peekI32(provider, ACCOUNT);
  }

  /** The account that is paid. */
  public int payout(int provider) {
    return table.i32(provider, PAYOUT);
  }

  /** Where it is, an H3 cell. */
  public long cell(int provider) {
    return table.u64(provider, CELL);
  }

  /** The token of its price and of the fees for changing it. */
  public int token(int provider) {
    return table.u8(provider, 58);
  }

  public Uint128 price(int provider) {
    return table.u128(provider, PRICE);
  }

  /** Whether it takes no new job. */
  public boolean isRetired(int provider) {
    return (table.u8(provider, FLAGS) & Leaf.Provider.RETIRED) != 0;
  }

  public long joinedEpoch(int provider) {
    return table.u32(provider, 76);
  }

  /** The month in which the cell changed last, plus one; 0 before. */
  public long movedMonthPlusOne(int provider) {
    return table.u32(provider, MOVED_MONTH_PLUS_ONE);
  }

  public Hash32 endpointHash(int provider) {
    return table.hash32(provider, ENDPOINT_HASH);
  }

  /** Sets what may change at any time. */
  public void update(int provider, int payout, Uint128 price, Hash32 endpointHash) {
    table.u32(provider, PAYOUT, payout);
    table.u128(provider, PRICE, price);
    table.hash32(provider, ENDPOINT_HASH, endpointHash);
  }

  /** Sets the cell in a month. */
  public void move(int provider, long cell, long month) {
    table.u64(provider, CELL, cell);
    table.u32(provider, MOVED_MONTH_PLUS_ONE, month + 1);
  }

  /** From now on it takes no new job. */
  public void retire(int provider) {
    table.u8(provider, FLAGS, table.u8(provider, FLAGS) | Leaf.Provider.RETIRED);
  }

  /** Marks a provider as named by a transaction, for witnesses. */
  public void touch(int provider) {
    table.touch(provider);
  }

  /** Appends a provider and returns its index. */
  public int register(
      Hash32 id,
      int account,
      int payout,
      int deviceClass,
      long capabilities,
      long cell,
      int token,
      Uint128 price,
      long joinedEpoch) {
    int provider = table.append();
    table.hash32(provider, 0, id);
    table.u32(provider, ACCOUNT, account);
    table.u32(provider, PAYOUT, payout);
    table.u16(provider, 40, deviceClass);
    table.u64(provider, 42, capabilities);
    table.u64(provider, CELL, cell);
    table.u8(provider, 58, token);
    table.u128(provider, PRICE, price);
    table.u32(provider, 76, joinedEpoch);
    index.add(id, provider);
    meta.countProvider();
    return provider;
  }
}
