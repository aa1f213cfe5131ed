package dev.sluice.state.transition;

import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.state.ledger.Ledger;

/** Who may give a result of a job ({@code docs/protocol.md} §6.2, kind 11). */
final class JobMembers {
  /** There is no such member. */
  static final int NONE = -1;

  private JobMembers() {}

  /** The provider that is member {@code member} of an existing job, or {@link #NONE}. */
  static int provider(Ledger ledger, int job, int member) {
    int named = ledger.jobs().provider(job);
    if (ledger.jobs().mode(job) != Transaction.MODE_QUORUM) {
      return member == 0 ? named : NONE;
    }
    return member < ledger.quorums().members(named)
        ? ledger.quorums().provider(named, member)
        : NONE;
  }
}
