package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;
import static dev.sluice.state.transition.WalletRules.first;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Jobs;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.ledger.Quorums;
import org.jspecify.annotations.Nullable;

/** Kind 11, result, commitment and reveal. */
final class JobResultHandler {
  private final Ledger ledger;
  private final Jobs jobs;
  private final Quorums quorums;
  private final WalletRules rules;
  private final WireCompletion completion;
  private final JobSettlement settlement;

  JobResultHandler(
      Ledger ledger, WalletRules rules, WireCompletion completion, JobSettlement settlement) {
    this.ledger = ledger;
    this.jobs = ledger.jobs();
    this.quorums = ledger.quorums();
    this.rules = rules;
    this.completion = completion;
    this.settlement = settlement;
  }

  TransitionOutcome apply(PostedTransaction.JobResult t, Submission by) {
    Refusal unknown = unknown(t.job(), t.member());
    if (unknown != null) {
      return rejected(unknown);
    }
    int job = (int) t.job();
    int mode = jobs.mode(job);
    int provider = JobMembers.provider(ledger, job, t.member());
    Payment payment = payment(job, provider, t.maxFee());
    Refusal refusal =
        first(
            () -> rules.authorized(payment, by, t.signature(), () -> completion.jobResult(t)),
            () -> jobs.state(job) == Jobs.OPEN ? null : Refusal.JOB_NOT_OPEN,
            () -> isBehind(jobs.deadline(job)) ? Refusal.DEADLINE_PASSED : null,
            () -> mode == Transaction.MODE_EXPECTED_HASH ? matches(job, t.resultHash()) : null,
            () -> mode == Transaction.MODE_QUORUM ? awaited(job, t.member()) : null,
            () -> rules.funded(payment));
    if (refusal != null) {
      return rejected(refusal);
    }
    rules.charge(payment);
    switch (mode) {
      case Transaction.MODE_EXPECTED_HASH -> {
        jobs.resultHash(job, t.resultHash());
        settlement.split(job, Jobs.ACCEPTED, Uint128.BPS_MAX, 0);
      }
      case Transaction.MODE_QUORUM ->
          quorums.commit(
              jobs.provider(job), t.member(), t.resultHash(), ledger.providers().payout(provider));
      default -> jobs.done(job, t.resultHash(), ledger.meta().clock() + jobs.window(job));
    }
    return TransitionOutcome.Applied.by(payment, jobs.buyer(job));
  }

  TransitionOutcome reveal(PostedTransaction.JobReveal t, Submission by) {
    Refusal unknown = unknown(t.job(), t.member());
    if (unknown != null) {
      return rejected(unknown);
    }
    int job = (int) t.job();
    Payment payment = payment(job, JobMembers.provider(ledger, job, t.member()), t.maxFee());
    Refusal refusal =
        first(
            () -> rules.authorized(payment, by, t.signature(), () -> completion.jobReveal(t)),
            () -> jobs.state(job) == Jobs.OPEN ? null : Refusal.JOB_NOT_OPEN,
            () ->
                jobs.mode(job) == Transaction.MODE_QUORUM
                    ? revealable(t, job)
                    : Refusal.JOB_MODE_MISMATCH,
            () -> rules.funded(payment));
    if (refusal != null) {
      return rejected(refusal);
    }
    rules.charge(payment);
    quorums.reveal(jobs.provider(job), t.member(), t.resultHash());
    settlement.agree(job, t.resultHash());
    return TransitionOutcome.Applied.by(payment, jobs.buyer(job));
  }

  private @Nullable Refusal unknown(long job, int member) {
    if (job >= jobs.count()) {
      return Refusal.UNKNOWN_JOB;
    }
    return JobMembers.provider(ledger, (int) job, member) == JobMembers.NONE
        ? Refusal.UNKNOWN_MEMBER
        : null;
  }

  private Payment payment(int job, int provider, @Nullable Uint128 maxFee) {
    return rules.payment(
        TransactionKind.JOB_RESULT,
        ledger.providers().account(provider),
        jobs.token(job),
        Uint128.ZERO,
        maxFee);
  }

  private @Nullable Refusal matches(int job, Hash32 resultHash) {
    return Keccak256.hash32(resultHash.toBytes()).equals(jobs.resultHash(job))
        ? null
        : Refusal.RESULT_MISMATCH;
  }

  private @Nullable Refusal awaited(int job, int member) {
    return quorums.state(jobs.provider(job), member) == Quorums.AWAITED
        ? null
        : Refusal.ALREADY_COMMITTED;
  }

  private @Nullable Refusal revealable(PostedTransaction.JobReveal t, int job) {
    int quorum = jobs.provider(job);
    long deadline = jobs.deadline(job);
    if (quorums.committed(quorum) < quorums.members(quorum) && !isBehind(deadline)) {
      return Refusal.REVEAL_NOT_OPEN;
    }
    if (isBehind(deadline + jobs.window(job))) {
      return Refusal.WINDOW_PASSED;
    }
    if (quorums.state(quorum, t.member()) != Quorums.COMMITTED) {
      return Refusal.NOT_COMMITTED;
    }
    Hash32 commitment = Ids.commitment(jobs.id(job), t.member(), t.resultHash(), t.salt());
    return quorums.hash(quorum, t.member()).equals(commitment) ? null : Refusal.REVEAL_MISMATCH;
  }

  private boolean isBehind(long time) {
    return Long.compareUnsigned(ledger.meta().clock(), time) > 0;
  }
}
