package dev.sluice.state.ledger;

import dev.sluice.primitives.value.Hash32;

/**
 * The meta leaf, key (0, 0): positions and counts ({@code docs/protocol.md} §3). Counts of leaves
 * follow the tables.
 */
public final class Meta {
  static final int BYTES = 128;
  private static final int ACCOUNTS = 104;
  private static final int WITHDRAWALS = 108;
  private static final int CHANNELS = 112;
  private static final int PROVIDERS = 116;
  private static final int JOBS = 120;
  private static final int QUORUMS = 124;
  private final LeafTable table;

  Meta(LeafTable table) {
    this.table = table;
  }

  /** Inbox messages consumed. */
  public long inboxPosition() {
    return table.u64(0, 0);
  }

  /** Cumulative witness weight of the messages consumed. */
  public long inboxWitnessWeight() {
    return table.u64(0, 8);
  }

  /** Cumulative gas weight of the messages consumed. */
  public long inboxGasWeight() {
    return table.u64(0, 16);
  }

  /** The L2 clock, seconds. */
  public long clock() {
    return table.u64(0, 24);
  }

  /** Number of the last block begun. */
  public long blockNumber() {
    return table.u64(0, 32);
  }

  /** The inbox accumulator after the last message consumed. */
  public Hash32 inboxAccumulator() {
    return table.hash32(0, 40);
  }

  /** The accumulator of block commitments. */
  public Hash32 blockAccumulator() {
    return table.hash32(0, 72);
  }

  /** Moves the inbox behind one more message. */
  public void inbox(long position, Hash32 accumulator, long witnessWeight, long gasWeight) {
    table.u64(0, 0, position);
    table.u64(0, 8, witnessWeight);
    table.u64(0, 16, gasWeight);
    table.hash32(0, 40, accumulator);
  }

  public void clock(long seconds) {
    table.u64(0, 24, seconds);
  }

  public void blockNumber(long number) {
    table.u64(0, 32, number);
  }

  public void blockAccumulator(Hash32 accumulator) {
    table.hash32(0, 72, accumulator);
  }

  public long accounts() {
    return table.u32(0, ACCOUNTS);
  }

  public long withdrawals() {
    return table.u32(0, WITHDRAWALS);
  }

  public long channels() {
    return table.u32(0, CHANNELS);
  }

  public long providers() {
    return table.u32(0, PROVIDERS);
  }

  public long jobs() {
    return table.u32(0, JOBS);
  }

  public long quorums() {
    return table.u32(0, QUORUMS);
  }

  void countAccount() {
    table.u32(0, ACCOUNTS, accounts() + 1);
  }

  void countWithdrawal() {
    table.u32(0, WITHDRAWALS, withdrawals() + 1);
  }

  void countChannel() {
    table.u32(0, CHANNELS, channels() + 1);
  }

  void countProvider() {
    table.u32(0, PROVIDERS, providers() + 1);
  }

  void countJob() {
    table.u32(0, JOBS, jobs() + 1);
  }

  void countQuorum() {
    table.u32(0, QUORUMS, quorums() + 1);
  }
}
