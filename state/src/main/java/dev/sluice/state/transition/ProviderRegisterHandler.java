package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.crypto.BlsKeySum;
import dev.sluice.primitives.crypto.BlsPublicKey;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
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
    Refusal refusal = rules.known(t.account(), t.payout());
    if (refusal != null) {
      return rejected(refusal);
    }
    int account = (int) t.account();
    Address owner = ledger.accounts().owner(account);
    long nonce = ledger.accounts().nonce(account);
    Uint128 price = rules.price(t.kind(), t.token());
    Uint128 maxFee = PostedTransaction.signedMaxFee(t.maxFee(), price);
    refusal = rules.authorized(account, by, t.signature(), () -> completion.providerRegister(t));
    if (refusal == null) {
      refusal = rules.affordable(t.token(), price, maxFee);
    }
    if (refusal != null) {
      return rejected(refusal);
    }
    byte[] deviceKey = t.deviceKey().toArrayUnsafe();
    return switch (by.source()
        .deviceKeyProof(domain, owner, deviceKey, t.possession().toArrayUnsafe())) {
      case BadKey _ -> rejected(Refusal.BAD_DEVICE_KEY);
      case BadPossession _ -> rejected(Refusal.BAD_POSSESSION_PROOF);
      case Valid valid -> register(t, account, owner, nonce, price, valid.key(), deviceKey);
    };
  }

  private TransitionOutcome register(
      PostedTransaction.ProviderRegister t,
      int account,
      Address owner,
      long nonce,
      Uint128 price,
      BlsPublicKey key,
      byte[] encodedKey) {
    Refusal refusal = rules.funded(account, t.token(), Uint128.ZERO, price);
    if (refusal == null) {
      refusal = rules.roomFor(t.payout());
    }
    if (refusal == null) {
      refusal = rules.room(ledger.meta().providers());
    }
    if (refusal != null) {
      return rejected(refusal);
    }
    rules.charge(account, t.token(), Uint128.ZERO, price);
    int payout = rules.open(t.payout());
    Genesis genesis = ledger.genesis();
    long epoch = genesis.epoch(ledger.meta().clock());
    int provider =
        ledger
            .providers()
            .register(
                Ids.of(domain.domainSeparator(), owner, account, nonce),
                account,
                payout,
                t.deviceClass(),
                t.capabilities(),
                t.cell(),
                t.token(),
                t.price(),
                epoch,
                Keccak256.hash32(encodedKey),
                key);
    BlsKeySum total =
        BlsKeySum.decode(ledger.committees().totalKeyBeforeJoin(provider))
            .orElseThrow(() -> new IllegalStateException("total key of provider " + provider))
            .plus(key);
    ledger.committees().join(provider, total.toBytes(), epoch, genesis.month(epoch));
    return new TransitionOutcome.Applied(provider, account, payout, t.token(), Uint128.ZERO, price);
  }
}
