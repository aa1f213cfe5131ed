package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Channels;
import dev.sluice.state.ledger.Ledger;

/** Kind 4. */
final class ChannelClaimHandler {
  private final Ledger ledger;
  private final WalletRules rules;
  private final TypedData domain;

  ChannelClaimHandler(Ledger ledger, WalletRules rules, TypedData domain) {
    this.ledger = ledger;
    this.rules = rules;
    this.domain = domain;
  }

  TransitionOutcome apply(PostedTransaction.ChannelClaim t, Submission by) {
    Channels channels = ledger.channels();
    if (t.channel() >= channels.count()) {
      return rejected(Refusal.UNKNOWN_CHANNEL);
    }
    int channel = (int) t.channel();
    Transaction.ChannelClaim voucher =
        new Transaction.ChannelClaim(channels.id(channel), t.amount());
    if (!by.source()
        .isVoucherSignedBy(channels.meterKey(channel), t.signature(), domain, voucher)) {
      return rejected(Refusal.BAD_SIGNATURE);
    }
    if (channels.state(channel) == Channels.CLOSED) {
      return rejected(Refusal.CHANNEL_CLOSED);
    }
    if (channels.deposit(channel).isLessThan(t.amount())) {
      return rejected(Refusal.VOUCHER_EXCEEDS_DEPOSIT);
    }
    int payee = channels.payee(channel);
    int payer = channels.payer(channel);
    int token = channels.token(channel);
    Uint128 claimed = channels.claimed(channel);
    if (!claimed.isLessThan(t.amount())) {
      return new TransitionOutcome.Applied(
          TransitionOutcome.NOTHING, payee, payer, token, Uint128.ZERO, Uint128.ZERO);
    }
    Uint128 owed = t.amount().minus(claimed);
    Uint128 price = rules.price(t.kind(), token);
    if (owed.isLessThan(price)) {
      return rejected(Refusal.CLAIM_BELOW_FEE);
    }
    Uint128 paid = owed.minus(price);
    ledger.accounts().credit(payee, token, paid);
    ledger.fees().collect(token, price);
    channels.claimed(channel, t.amount());
    return new TransitionOutcome.Applied(
        TransitionOutcome.NOTHING, payee, payer, token, paid, price);
  }
}
