package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;
import static dev.sluice.state.transition.WalletRules.first;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.value.Address;
import dev.sluice.state.ledger.Ledger;

/** Kind 2. */
final class WithdrawHandler {
  private final Ledger ledger;
  private final WalletRules rules;
  private final WireCompletion completion;

  WithdrawHandler(Ledger ledger, WalletRules rules, WireCompletion completion) {
    this.ledger = ledger;
    this.rules = rules;
    this.completion = completion;
  }

  TransitionOutcome apply(PostedTransaction.Withdraw t, Submission by) {
    Payment payment = rules.payment(t.kind(), t.account(), t.token(), t.amount(), t.maxFee());
    Refusal refusal =
        first(
            () -> rules.known(t.account()),
            () -> rules.authorized(payment, by, t.signature(), () -> completion.withdraw(t)),
            () -> t.amount().isZero() ? Refusal.ZERO_AMOUNT : null,
            () -> rules.funded(payment),
            () -> rules.room(ledger.meta().withdrawals()));
    if (refusal != null) {
      return rejected(refusal);
    }
    rules.charge(payment);
    Address posted = t.to();
    Address to = posted == null ? ledger.accounts().owner(payment.account()) : posted;
    int index = ledger.withdrawals().append(to, t.token(), t.amount());
    return TransitionOutcome.Applied.by(payment, TransitionOutcome.NOTHING).opening(index);
  }
}
