package dev.sluice.state.ledger;

import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;

/** Channel leaves, type 3. */
public final class Channels {
  /** {@code state} of an open channel. */
  public static final int OPEN = 1;

  /** {@code state} of a channel whose close delay runs. */
  public static final int CLOSING = 2;

  /** {@code state} of a closed channel. */
  public static final int CLOSED = 3;

  static final int BYTES = 135;
  private static final int METER_KEY = 87;
  private static final int METER_RATE = 119;
  private final LeafTable table;
  private final IdIndex index;
  private final Meta meta;

  Channels(LeafTable table, IdIndex index, Meta meta) {
    this.table = table;
    this.index = index;
    this.meta = meta;
  }

  public int count() {
    return table.size();
  }

  /** The channel with this id, or -1. */
  public int find(Hash32 id) {
    return index.find(id);
  }

  public Hash32 id(int channel) {
    return table.hash32(channel, 0);
  }

  public int payer(int channel) {
    return table.i32(channel, 32);
  }

  public int payee(int channel) {
    return table.i32(channel, 36);
  }

  public int token(int channel) {
    return table.u8(channel, 40);
  }

  public int meter(int channel) {
    return table.u8(channel, 41);
  }

  public int state(int channel) {
    return table.u8(channel, 42);
  }

  public Uint128 deposit(int channel) {
    return table.u128(channel, 43);
  }

  public Uint128 claimed(int channel) {
    return table.u128(channel, 59);
  }

  public long closeDelay(int channel) {
    return table.u32(channel, 75);
  }

  public long closeAt(int channel) {
    return table.u64(channel, 79);
  }

  /** For vouchers the signer's address, left-padded; for ticks the last one claimed. */
  public Hash32 meterKey(int channel) {
    return table.hash32(channel, METER_KEY);
  }

  /** Base units per second or per tick. */
  public Uint128 meterRate(int channel) {
    return table.u128(channel, METER_RATE);
  }

  /** An address as a meter key. */
  public static Hash32 paddedKey(Address signer) {
    byte[] word = new byte[Hash32.BYTES];
    signer.writeTo(word, Hash32.BYTES - Address.BYTES);
    return Hash32.of(word, 0);
  }

  /** A clock, L2 seconds, as a meter key. */
  public static Hash32 paddedKey(long clock) {
    return new Hash32(0, 0, 0, Long.reverseBytes(clock));
  }

  /** The whole leaf. */
  public Leaf.Channel leaf(int channel) {
    return new Leaf.Channel(
        id(channel),
        Integer.toUnsignedLong(payer(channel)),
        Integer.toUnsignedLong(payee(channel)),
        token(channel),
        meter(channel),
        state(channel),
        deposit(channel),
        claimed(channel),
        closeDelay(channel),
        closeAt(channel),
        meterKey(channel),
        meterRate(channel));
  }

  public void meterKey(int channel, Hash32 key) {
    table.hash32(channel, METER_KEY, key);
  }

  public void claimed(int channel, Uint128 amount) {
    table.u128(channel, 59, amount);
  }

  /** Starts the close delay. */
  public void startClose(int channel, long closeAt) {
    table.u8(channel, 42, CLOSING);
    table.u64(channel, 79, closeAt);
  }

  /** Marks a channel as named by a transaction, for witnesses. */
  public void touch(int channel) {
    table.touch(channel);
  }

  /** Ends the channel; what is left of the deposit has been paid back. */
  public void close(int channel) {
    table.u128(channel, 43, claimed(channel));
    table.u8(channel, 42, CLOSED);
  }

  /** Appends an open channel and returns its index. */
  public int open(
      Hash32 id,
      int payer,
      int payee,
      int token,
      int meter,
      Uint128 deposit,
      long closeDelay,
      Hash32 meterKey,
      Uint128 meterRate) {
    int channel = table.append();
    table.hash32(channel, 0, id);
    table.u32(channel, 32, payer);
    table.u32(channel, 36, payee);
    table.u8(channel, 40, token);
    table.u8(channel, 41, meter);
    table.u8(channel, 42, OPEN);
    table.u128(channel, 43, deposit);
    table.u32(channel, 75, closeDelay);
    table.hash32(channel, METER_KEY, meterKey);
    table.u128(channel, METER_RATE, meterRate);
    index.add(id, channel);
    meta.countChannel();
    return channel;
  }
}
