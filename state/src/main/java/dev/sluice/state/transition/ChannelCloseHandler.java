package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Channels;
import dev.sluice.state.ledger.Ledger;

/** Kind 5, start and finalize. */
final class ChannelCloseHandler {
  private final Ledger ledger;
  private final WalletRules rules;
  private final WireCompletion completion;

  ChannelCloseHandler(Ledger ledger, WalletRules rules, WireCompletion completion) {
    this.ledger = ledger;
    this.rules = rules;
    this.completion = completion;
  }

  TransitionOutcome start(PostedTransaction.ChannelCloseStart t, Submission by) {
    Channels channels = ledger.channels();
    if (t.channel() >= channels.count()) {
      return rejected(Refusal.UNKNOWN_CHANNEL);
    }
    int channel = (int) t.channel();
    int account = t.byPayee() ? channels.payee(channel) : channels.payer(channel);
    int other = t.byPayee() ? channels.payer(channel) : channels.payee(channel);
    int token = channels.token(channel);
    Uint128 price = rules.price(t.kind(), token);
    Uint128 maxFee = PostedTransaction.signedMaxFee(t.maxFee(), price);
    Refusal refusal =
        rules.authorized(account, by, t.signature(), () -> completion.channelCloseStart(t));
    if (refusal == null) {
      refusal = rules.affordable(token, price, maxFee);
    }
    if (refusal == null && channels.state(channel) != Channels.OPEN) {
      refusal =
          channels.state(channel) == Channels.CLOSING
              ? Refusal.CHANNEL_CLOSING
              : Refusal.CHANNEL_CLOSED;
    }
    if (refusal == null) {
      refusal = rules.funded(account, token, Uint128.ZERO, price);
    }
    if (refusal != null) {
      return rejected(refusal);
    }
    rules.charge(account, token, Uint128.ZERO, price);
    channels.startClose(channel, ledger.meta().clock() + channels.closeDelay(channel));
    return new TransitionOutcome.Applied(
        TransitionOutcome.NOTHING, account, other, token, Uint128.ZERO, price);
  }

  TransitionOutcome finish(PostedTransaction.ChannelCloseFinalize t) {
    Channels channels = ledger.channels();
    if (t.channel() >= channels.count()) {
      return rejected(Refusal.UNKNOWN_CHANNEL);
    }
    int channel = (int) t.channel();
    if (channels.state(channel) != Channels.CLOSING) {
      return rejected(Refusal.CHANNEL_NOT_CLOSING);
    }
    if (Long.compareUnsigned(ledger.meta().clock(), channels.closeAt(channel)) < 0) {
      return rejected(Refusal.CLOSE_DELAY_RUNNING);
    }
    int token = channels.token(channel);
    int payer = channels.payer(channel);
    Uint128 rest = channels.deposit(channel).minus(channels.claimed(channel));
    Uint128 fee = rules.price(t.kind(), token).min(rest);
    Uint128 refund = rest.minus(fee);
    ledger.accounts().credit(payer, token, refund);
    ledger.fees().collect(token, fee);
    channels.close(channel);
    return new TransitionOutcome.Applied(
        TransitionOutcome.NOTHING, payer, channels.payee(channel), token, refund, fee);
  }
}
