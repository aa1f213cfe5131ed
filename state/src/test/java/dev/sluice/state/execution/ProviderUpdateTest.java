package dev.sluice.state.execution;

import static dev.sluice.state.execution.TestChain.device;
import static dev.sluice.state.execution.TestChain.sign;
import static dev.sluice.state.execution.TestChain.units;
import static dev.sluice.state.execution.TestChain.wallet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Providers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Kind 7; epochs of ten seconds, months of sixty epochs, a fee of 10. */
class ProviderUpdateTest {
  private static final long MONTH_SECONDS = 600;
  private final TestChain chain = new TestChain();
  private final PrivateKey alice = wallet("alice");
  private final PrivateKey bob = wallet("bob");
  private final Address carol = wallet("carol").address();
  private final Providers providers = chain.ledger.providers();
  private int account;
  private int other;
  private Hash32 provider;

  @BeforeEach
  void registerADevice() {
    account = chain.deposit(alice, 0, 1_000);
    other = chain.deposit(bob, 0, 1_000);
    chain.applies(sign(alice, chain.register(account, alice, alice.address(), 0, device(1))));
    provider = providers.id(0);
  }

  @AfterEach
  void everyChainReplays() {
    chain.audit();
    chain.assertReplays();
  }

  private Transaction.ProviderUpdate update(Address payout, long cell, boolean retire) {
    return chain.update(account, provider, payout, 0, cell, retire);
  }

  @Test
  void update_isRefusedInOrder_thenSetsEverything() {
    long home = providers.cell(0);
    Transaction.ProviderUpdate good = update(carol, 77, false);
    chain.refuses(
        Refusal.UNKNOWN_PROVIDER,
        sign(alice, chain.update(account, Hash32.ZERO, carol, 0, 77, false)));
    chain.refuses(
        Refusal.BAD_SIGNATURE, sign(bob, chain.update(other, provider, carol, 0, 77, false)));
    chain.refuses(Refusal.BAD_SIGNATURE, sign(bob, good));
    chain.refuses(Refusal.BAD_NONCE, sign(alice, withNonce(good, 9, good.maxFee())));
    chain.refuses(Refusal.FEE_ABOVE_MAXIMUM, sign(alice, withNonce(good, good.nonce(), units(9))));
    chain.applies(sign(alice, chain.withdraw(account, carol, 0, chain.balance(account, 0) - 25)));
    chain.refuses(Refusal.INSUFFICIENT_BALANCE, sign(alice, update(carol, 77, false)));
    chain.applies(sign(bob, chain.transfer(other, alice.address(), 0, 30)));
    chain.applies(sign(alice, update(carol, 77, false)));
    int opened = chain.ledger.accounts().find(carol);
    assertEquals(3, opened);
    assertEquals(opened, providers.payout(0));
    assertEquals(account, providers.account(0));
    assertEquals(77, providers.cell(0));
    assertEquals(units(9), providers.price(0));
    assertEquals(new Hash32(4, 4, 4, 4), providers.endpointHash(0));
    assertEquals(1, providers.movedMonthPlusOne(0));
    assertFalse(providers.isRetired(0));
    chain.applies(sign(alice, update(bob.address(), 77, false)));
    assertEquals(other, providers.payout(0));
    chain.refuses(Refusal.MOVED_THIS_MONTH, sign(alice, update(carol, home, true)));
  }

  private static Transaction.ProviderUpdate withNonce(
      Transaction.ProviderUpdate t, long nonce, Uint128 maxFee) {
    return new Transaction.ProviderUpdate(
        t.account(),
        nonce,
        t.provider(),
        t.payout(),
        t.cell(),
        t.price(),
        t.endpointHash(),
        t.retire(),
        maxFee);
  }

  @Test
  void device_movesOnceAMonth_andStaysAsOftenAsItLikes() {
    chain.applies(sign(alice, update(alice.address(), 5, false)));
    chain.applies(sign(alice, update(alice.address(), 5, false)));
    chain.refuses(
        Refusal.MOVED_THIS_MONTH,
        sign(alice, update(alice.address(), 6, false)),
        MONTH_SECONDS - 1);
    chain.applies(sign(alice, update(alice.address(), 6, false)), MONTH_SECONDS);
    assertEquals(2, providers.movedMonthPlusOne(0));
    chain.refuses(Refusal.MOVED_THIS_MONTH, sign(alice, update(alice.address(), 5, false)));
  }

  @Test
  void retiredDevice_takesNoNewJobAndNoUpdate_butItsSlotStays() {
    Hash32 old =
        chain
            .ledger
            .jobs()
            .id((int) chain.applies(sign(bob, chain.jobOpen(other, provider, 0, 100))).opened());
    chain.applies(sign(alice, update(alice.address(), providers.cell(0), true)));
    assertTrue(providers.isRetired(0));
    assertEquals(0, providers.movedMonthPlusOne(0));
    chain.refuses(
        Refusal.PROVIDER_RETIRED, sign(alice, update(alice.address(), providers.cell(0), false)));
    chain.refuses(Refusal.PROVIDER_RETIRED, sign(bob, chain.jobOpen(other, provider, 0, 0)));
    chain.applies(sign(alice, chain.jobResult(account, old, 0)));
    assertEquals(1, chain.ledger.committees().members(0));
  }

  @Test
  void forcedUpdate_keepsThePayoutOrOpensOne_andNeedsTheRightHint() {
    Transaction.ProviderUpdate kept = update(alice.address(), 5, false);
    chain.force(sign(alice, kept), 1, Refusal.UNKNOWN_PROVIDER);
    chain.force(
        sign(bob, chain.update(other, provider, carol, 0, 5, false)), 0, Refusal.BAD_SIGNATURE);
    chain.force(sign(alice, withNonce(kept, 9, kept.maxFee())), 0, Refusal.BAD_NONCE);
    chain.force(sign(alice, kept), 0, null);
    assertEquals(account, providers.payout(0));
    chain.force(sign(alice, update(bob.address(), 5, false)), 0, null);
    assertEquals(3, providers.payout(0), "a new account of bob's");
    assertEquals(bob.address(), chain.ledger.accounts().owner(3));
  }
}
