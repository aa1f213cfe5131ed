package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;
import static dev.sluice.state.transition.WalletRules.first;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.state.ledger.Accounts;

/** Kind 1. */
final class TransferHandler {
  private final Accounts accounts;
  private final WalletRules rules;
  private final WireCompletion completion;

  TransferHandler(Accounts accounts, WalletRules rules, WireCompletion completion) {
    this.accounts = accounts;
    this.rules = rules;
    this.completion = completion;
  }

  TransitionOutcome apply(PostedTransaction.Transfer t, Submission by) {
    Payment payment = rules.payment(t.kind(), t.account(), t.token(), t.amount(), t.maxFee());
    Refusal refusal =
        first(
            () -> rules.known(t.account()),
            () -> rules.known(t.to()),
            () -> rules.authorized(payment, by, t.signature(), () -> completion.transfer(t)),
            () -> rules.funded(payment),
            () -> rules.roomFor(t.to()));
    if (refusal != null) {
      return rejected(refusal);
    }
    rules.charge(payment);
    int to = rules.open(t.to());
    accounts.credit(to, t.token(), t.amount());
    return TransitionOutcome.Applied.by(payment, to);
  }
}
