package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.Transaction.Verdict;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Jobs;
import dev.sluice.state.ledger.Ledger;

/** Kind 12, by the buyer and by anyone. */
final class JobSettleHandler {
  private final Ledger ledger;
  private final WalletRules rules;
  private final WireCompletion completion;

  JobSettleHandler(Ledger ledger, WalletRules rules, WireCompletion completion) {
    this.ledger = ledger;
    this.rules = rules;
    this.completion = completion;
  }

  TransitionOutcome judge(PostedTransaction.JobVerdict t, Submission by) {
    Jobs jobs = ledger.jobs();
    if (t.job() >= jobs.count()) {
      return rejected(Refusal.UNKNOWN_JOB);
    }
    int job = (int) t.job();
    int buyer = jobs.buyer(job);
    Refusal refusal = rules.authorized(buyer, by, t.signature(), () -> completion.jobVerdict(t));
    if (refusal == null && jobs.state(job) != Jobs.DONE) {
      refusal = Refusal.JOB_NOT_DONE;
    }
    if (refusal == null
        && t.verdict() == Verdict.REFUSE
        && Long.compareUnsigned(ledger.meta().clock(), jobs.windowEnd(job)) > 0) {
      refusal = Refusal.WINDOW_PASSED;
    }
    if (refusal != null) {
      return rejected(refusal);
    }
    rules.countNonce(buyer);
    return switch (t.verdict()) {
      case ACCEPT -> settle(job, Jobs.ACCEPTED, Uint128.BPS_MAX, t.reason());
      case REFUSE -> settle(job, Jobs.REFUSED, jobs.refusalBps(job), t.reason());
    };
  }

  TransitionOutcome expire(PostedTransaction.JobExpiry t) {
    Jobs jobs = ledger.jobs();
    if (t.job() >= jobs.count()) {
      return rejected(Refusal.UNKNOWN_JOB);
    }
    int job = (int) t.job();
    long clock = ledger.meta().clock();
    return switch (t.expiry()) {
      case SILENCE -> {
        if (jobs.state(job) != Jobs.DONE) {
          yield rejected(Refusal.JOB_NOT_DONE);
        }
        if (Long.compareUnsigned(clock, jobs.windowEnd(job)) <= 0) {
          yield rejected(Refusal.WINDOW_RUNNING);
        }
        yield settle(job, Jobs.ACCEPTED_BY_SILENCE, Uint128.BPS_MAX, 0);
      }
      case TIME_OUT -> {
        if (jobs.state(job) != Jobs.OPEN) {
          yield rejected(Refusal.JOB_NOT_OPEN);
        }
        if (Long.compareUnsigned(clock, jobs.deadline(job)) <= 0) {
          yield rejected(Refusal.DEADLINE_NOT_PASSED);
        }
        yield refund(job);
      }
    };
  }

  /** Pays the provider its share of the net escrow and the buyer the rest. */
  private TransitionOutcome settle(int job, int state, int providerBps, int reason) {
    Jobs jobs = ledger.jobs();
    int token = jobs.token(job);
    int payout = ledger.providers().payout(jobs.provider(job));
    Uint128 price = rules.price(TransactionKind.JOB_SETTLE, token);
    Uint128 net = jobs.escrow(job).minus(price);
    Uint128 share = net.timesBps(providerBps);
    ledger.accounts().credit(payout, token, share);
    if (state == Jobs.REFUSED) {
      ledger.accounts().credit(jobs.buyer(job), token, net.minus(share));
    }
    ledger.fees().collect(token, price);
    jobs.settle(job, state, reason);
    return new TransitionOutcome.Applied(
        TransitionOutcome.NOTHING, jobs.buyer(job), payout, token, share, price);
  }

  private TransitionOutcome refund(int job) {
    Jobs jobs = ledger.jobs();
    int token = jobs.token(job);
    Uint128 escrow = jobs.escrow(job);
    ledger.accounts().credit(jobs.buyer(job), token, escrow);
    jobs.settle(job, Jobs.TIMED_OUT, 0);
    return new TransitionOutcome.Applied(
        TransitionOutcome.NOTHING,
        jobs.buyer(job),
        ledger.providers().account(jobs.provider(job)),
        token,
        escrow,
        Uint128.ZERO);
  }
}
