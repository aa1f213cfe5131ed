package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;
import static dev.sluice.state.transition.WalletRules.first;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.ledger.Providers;
import org.jspecify.annotations.Nullable;

/** Kind 7. */
final class ProviderUpdateHandler {
  private final Ledger ledger;
  private final Providers providers;
  private final WalletRules rules;
  private final WireCompletion completion;

  ProviderUpdateHandler(Ledger ledger, WalletRules rules, WireCompletion completion) {
    this.ledger = ledger;
    this.providers = ledger.providers();
    this.rules = rules;
    this.completion = completion;
  }

  TransitionOutcome apply(PostedTransaction.ProviderUpdate t, Submission by) {
    Refusal unknown =
        first(
            () -> rules.known(t.payout()),
            () -> t.provider() < providers.count() ? null : Refusal.UNKNOWN_PROVIDER);
    if (unknown != null) {
      return rejected(unknown);
    }
    int provider = (int) t.provider();
    Payment payment =
        rules.payment(
            t.kind(),
            providers.account(provider),
            providers.token(provider),
            Uint128.ZERO,
            t.maxFee());
    Refusal refusal =
        first(
            () -> rules.authorized(payment, by, t.signature(), () -> completion.providerUpdate(t)),
            () -> terms(t, provider),
            () -> rules.funded(payment),
            () -> rules.roomFor(t.payout()));
    if (refusal != null) {
      return rejected(refusal);
    }
    rules.charge(payment);
    int payout = rules.open(t.payout());
    providers.update(provider, payout, t.price(), t.endpointHash());
    if (t.cell() != providers.cell(provider)) {
      providers.move(provider, t.cell(), month());
    }
    if (t.retire()) {
      providers.retire(provider);
    }
    return TransitionOutcome.Applied.by(payment, payout);
  }

  private @Nullable Refusal terms(PostedTransaction.ProviderUpdate t, int provider) {
    if (providers.isRetired(provider)) {
      return Refusal.PROVIDER_RETIRED;
    }
    boolean moves = t.cell() != providers.cell(provider);
    return moves && providers.movedMonthPlusOne(provider) >= month() + 1
        ? Refusal.MOVED_THIS_MONTH
        : null;
  }

  private long month() {
    Genesis genesis = ledger.genesis();
    return genesis.month(genesis.epoch(ledger.meta().clock()));
  }
}
