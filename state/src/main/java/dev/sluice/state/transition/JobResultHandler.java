package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Jobs;
import dev.sluice.state.ledger.Ledger;

/** Kind 11. */
final class JobResultHandler {
  private final Ledger ledger;
  private final WalletRules rules;
  private final WireCompletion completion;

  JobResultHandler(Ledger ledger, WalletRules rules, WireCompletion completion) {
    this.ledger = ledger;
    this.rules = rules;
    this.completion = completion;
  }

  TransitionOutcome apply(PostedTransaction.JobResult t, Submission by) {
    Jobs jobs = ledger.jobs();
    if (t.job() >= jobs.count()) {
      return rejected(Refusal.UNKNOWN_JOB);
    }
    int job = (int) t.job();
    int account = ledger.providers().account(jobs.provider(job));
    int token = jobs.token(job);
    Uint128 price = rules.price(t.kind(), token);
    Uint128 maxFee = PostedTransaction.signedMaxFee(t.maxFee(), price);
    long clock = ledger.meta().clock();
    Refusal refusal = rules.authorized(account, by, t.signature(), () -> completion.jobResult(t));
    if (refusal == null) {
      refusal = rules.affordable(token, price, maxFee);
    }
    if (refusal == null && jobs.state(job) != Jobs.OPEN) {
      refusal = Refusal.JOB_NOT_OPEN;
    }
    if (refusal == null && Long.compareUnsigned(clock, jobs.deadline(job)) > 0) {
      refusal = Refusal.DEADLINE_PASSED;
    }
    if (refusal == null) {
      refusal = rules.funded(account, token, Uint128.ZERO, price);
    }
    if (refusal != null) {
      return rejected(refusal);
    }
    rules.charge(account, token, Uint128.ZERO, price);
    jobs.done(job, t.resultHash(), clock + jobs.window(job));
    return new TransitionOutcome.Applied(
        TransitionOutcome.NOTHING, account, jobs.buyer(job), token, Uint128.ZERO, price);
  }
}
