package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;
import static dev.sluice.state.transition.WalletRules.first;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Channels;
import dev.sluice.state.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/** Kind 3. */
final class ChannelOpenHandler {
  private final Ledger ledger;
  private final WalletRules rules;
  private final WireCompletion completion;

  ChannelOpenHandler(Ledger ledger, WalletRules rules, WireCompletion completion) {
    this.ledger = ledger;
    this.rules = rules;
    this.completion = completion;
  }

  TransitionOutcome apply(PostedTransaction.ChannelOpen t, Submission by) {
    Payment payment = rules.payment(t.kind(), t.account(), t.token(), t.deposit(), t.maxFee());
    Refusal refusal =
        first(
            () -> rules.known(t.account()),
            () -> rules.known(t.payee()),
            () -> rules.authorized(payment, by, t.signature(), () -> completion.channelOpen(t)),
            () -> terms(t),
            () -> rules.funded(payment),
            () -> rules.roomFor(t.payee()),
            () -> rules.room(ledger.meta().channels()));
    if (refusal != null) {
      return rejected(refusal);
    }
    int account = payment.account();
    Hash32 id = rules.idOpenedBy(account, completion.channelOpen(t));
    rules.charge(payment);
    int payee = rules.open(t.payee());
    int channel =
        ledger
            .channels()
            .open(
                id,
                account,
                payee,
                t.token(),
                t.meter(),
                t.deposit(),
                t.closeDelay(),
                t.meter() == Transaction.METER_TIME
                    ? Channels.paddedKey(ledger.meta().clock())
                    : completion.meterKey(t),
                t.meterRate());
    return TransitionOutcome.Applied.by(payment, payee).opening(channel);
  }

  private @Nullable Refusal terms(PostedTransaction.ChannelOpen t) {
    if (t.meter() > Transaction.METER_TICKS) {
      return Refusal.METER_UNKNOWN;
    }
    if (t.deposit().isZero() || t.meter() != Transaction.METER_VOUCHER && t.meterRate().isZero()) {
      return Refusal.ZERO_AMOUNT;
    }
    if (t.closeDelay() < ledger.genesis().protectiveDelay()) {
      return Refusal.DELAY_TOO_SHORT;
    }
    return t.meter() == Transaction.METER_TICKS && isBelowClaim(t.meterRate(), t.token())
        ? Refusal.RATE_TOO_LOW
        : null;
  }

  /** Whether no claim of ticks at this rate can pay for itself. */
  private boolean isBelowClaim(Uint128 rate, int token) {
    Uint128 price = ledger.genesis().price(TransactionKind.CHANNEL_CLAIM, token);
    return rate.tryTimes(Transaction.TICK_STEPS_MAX)
        .filter(most -> most.isLessThan(price))
        .isPresent();
  }
}
