package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/** Kind 10. */
final class JobOpenHandler {
  private final Ledger ledger;
  private final WalletRules rules;
  private final WireCompletion completion;
  private final Hash32 domain;

  JobOpenHandler(Ledger ledger, WalletRules rules, WireCompletion completion, Hash32 domain) {
    this.ledger = ledger;
    this.rules = rules;
    this.completion = completion;
    this.domain = domain;
  }

  TransitionOutcome apply(PostedTransaction.JobOpen t, Submission by) {
    Refusal refusal = rules.known(t.account());
    if (refusal == null && t.provider() >= ledger.providers().count()) {
      refusal = Refusal.UNKNOWN_PROVIDER;
    }
    if (refusal != null) {
      return rejected(refusal);
    }
    int account = (int) t.account();
    int provider = (int) t.provider();
    Address owner = ledger.accounts().owner(account);
    long nonce = ledger.accounts().nonce(account);
    Uint128 price = rules.price(t.kind(), t.token());
    Uint128 maxFee = PostedTransaction.signedMaxFee(t.maxFee(), price);
    refusal = rules.authorized(account, by, t.signature(), () -> completion.jobOpen(t));
    if (refusal == null) {
      refusal = rules.affordable(t.token(), price, maxFee);
    }
    if (refusal == null) {
      refusal = terms(t);
    }
    if (refusal == null) {
      refusal = rules.funded(account, t.token(), t.escrow(), price);
    }
    if (refusal == null) {
      refusal = rules.room(ledger.meta().jobs());
    }
    if (refusal != null) {
      return rejected(refusal);
    }
    rules.charge(account, t.token(), t.escrow(), price);
    int job =
        ledger
            .jobs()
            .open(
                Ids.of(domain, owner, account, nonce),
                account,
                provider,
                t.token(),
                t.mode(),
                t.escrow(),
                t.deadline(),
                t.window(),
                t.refusalBps());
    return new TransitionOutcome.Applied(
        job, account, ledger.providers().account(provider), t.token(), t.escrow(), price);
  }

  private @Nullable Refusal terms(PostedTransaction.JobOpen t) {
    if (t.mode() != 0) {
      return Refusal.JOB_MODE_UNKNOWN;
    }
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
