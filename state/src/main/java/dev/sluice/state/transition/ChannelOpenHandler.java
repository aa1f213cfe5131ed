package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/** Kind 3. */
final class ChannelOpenHandler {
  private final Ledger ledger;
  private final WalletRules rules;
  private final WireCompletion completion;
  private final Hash32 domain;

  ChannelOpenHandler(Ledger ledger, WalletRules rules, WireCompletion completion, Hash32 domain) {
    this.ledger = ledger;
    this.rules = rules;
    this.completion = completion;
    this.domain = domain;
  }

  TransitionOutcome apply(PostedTransaction.ChannelOpen t, Submission by) {
    Refusal refusal = rules.known(t.account(), t.payee());
    if (refusal != null) {
      return rejected(refusal);
    }
    int account = (int) t.account();
    Address owner = ledger.accounts().owner(account);
    long nonce = ledger.accounts().nonce(account);
    Hash32 meterKey = completion.meterKey(t);
    Uint128 price = rules.price(t.kind(), t.token());
    Uint128 maxFee = PostedTransaction.signedMaxFee(t.maxFee(), price);
    refusal = rules.authorized(account, by, t.signature(), () -> completion.channelOpen(t));
    if (refusal == null) {
      refusal = rules.affordable(t.token(), price, maxFee);
    }
    if (refusal == null) {
      refusal = terms(t);
    }
    if (refusal == null) {
      refusal = rules.funded(account, t.token(), t.deposit(), price);
    }
    if (refusal == null) {
      refusal = rules.roomFor(t.payee());
    }
    if (refusal == null) {
      refusal = rules.room(ledger.meta().channels());
    }
    if (refusal != null) {
      return rejected(refusal);
    }
    rules.charge(account, t.token(), t.deposit(), price);
    int payee = rules.open(t.payee());
    int channel =
        ledger
            .channels()
            .open(
                Ids.of(domain, owner, account, nonce),
                account,
                payee,
                t.token(),
                t.meter(),
                t.deposit(),
                t.closeDelay(),
                meterKey,
                t.meterRate());
    return new TransitionOutcome.Applied(channel, account, payee, t.token(), t.deposit(), price);
  }

  private @Nullable Refusal terms(PostedTransaction.ChannelOpen t) {
    if (t.meter() != Transaction.METER_VOUCHER) {
      return Refusal.METER_UNKNOWN;
    }
    if (t.deposit().isZero()) {
      return Refusal.ZERO_AMOUNT;
    }
    return t.closeDelay() < ledger.genesis().protectiveDelay() ? Refusal.DELAY_TOO_SHORT : null;
  }
}
