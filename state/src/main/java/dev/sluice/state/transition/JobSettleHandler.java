package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;
import static dev.sluice.state.transition.WalletRules.first;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.Transaction.Verdict;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Jobs;
import dev.sluice.state.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/** Kind 12, by the buyer and by anyone. */
final class JobSettleHandler {
  private final Ledger ledger;
  private final Jobs jobs;
  private final WalletRules rules;
  private final WireCompletion completion;
  private final JobSettlement settlement;

  JobSettleHandler(
      Ledger ledger, WalletRules rules, WireCompletion completion, JobSettlement settlement) {
    this.ledger = ledger;
    this.jobs = ledger.jobs();
    this.rules = rules;
    this.completion = completion;
    this.settlement = settlement;
  }

  TransitionOutcome judge(PostedTransaction.JobVerdict t, Submission by) {
    if (t.job() >= jobs.count()) {
      return rejected(Refusal.UNKNOWN_JOB);
    }
    int job = (int) t.job();
    int buyer = jobs.buyer(job);
    Refusal refusal =
        first(
            () -> rules.signed(buyer, by, t.signature(), () -> completion.jobVerdict(t)),
            () -> jobs.state(job) == Jobs.DONE ? null : Refusal.JOB_NOT_DONE,
            () ->
                t.verdict() == Verdict.REFUSE && isBehind(jobs.windowEnd(job))
                    ? Refusal.WINDOW_PASSED
                    : null);
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
    if (t.job() >= jobs.count()) {
      return rejected(Refusal.UNKNOWN_JOB);
    }
    int job = (int) t.job();
    Refusal refusal =
        switch (t.expiry()) {
          case SILENCE -> silence(job);
          case TIME_OUT -> timeOut(job);
        };
    if (refusal != null) {
      return rejected(refusal);
    }
    return switch (t.expiry()) {
      case SILENCE -> settle(job, Jobs.ACCEPTED_BY_SILENCE, Uint128.BPS_MAX, 0);
      case TIME_OUT -> refund(job);
    };
  }

  private @Nullable Refusal silence(int job) {
    if (jobs.state(job) != Jobs.DONE) {
      return Refusal.JOB_NOT_DONE;
    }
    return isBehind(jobs.windowEnd(job)) ? null : Refusal.WINDOW_RUNNING;
  }

  private @Nullable Refusal timeOut(int job) {
    if (jobs.state(job) != Jobs.OPEN) {
      return Refusal.JOB_NOT_OPEN;
    }
    long deadline = jobs.deadline(job);
    if (!isBehind(deadline)) {
      return Refusal.DEADLINE_NOT_PASSED;
    }
    boolean mayBeRevealed = jobs.mode(job) == Transaction.MODE_QUORUM && isCommitted(job);
    return mayBeRevealed && !isBehind(deadline + jobs.window(job)) ? Refusal.WINDOW_RUNNING : null;
  }

  private boolean isCommitted(int job) {
    int quorum = jobs.provider(job);
    return ledger.quorums().committed(quorum) >= ledger.quorums().needed(quorum);
  }

  private TransitionOutcome settle(int job, int state, int providerBps, int reason) {
    Uint128 price = settlement.price(job);
    Uint128 share = settlement.split(job, state, providerBps, reason);
    return new TransitionOutcome.Applied(
        TransitionOutcome.NOTHING,
        jobs.buyer(job),
        ledger.providers().payout(jobs.provider(job)),
        jobs.token(job),
        share,
        price);
  }

  private TransitionOutcome refund(int job) {
    Uint128 escrow = jobs.escrow(job);
    settlement.refund(job);
    return new TransitionOutcome.Applied(
        TransitionOutcome.NOTHING,
        jobs.buyer(job),
        jobs.mode(job) == Transaction.MODE_QUORUM
            ? TransitionOutcome.NOTHING
            : ledger.providers().peekAccount(jobs.provider(job)),
        jobs.token(job),
        escrow,
        Uint128.ZERO);
  }

  private boolean isBehind(long time) {
    return Long.compareUnsigned(ledger.meta().clock(), time) > 0;
  }
}
