package dev.sluice.primitives.state;

import java.util.Arrays;
import java.util.Optional;

/** The types of leaves; the number is the top byte of a leaf's 40-bit key. */
public enum LeafType {
  /** Meta (index 0), fees (1) and seeds (2). */
  META(0),
  /** Accounts. */
  ACCOUNT(1),
  /** Withdrawals to L1. */
  WITHDRAWAL(2),
  /** Payment channels. */
  CHANNEL(3),
  /** Providers. */
  PROVIDER(4),
  /** Keys of a committee. */
  COMMITTEE(5),
  /** Packed counters of a committee. */
  COUNTERS(6),
  /** Jobs. */
  JOB(7),
  /** Members of k-of-n jobs. */
  QUORUM(8);

  private final int number;

  LeafType(int number) {
    this.number = number;
  }

  /** The top byte of the key. */
  public int number() {
    return number;
  }

  /** The 40-bit key of the leaf at {@code index}, a {@code u32}. */
  public long key(long index) {
    return (long) number << 32 | index;
  }

  /** The type of a 40-bit key, or empty. */
  public static Optional<LeafType> ofKey(long key) {
    return Arrays.stream(values()).filter(type -> type.number == key >>> 32).findFirst();
  }
}
