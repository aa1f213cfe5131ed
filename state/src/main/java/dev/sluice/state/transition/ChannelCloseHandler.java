package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;
import static dev.sluice.state.transition.WalletRules.first;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Channels;
import dev.sluice.state.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/** Kind 5, start and finalize. */
final class ChannelCloseHandler {
  private final Ledger ledger;
  private final Channels channels;
  private final WalletRules rules;
  private final WireCompletion completion;

  ChannelCloseHandler(Ledger ledger, WalletRules rules, WireCompletion completion) {
    this.ledger = ledger;
    this.channels = ledger.channels();
    this.rules = rules;
    this.completion = completion;
  }

  TransitionOutcome start(PostedTransaction.ChannelCloseStart t, Submission by) {
    if (t.channel() >= channels.count()) {
      return rejected(Refusal.UNKNOWN_CHANNEL);
    }
    int channel = (int) t.channel();
    int account = t.byPayee() ? channels.payee(channel) : channels.payer(channel);
    int other = t.byPayee() ? channels.payer(channel) : channels.payee(channel);
    Payment payment =
        rules.payment(t.kind(), account, channels.token(channel), Uint128.ZERO, t.maxFee());
    Refusal refusal =
        first(
            () ->
                rules.authorized(payment, by, t.signature(), () -> completion.channelCloseStart(t)),
            () -> open(channel),
            () -> rules.funded(payment));
    if (refusal != null) {
      return rejected(refusal);
    }
    rules.charge(payment);
    channels.startClose(channel, ledger.meta().clock() + channels.closeDelay(channel));
    return TransitionOutcome.Applied.by(payment, other);
  }

  private @Nullable Refusal open(int channel) {
    int state = channels.state(channel);
    if (state == Channels.OPEN) {
      return null;
    }
    return state == Channels.CLOSING ? Refusal.CHANNEL_CLOSING : Refusal.CHANNEL_CLOSED;
  }

  TransitionOutcome finish(PostedTransaction.ChannelCloseFinalize t) {
    if (t.channel() >= channels.count()) {
      return rejected(Refusal.UNKNOWN_CHANNEL);
    }
    int channel = (int) t.channel();
    if (channels.state(channel) != Channels.CLOSING) {
      return rejected(Refusal.CHANNEL_NOT_CLOSING);
    }
    long clock = ledger.meta().clock();
    if (Long.compareUnsigned(clock, channels.closeAt(channel)) < 0) {
      return rejected(Refusal.CLOSE_DELAY_RUNNING);
    }
    int token = channels.token(channel);
    int payer = channels.payer(channel);
    int payee = channels.payee(channel);
    // Of the other meters nothing is due but what was claimed.
    Uint128 entitlement = Entitlement.now(channels.leaf(channel), clock);
    ledger.accounts().credit(payee, token, entitlement.minus(channels.claimed(channel)));
    channels.claimed(channel, entitlement);
    Uint128 rest = channels.deposit(channel).minus(entitlement);
    Uint128 fee = rules.price(t.kind(), token).min(rest);
    Uint128 refund = rest.minus(fee);
    ledger.accounts().credit(payer, token, refund);
    ledger.fees().collect(token, fee);
    channels.close(channel);
    return new TransitionOutcome.Applied(
        TransitionOutcome.NOTHING, payer, payee, token, refund, fee);
  }
}
