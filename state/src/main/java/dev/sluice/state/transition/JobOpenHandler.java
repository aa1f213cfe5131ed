package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;
import static dev.sluice.state.transition.WalletRules.first;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/** Kind 10. */
final class JobOpenHandler {
  private final Ledger ledger;
  private final WalletRules rules;
  private final WireCompletion completion;

  JobOpenHandler(Ledger ledger, WalletRules rules, WireCompletion completion) {
    this.ledger = ledger;
    this.rules = rules;
    this.completion = completion;
  }

  TransitionOutcome apply(PostedTransaction.JobOpen t, Submission by) {
    Payment payment = rules.payment(t.kind(), t.account(), t.token(), t.escrow(), t.maxFee());
    boolean needsQuorum = t.mode() == Transaction.MODE_QUORUM;
    Refusal refusal =
        first(
            () -> rules.known(t.account()),
            () -> knownProviders(t),
            () -> rules.authorized(payment, by, t.signature(), () -> completion.jobOpen(t)),
            () -> parties(t),
            () -> terms(t),
            () -> rules.funded(payment),
            () -> rules.room(ledger.meta().jobs()),
            () -> needsQuorum ? rules.room(ledger.meta().quorums()) : null);
    if (refusal != null) {
      return rejected(refusal);
    }
    int account = payment.account();
    Hash32 id = rules.idOpenedBy(account, completion.jobOpen(t));
    rules.charge(payment);
    int job =
        ledger
            .jobs()
            .open(
                id,
                account,
                needsQuorum ? openQuorum(t) : t.providers().getFirst().intValue(),
                t.token(),
                t.mode(),
                t.escrow(),
                t.expected(),
                t.deadline(),
                t.window(),
                t.refusalBps());
    int first = ledger.providers().peekAccount(t.providers().getFirst().intValue());
    return TransitionOutcome.Applied.by(payment, first).opening(job);
  }

  private int openQuorum(PostedTransaction.JobOpen t) {
    return ledger.quorums().open(ledger.meta().jobs(), t.providers(), t.quorum());
  }

  private @Nullable Refusal knownProviders(PostedTransaction.JobOpen t) {
    long count = ledger.providers().count();
    return t.providers().stream().allMatch(provider -> provider < count)
        ? null
        : Refusal.UNKNOWN_PROVIDER;
  }

  private @Nullable Refusal parties(PostedTransaction.JobOpen t) {
    if (t.mode() > Transaction.MODE_QUORUM) {
      return Refusal.JOB_MODE_UNKNOWN;
    }
    int n = t.providers().size();
    boolean isMajority = 2 * t.quorum() > n && t.quorum() <= n;
    boolean areDistinct = t.providers().stream().distinct().count() == n;
    if (t.mode() == Transaction.MODE_QUORUM && !(n >= 2 && isMajority && areDistinct)) {
      return Refusal.BAD_QUORUM;
    }
    return t.providers().stream()
            .anyMatch(provider -> ledger.providers().isRetired(provider.intValue()))
        ? Refusal.PROVIDER_RETIRED
        : null;
  }

  private @Nullable Refusal terms(PostedTransaction.JobOpen t) {
    if (t.escrow().isZero()) {
      return Refusal.ZERO_AMOUNT;
    }
    if (t.escrow().isLessThan(rules.price(TransactionKind.JOB_SETTLE, t.token()))) {
      return Refusal.ESCROW_BELOW_FEE;
    }
    if (Long.compareUnsigned(t.deadline(), ledger.meta().clock()) <= 0) {
      return Refusal.DEADLINE_PASSED;
    }
    if (t.window() < ledger.genesis().protectiveDelay()) {
      return Refusal.DELAY_TOO_SHORT;
    }
    return t.refusalBps() > Uint128.BPS_MAX ? Refusal.BAD_SPLIT : null;
  }
}
