package dev.sluice.state.ledger;

import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.value.Hash32;
import java.util.List;

/** Quorum leaves, type 8: the members of k-of-n jobs. */
public final class Quorums {
  /** {@code state} of a member that has not committed. */
  public static final int AWAITED = Leaf.Quorum.Member.AWAITED;

  /** {@code state} of a member that has committed and not revealed. */
  public static final int COMMITTED = Leaf.Quorum.Member.COMMITTED;

  /** {@code state} of a member that has revealed its result. */
  public static final int REVEALED = Leaf.Quorum.Member.REVEALED;

  static final int BYTES = Leaf.Quorum.BYTES;
  private static final int MEMBERS = 6;
  private static final int MEMBER_BYTES = 41;
  private final LeafTable table;
  private final Meta meta;

  Quorums(LeafTable table, Meta meta) {
    this.table = table;
    this.meta = meta;
  }

  public int count() {
    return table.size();
  }

  /** n: how many members there are, 2 to 5. */
  public int members(int quorum) {
    return table.u8(quorum, 4);
  }

  /** k: how many must agree. */
  public int needed(int quorum) {
    return table.u8(quorum, 5);
  }

  public int provider(int quorum, int member) {
    return table.i32(quorum, at(member));
  }

  /** The account that is paid, as it was when the member committed. */
  public int payout(int quorum, int member) {
    return table.i32(quorum, at(member) + 4);
  }

  public int state(int quorum, int member) {
    return table.u8(quorum, at(member) + 8);
  }

  /** The commitment or the result hash, by state. */
  public Hash32 hash(int quorum, int member) {
    return table.hash32(quorum, at(member) + 9);
  }

  /** How many members have committed, revealed or not. */
  public int committed(int quorum) {
    int committed = 0;
    for (int member = 0; member < members(quorum); member++) {
      if (state(quorum, member) != AWAITED) {
        committed++;
      }
    }
    return committed;
  }

  /** Whether the member has revealed this result. */
  public boolean hasRevealed(int quorum, int member, Hash32 resultHash) {
    return state(quorum, member) == REVEALED && hash(quorum, member).equals(resultHash);
  }

  /** Keeps a member's commitment and who is paid for it. */
  public void commit(int quorum, int member, Hash32 commitment, int payout) {
    table.u32(quorum, at(member) + 4, payout);
    table.u8(quorum, at(member) + 8, COMMITTED);
    table.hash32(quorum, at(member) + 9, commitment);
  }

  /** Puts a member's result in the place of its commitment. */
  public void reveal(int quorum, int member, Hash32 resultHash) {
    table.u8(quorum, at(member) + 8, REVEALED);
    table.hash32(quorum, at(member) + 9, resultHash);
  }

  /** Marks a quorum as named by a transaction, for witnesses. */
  public void touch(int quorum) {
    table.touch(quorum);
  }

  /** Appends the quorum of a job, nobody committed, and returns its index. */
  public int open(long job, List<Long> providers, int needed) {
    int quorum = table.append();
    table.u32(quorum, 0, job);
    table.u8(quorum, 4, providers.size());
    table.u8(quorum, 5, needed);
    for (int member = 0; member < providers.size(); member++) {
      table.u32(quorum, at(member), providers.get(member));
    }
    meta.countQuorum();
    return quorum;
  }

  private static int at(int member) {
    return MEMBERS + MEMBER_BYTES * member;
  }
}
