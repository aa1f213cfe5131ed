package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Uint128;
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
    Refusal refusal = rules.known(t.account());
    if (refusal != null) {
      return rejected(refusal);
    }
    int account = (int) t.account();
    Address posted = t.to();
    Address to = posted == null ? ledger.accounts().owner(account) : posted;
    Uint128 price = rules.price(t.kind(), t.token());
    Uint128 maxFee = PostedTransaction.signedMaxFee(t.maxFee(), price);
    refusal = rules.authorized(account, by, t.signature(), () -> completion.withdraw(t));
    if (refusal == null) {
      refusal = rules.affordable(t.token(), price, maxFee);
    }
    if (refusal == null && t.amount().isZero()) {
      refusal = Refusal.ZERO_AMOUNT;
    }
    if (refusal == null) {
      refusal = rules.funded(account, t.token(), t.amount(), price);
    }
    if (refusal == null) {
      refusal = rules.room(ledger.meta().withdrawals());
    }
    if (refusal != null) {
      return rejected(refusal);
    }
    rules.charge(account, t.token(), t.amount(), price);
    int index = ledger.withdrawals().append(to, t.token(), t.amount());
    return new TransitionOutcome.Applied(
        index, account, TransitionOutcome.NOTHING, t.token(), t.amount(), price);
  }
}
