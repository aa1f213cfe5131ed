package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;
import static dev.sluice.state.transition.WalletRules.first;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.crypto.BlsKeySum;
import dev.sluice.primitives.crypto.BlsPublicKey;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.transition.DeviceKeyProof.BadKey;
import dev.sluice.state.transition.DeviceKeyProof.BadPossession;
import dev.sluice.state.transition.DeviceKeyProof.Valid;

/** Kind 6. */
final class ProviderRegisterHandler {
  private final Ledger ledger;
  private final WalletRules rules;
  private final WireCompletion completion;
  private final TypedData domain;

  ProviderRegisterHandler(
      Ledger ledger, WalletRules rules, WireCompletion completion, TypedData domain) {
    this.ledger = ledger;
    this.rules = rules;
    this.completion = completion;
    this.domain = domain;
  }

  TransitionOutcome apply(PostedTransaction.ProviderRegister t, Submission by) {
    ledger.keyProofs().begin();
    Payment payment = rules.payment(t.kind(), t.account(), t.token(), Uint128.ZERO, t.maxFee());
    Refusal refusal =
        first(
            () -> rules.known(t.account()),
            () -> rules.known(t.payout()),
            () ->
                rules.authorized(payment, by, t.signature(), () -> completion.providerRegister(t)));
    if (refusal != null) {
      return rejected(refusal);
    }
    Address owner = ledger.accounts().owner(payment.account());
    return switch (by.source()
        .deviceKeyProof(
            domain, owner, t.deviceKey().toArrayUnsafe(), t.possession().toArrayUnsafe())) {
      case BadKey _ -> rejected(Refusal.BAD_DEVICE_KEY);
      case BadPossession _ -> rejected(Refusal.BAD_POSSESSION_PROOF);
      case Valid valid -> register(t, payment, valid.key());
    };
  }

  private TransitionOutcome register(
      PostedTransaction.ProviderRegister t, Payment payment, BlsPublicKey key) {
    Refusal refusal =
        first(
            () -> rules.funded(payment),
            () -> rules.roomFor(t.payout()),
            () -> rules.room(ledger.meta().providers()));
    if (refusal != null) {
      return rejected(refusal);
    }
    int account = payment.account();
    Hash32 id = rules.idOpenedBy(account, completion.providerRegister(t));
    rules.charge(payment);
    int payout = rules.open(t.payout());
    Genesis genesis = ledger.genesis();
    long epoch = genesis.epoch(ledger.meta().clock());
    int provider =
        ledger
            .providers()
            .register(
                id,
                account,
                payout,
                t.deviceClass(),
                t.capabilities(),
                t.cell(),
                t.token(),
                t.price(),
                epoch);
    ledger.keyProofs().seat(provider);
    BlsKeySum total =
        BlsKeySum.decode(ledger.committees().totalKeyBeforeJoin(provider))
            .orElseThrow(() -> new IllegalStateException("total key of provider " + provider))
            .plus(key);
    ledger.committees().join(provider, key, total.toBytes(), epoch, genesis.month(epoch));
    return TransitionOutcome.Applied.by(payment, payout).opening(provider);
  }
}
