package dev.sluice.state.ledger;

import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;

/** Job leaves, type 7. */
public final class Jobs {
  public static final int OPEN = 1;
  public static final int DONE = 2;
  public static final int ACCEPTED = 3;
  public static final int ACCEPTED_BY_SILENCE = 4;
  public static final int REFUSED = 5;
  public static final int TIMED_OUT = 6;

  static final int BYTES = 115;
  private static final int RESULT_HASH = 59;
  private final LeafTable table;
  private final IdIndex index;
  private final Meta meta;

  Jobs(LeafTable table, IdIndex index, Meta meta) {
    this.table = table;
    this.index = index;
    this.meta = meta;
  }

  public int count() {
    return table.size();
  }

  /** The job with this id, or -1. */
  public int find(Hash32 id) {
    return index.find(id);
  }

  public Hash32 id(int job) {
    return table.hash32(job, 0);
  }

  public int buyer(int job) {
    return table.i32(job, 32);
  }

  /** Index of its provider, or in {@link Transaction#MODE_QUORUM} of its quorum leaf. */
  public int provider(int job) {
    return table.i32(job, 36);
  }

  public int token(int job) {
    return table.u8(job, 40);
  }

  public int mode(int job) {
    return table.u8(job, 41);
  }

  public int state(int job) {
    return table.u8(job, 42);
  }

  public Uint128 escrow(int job) {
    return table.u128(job, 43);
  }

  /** The result, or what an open job of {@link Transaction#MODE_EXPECTED_HASH} expects. */
  public Hash32 resultHash(int job) {
    return table.hash32(job, RESULT_HASH);
  }

  public long deadline(int job) {
    return table.u64(job, 91);
  }

  public long windowEnd(int job) {
    return table.u64(job, 99);
  }

  public long window(int job) {
    return table.u32(job, 107);
  }

  public int refusalBps(int job) {
    return table.u16(job, 111);
  }

  /** Records a result and starts the buyer's window. */
  public void done(int job, Hash32 resultHash, long windowEnd) {
    table.u8(job, 42, DONE);
    resultHash(job, resultHash);
    table.u64(job, 99, windowEnd);
  }

  public void resultHash(int job, Hash32 resultHash) {
    table.hash32(job, RESULT_HASH, resultHash);
  }

  /** Marks a job as named by a transaction, for witnesses. */
  public void touch(int job) {
    table.touch(job);
  }

  /** Ends a job; the escrow has been paid out. */
  public void settle(int job, int state, int reason) {
    table.u8(job, 42, state);
    table.u128(job, 43, Uint128.ZERO);
    table.u16(job, 113, reason);
  }

  /**
   * Appends an open job and returns its index.
   *
   * @param provider index, in {@link Transaction#MODE_QUORUM} of the quorum leaf
   * @param expected the expected hash, or zero
   */
  public int open(
      Hash32 id,
      int buyer,
      int provider,
      int token,
      int mode,
      Uint128 escrow,
      Hash32 expected,
      long deadline,
      long window,
      int refusalBps) {
    int job = table.append();
    table.hash32(job, 0, id);
    table.u32(job, 32, buyer);
    table.u32(job, 36, provider);
    table.u8(job, 40, token);
    table.u8(job, 41, mode);
    table.u8(job, 42, OPEN);
    table.u128(job, 43, escrow);
    table.hash32(job, RESULT_HASH, expected);
    table.u64(job, 91, deadline);
    table.u32(job, 107, window);
    table.u16(job, 111, refusalBps);
    index.add(id, job);
    meta.countJob();
    return job;
  }
}
