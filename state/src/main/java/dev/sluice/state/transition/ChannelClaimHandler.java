package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;
import static dev.sluice.state.transition.WalletRules.first;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Channels;
import dev.sluice.state.ledger.Ledger;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Kind 4: what a claim proves in total, by meter, and paying what of it is not claimed yet. */
final class ChannelClaimHandler {
  private final Ledger ledger;
  private final Channels channels;
  private final WalletRules rules;
  private final TypedData domain;

  ChannelClaimHandler(Ledger ledger, WalletRules rules, TypedData domain) {
    this.ledger = ledger;
    this.channels = ledger.channels();
    this.rules = rules;
    this.domain = domain;
  }

  TransitionOutcome apply(PostedTransaction.ChannelClaim claim, Submission by) {
    if (claim.channel() >= channels.count()) {
      return rejected(Refusal.UNKNOWN_CHANNEL);
    }
    int channel = (int) claim.channel();
    return switch (claim) {
      case PostedTransaction.TimeClaim _ -> byTime(channel);
      case PostedTransaction.VoucherClaim t -> byVoucher(channel, t, by);
      case PostedTransaction.TickClaim t -> byTick(channel, t);
    };
  }

  private TransitionOutcome byTime(int channel) {
    Refusal refusal =
        first(() -> ofMeter(channel, Transaction.METER_TIME), () -> notClosed(channel));
    if (refusal != null) {
      return rejected(refusal);
    }
    return pay(channel, Entitlement.now(channels.leaf(channel), ledger.meta().clock()));
  }

  private TransitionOutcome byVoucher(
      int channel, PostedTransaction.VoucherClaim t, Submission by) {
    Transaction.VoucherClaim voucher =
        new Transaction.VoucherClaim(channels.id(channel), t.amount());
    Refusal refusal =
        first(
            () -> ofMeter(channel, Transaction.METER_VOUCHER),
            () ->
                by.source()
                        .isVoucherSignedBy(
                            channels.meterKey(channel), t.signature(), domain, voucher)
                    ? null
                    : Refusal.BAD_SIGNATURE,
            () -> notClosed(channel),
            () ->
                channels.deposit(channel).isLessThan(t.amount())
                    ? Refusal.VOUCHER_EXCEEDS_DEPOSIT
                    : null);
    return refusal != null ? rejected(refusal) : pay(channel, t.amount());
  }

  private TransitionOutcome byTick(int channel, PostedTransaction.TickClaim t) {
    Refusal refusal =
        first(() -> ofMeter(channel, Transaction.METER_TICKS), () -> notClosed(channel));
    if (refusal != null) {
      return rejected(refusal);
    }
    Uint128 rate = channels.meterRate(channel);
    Optional<Uint128> worth = rate.tryTimes(t.position());
    if (worth.isEmpty() || channels.deposit(channel).isLessThan(worth.get())) {
      return rejected(Refusal.TICKS_EXCEED_DEPOSIT);
    }
    Uint128 total = worth.get();
    Uint128 claimed = channels.claimed(channel);
    if (claimed.isLessThan(total)) {
      // What is claimed is a multiple of the rate, so this is steps = position - claimed / rate.
      if (!rate.tryTimes(t.steps()).equals(Optional.of(total.minus(claimed)))) {
        return rejected(Refusal.WRONG_STEP_COUNT);
      }
      if (!Ids.earlierTick(t.tick(), t.steps()).equals(channels.meterKey(channel))) {
        return rejected(Refusal.BAD_TICK);
      }
    }
    TransitionOutcome outcome = pay(channel, total);
    if (!channels.claimed(channel).equals(claimed)) {
      channels.meterKey(channel, t.tick());
    }
    return outcome;
  }

  private @Nullable Refusal ofMeter(int channel, int meter) {
    return channels.meter(channel) == meter ? null : Refusal.METER_MISMATCH;
  }

  private @Nullable Refusal notClosed(int channel) {
    return channels.state(channel) == Channels.CLOSED ? Refusal.CHANNEL_CLOSED : null;
  }

  /** Pays what of a total is not claimed yet; without effect if nothing is left. */
  private TransitionOutcome pay(int channel, Uint128 total) {
    int payee = channels.payee(channel);
    int payer = channels.payer(channel);
    int token = channels.token(channel);
    Uint128 claimed = channels.claimed(channel);
    if (!claimed.isLessThan(total)) {
      return new TransitionOutcome.Applied(
          TransitionOutcome.NOTHING, payee, payer, token, Uint128.ZERO, Uint128.ZERO);
    }
    Uint128 owed = total.minus(claimed);
    Uint128 price = rules.price(TransactionKind.CHANNEL_CLAIM, token);
    if (owed.isLessThan(price)) {
      return rejected(Refusal.CLAIM_BELOW_FEE);
    }
    Uint128 paid = owed.minus(price);
    ledger.accounts().credit(payee, token, paid);
    ledger.fees().collect(token, price);
    channels.claimed(channel, total);
    return new TransitionOutcome.Applied(
        TransitionOutcome.NOTHING, payee, payer, token, paid, price);
  }
}
