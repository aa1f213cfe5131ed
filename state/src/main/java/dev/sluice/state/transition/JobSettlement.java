package dev.sluice.state.transition;

import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Accounts;
import dev.sluice.state.ledger.Jobs;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.ledger.Quorums;
import java.math.BigInteger;

/** How the escrow of a job is paid out ({@code docs/protocol.md} §6.2, kinds 11 and 12). */
final class JobSettlement {
  private final Accounts accounts;
  private final Jobs jobs;
  private final Quorums quorums;
  private final Ledger ledger;
  private final WalletRules rules;

  JobSettlement(Ledger ledger, WalletRules rules) {
    this.ledger = ledger;
    this.accounts = ledger.accounts();
    this.jobs = ledger.jobs();
    this.quorums = ledger.quorums();
    this.rules = rules;
  }

  /** The price of settling, which the escrow covers. */
  Uint128 price(int job) {
    return rules.price(TransactionKind.JOB_SETTLE, jobs.token(job));
  }

  /**
   * Pays the job's provider its share of the net escrow and the buyer the rest.
   *
   * @return the provider's share
   */
  Uint128 split(int job, int state, int providerBps, int reason) {
    int token = jobs.token(job);
    Uint128 price = price(job);
    Uint128 net = jobs.escrow(job).minus(price);
    Uint128 share = net.timesBps(providerBps);
    accounts.credit(ledger.providers().payout(jobs.provider(job)), token, share);
    if (state == Jobs.REFUSED) {
      accounts.credit(jobs.buyer(job), token, net.minus(share));
    }
    ledger.fees().collect(token, price);
    jobs.settle(job, state, reason);
    return share;
  }

  /** Pays those members of a job's quorum who revealed this result, if they are enough. */
  void agree(int job, Hash32 resultHash) {
    int quorum = jobs.provider(job);
    int members = quorums.members(quorum);
    int needed = quorums.needed(quorum);
    int agreed = 0;
    for (int member = 0; member < members; member++) {
      if (quorums.hasRevealed(quorum, member, resultHash)) {
        agreed++;
      }
    }
    if (agreed < needed) {
      return;
    }
    int token = jobs.token(job);
    Uint128 price = price(job);
    Uint128 rest = jobs.escrow(job).minus(price);
    Uint128 share =
        Uint128.of(rest.toBigInteger().divide(BigInteger.valueOf(needed))).orElseThrow();
    for (int member = 0; member < members; member++) {
      if (quorums.hasRevealed(quorum, member, resultHash)) {
        accounts.credit(quorums.payout(quorum, member), token, share);
        rest = rest.minus(share);
      }
    }
    accounts.credit(jobs.buyer(job), token, rest);
    ledger.fees().collect(token, price);
    jobs.resultHash(job, resultHash);
    jobs.settle(job, Jobs.ACCEPTED, 0);
  }

  /** Gives the buyer the escrow back. */
  void refund(int job) {
    accounts.credit(jobs.buyer(job), jobs.token(job), jobs.escrow(job));
    jobs.settle(job, Jobs.TIMED_OUT, 0);
  }
}
