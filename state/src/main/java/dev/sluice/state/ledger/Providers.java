package dev.sluice.state.ledger;

import dev.sluice.primitives.crypto.BlsPublicKey;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.ArrayList;
import java.util.List;

/** Provider leaves, type 4, and beside them the device keys whose hashes the leaves hold. */
public final class Providers {
  static final int BYTES = 112;
  private final LeafTable table;
  private final IdIndex index;
  private final Meta meta;
  private final List<BlsPublicKey> keys = new ArrayList<>();

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
    return table.i32(provider, 32);
  }

  /** The account that is paid. */
  public int payout(int provider) {
    return table.i32(provider, 36);
  }

  public long joinedEpoch(int provider) {
    return table.u32(provider, 76);
  }

  public Hash32 keyHash(int provider) {
    return table.hash32(provider, 80);
  }

  /**
   * As {@link #keyHash}, unseen by a recording: a witness proves other keys by the committee's key
   * root.
   */
  Hash32 peekKeyHash(int provider) {
    return table.peekHash32(provider, 80);
  }

  /** The device key; not part of the leaf, which holds its hash. */
  public BlsPublicKey key(int provider) {
    return keys.get(provider);
  }

  int keyCount() {
    return keys.size();
  }

  void loadKey(BlsPublicKey key) {
    keys.add(key);
  }

  void dropKeysBehindLeaves() {
    while (keys.size() > table.size()) {
      keys.removeLast();
    }
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
      long joinedEpoch,
      Hash32 keyHash,
      BlsPublicKey key) {
    int provider = table.append();
    table.hash32(provider, 0, id);
    table.u32(provider, 32, account);
    table.u32(provider, 36, payout);
    table.u16(provider, 40, deviceClass);
    table.u64(provider, 42, capabilities);
    table.u64(provider, 50, cell);
    table.u8(provider, 58, token);
    table.u128(provider, 59, price);
    table.u8(provider, 75, 0);
    table.u32(provider, 76, joinedEpoch);
    table.hash32(provider, 80, keyHash);
    index.add(id, provider);
    keys.add(key);
    meta.countProvider();
    return provider;
  }
}
