package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.value.Uint128;
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
    Refusal refusal = rules.known(t.account(), t.to());
    if (refusal != null) {
      return rejected(refusal);
    }
    int account = (int) t.account();
    Uint128 price = rules.price(t.kind(), t.token());
    Uint128 maxFee = PostedTransaction.signedMaxFee(t.maxFee(), price);
    refusal = rules.authorized(account, by, t.signature(), () -> completion.transfer(t));
    if (refusal == null) {
      refusal = rules.affordable(t.token(), price, maxFee);
    }
    if (refusal == null) {
      refusal = rules.funded(account, t.token(), t.amount(), price);
    }
    if (refusal == null) {
      refusal = rules.roomFor(t.to());
    }
    if (refusal != null) {
      return rejected(refusal);
    }
    rules.charge(account, t.token(), t.amount(), price);
    int to = rules.open(t.to());
    accounts.credit(to, t.token(), t.amount());
    return new TransitionOutcome.Applied(
        TransitionOutcome.NOTHING, account, to, t.token(), t.amount(), price);
  }
}
