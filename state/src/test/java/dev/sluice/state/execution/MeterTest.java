package dev.sluice.state.execution;

import static dev.sluice.state.execution.TestChain.sign;
import static dev.sluice.state.execution.TestChain.units;
import static dev.sluice.state.execution.TestChain.voucher;
import static dev.sluice.state.execution.TestChain.wallet;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Channels;
import dev.sluice.state.transition.Entitlement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Channels of time and tick meters; fees are 10 a claim, a close delay is 5 seconds. */
class MeterTest {
  private static final Hash32 END_OF_CHAIN = new Hash32(9, 8, 7, 6);
  private static final int CHAIN_TICKS = 10_000;
  private final TestChain chain = new TestChain();
  private final PrivateKey alice = wallet("alice");
  private final PrivateKey bob = wallet("bob");
  private int payer;
  private int payee;

  @BeforeEach
  void depositForBoth() {
    payer = chain.deposit(alice, 0, 1_000_000);
    payee = chain.deposit(bob, 0, 1_000);
  }

  @AfterEach
  void everyChainReplays() {
    chain.audit();
    chain.assertReplays();
  }

  private Hash32 open(int meter, Hash32 key, Uint128 deposit, Uint128 rate) {
    Transaction.ChannelOpen open =
        chain.channelOpen(payer, bob.address(), 0, deposit, meter, key, rate);
    return chain.ledger.channels().id((int) chain.applies(sign(alice, open)).opened());
  }

  private Hash32 byTime(long deposit, long rate) {
    return open(Transaction.METER_TIME, Hash32.ZERO, units(deposit), units(rate));
  }

  private Hash32 byTicks(long deposit, long rate) {
    return open(Transaction.METER_TICKS, tick(0), units(deposit), units(rate));
  }

  private static SignedTransaction timeClaim(Hash32 channel) {
    return SignedTransaction.unsigned(new Transaction.TimeClaim(channel));
  }

  /** The tick at a position of the payer's chain; the anchor is at 0. */
  private static Hash32 tick(long position) {
    return Ids.earlierTick(END_OF_CHAIN, CHAIN_TICKS - position);
  }

  private static SignedTransaction tickClaim(
      Hash32 channel, long position, int steps, Hash32 tick) {
    return SignedTransaction.unsigned(new Transaction.TickClaim(channel, position, steps, tick));
  }

  private static SignedTransaction finish(Hash32 channel) {
    return SignedTransaction.unsigned(new Transaction.ChannelCloseFinalize(channel));
  }

  private Uint128 entitled(int channel) {
    return Entitlement.now(chain.ledger.channels().leaf(channel), chain.ledger.meta().clock());
  }

  @Test
  void open_isRefused_whenAMeterThatCountsHasNoRate() {
    for (int meter : new int[] {Transaction.METER_TIME, Transaction.METER_TICKS}) {
      chain.refuses(
          Refusal.ZERO_AMOUNT,
          sign(
              alice,
              chain.channelOpen(
                  payer, bob.address(), 0, units(5), meter, Hash32.ZERO, Uint128.ZERO)));
    }
    assertEquals(0, chain.ledger.channels().count());
  }

  @Test
  void claim_isRefused_whenItIsOfAnotherMeter() {
    Hash32 time = byTime(100, 1);
    Hash32 ticks = byTicks(100, 1);
    Hash32 vouchers =
        open(
            Transaction.METER_VOUCHER,
            Channels.paddedKey(alice.address()),
            units(100),
            Uint128.ZERO);
    chain.refuses(Refusal.METER_MISMATCH, voucher(alice, time, 50));
    chain.refuses(Refusal.METER_MISMATCH, voucher(bob, ticks, 50));
    chain.refuses(Refusal.METER_MISMATCH, timeClaim(vouchers));
    chain.refuses(Refusal.METER_MISMATCH, timeClaim(ticks));
    chain.refuses(Refusal.METER_MISMATCH, tickClaim(time, 1, 1, tick(1)));
    chain.refuses(Refusal.METER_MISMATCH, tickClaim(vouchers, 1, 1, tick(1)));
    chain.refuses(Refusal.UNKNOWN_CHANNEL, timeClaim(Hash32.ZERO));
    chain.refuses(Refusal.UNKNOWN_CHANNEL, tickClaim(Hash32.ZERO, 1, 1, tick(1)));
  }

  @Test
  void timeMeter_paysBySecond_upToTheDeposit() {
    Hash32 id = byTime(1_000, 7);
    assertEquals(Channels.paddedKey(chain.ledger.meta().clock()), meterKey());
    chain.refuses(Refusal.CLAIM_BELOW_FEE, timeClaim(id));
    chain.refuses(Refusal.CLAIM_BELOW_FEE, timeClaim(id), 1);
    assertEquals(units(4), chain.applies(timeClaim(id), 2).amount());
    assertEquals(units(14), chain.ledger.channels().claimed(0));
    chain.refuses(Refusal.CLAIM_BELOW_FEE, timeClaim(id));
    assertEquals(units(60), chain.applies(timeClaim(id), 10).amount());
    assertEquals(units(84), entitled(0));
    assertEquals(units(906), chain.applies(timeClaim(id), 1_000).amount());
    assertEquals(units(1_000), chain.ledger.channels().claimed(0));
    assertEquals(1_000 + 4 + 60 + 906, chain.balance(payee, 0));
  }

  private Hash32 meterKey() {
    return chain.ledger.channels().meterKey(0);
  }

  @Test
  void timeMeter_stopsAtTheCloseStart_andPaysTheRestAtTheEnd() {
    Hash32 id = byTime(1_000, 7);
    chain.tick(10);
    chain.applies(sign(bob, chain.closeStart(payee, id, 0)));
    assertEquals(units(70), entitled(0));
    chain.refuses(Refusal.CLOSE_DELAY_RUNNING, finish(id), 4);
    assertEquals(units(60), chain.applies(timeClaim(id), 4).amount());
    chain.tick(50);
    chain.refuses(Refusal.CLAIM_BELOW_FEE, timeClaim(id));
    assertEquals(units(920), chain.applies(finish(id)).amount());
    assertEquals(1_000 - 10 + 60, chain.balance(payee, 0));
    assertEquals(1_000_000 - 20 - 70 - 10, chain.balance(payer, 0));
    chain.refuses(Refusal.CHANNEL_CLOSED, timeClaim(id));
    assertEquals(units(70), entitled(0));
  }

  @Test
  void timeMeter_paysWhatIsDue_whenNobodyClaimed() {
    Hash32 id = byTime(1_000, 7);
    chain.tick(10);
    chain.applies(sign(alice, chain.closeStart(payer, id, 0)));
    chain.applies(finish(id), 100);
    assertEquals(1_000 + 70, chain.balance(payee, 0));
    assertEquals(1_000_000 - 20 - 10 - 70 - 10, chain.balance(payer, 0));
    assertEquals(units(70), chain.ledger.channels().deposit(0));
  }

  @Test
  void timeMeter_paysTheDeposit_whenRateTimesSecondsExceedsAllNumbers() {
    Hash32 id = open(Transaction.METER_TIME, Hash32.ZERO, units(500), Uint128.MAX);
    assertEquals(units(490), chain.applies(timeClaim(id), 3).amount());
    chain.applies(sign(bob, chain.closeStart(payee, id, 0)), 3);
    assertEquals(Uint128.ZERO, chain.applies(finish(id), 5).amount());
    assertEquals(units(500), chain.ledger.channels().deposit(0));
  }

  @Test
  void tickMeter_isRefusedInOrder_thenPaysByPosition() {
    Hash32 id = byTicks(3_000, 3);
    chain.refuses(Refusal.TICKS_EXCEED_DEPOSIT, tickClaim(id, 1_001, 7, END_OF_CHAIN));
    chain.refuses(Refusal.TICKS_EXCEED_DEPOSIT, tickClaim(id, (1L << 61) - 1, 7, END_OF_CHAIN));
    chain.refuses(Refusal.WRONG_STEP_COUNT, tickClaim(id, 20, 19, tick(20)));
    chain.refuses(Refusal.BAD_TICK, tickClaim(id, 20, 20, tick(21)));
    chain.refuses(Refusal.CLAIM_BELOW_FEE, tickClaim(id, 3, 3, tick(3)));
    assertEquals(units(50), chain.applies(tickClaim(id, 20, 20, tick(20))).amount());
    assertEquals(tick(20), meterKey());
    chain.refuses(Refusal.CLAIM_BELOW_FEE, tickClaim(id, 20, 9, tick(1)));
    chain.refuses(Refusal.CLAIM_BELOW_FEE, tickClaim(id, 0, 1, tick(1)));
    assertEquals(tick(20), meterKey());
    chain.refuses(Refusal.WRONG_STEP_COUNT, tickClaim(id, 1_000, 1_000, tick(1_000)));
    chain.refuses(Refusal.BAD_TICK, tickClaim(id, 1_000, 980, END_OF_CHAIN));
    assertEquals(units(2_930), chain.applies(tickClaim(id, 1_000, 980, tick(1_000))).amount());
    assertEquals(1_000 + 50 + 2_930, chain.balance(payee, 0));
  }

  @Test
  void tickMeter_takesClaimsWhileClosing_notAfter() {
    Hash32 id = byTicks(100_000, 10);
    chain.applies(sign(alice, chain.closeStart(payer, id, 0)));
    assertEquals(units(40_950), chain.applies(tickClaim(id, 4_096, 4_096, tick(4_096))).amount());
    assertEquals(units(100_000 - 40_960 - 10), chain.applies(finish(id), 5).amount());
    chain.refuses(Refusal.CHANNEL_CLOSED, tickClaim(id, 4_097, 1, tick(4_097)));
  }

  @Test
  void tickMeter_refusesTicks_whenPositionTimesRateExceedsAllNumbers() {
    Hash32 id = open(Transaction.METER_TICKS, tick(0), units(500), new Uint128(1L << 62, 0));
    chain.refuses(Refusal.TICKS_EXCEED_DEPOSIT, tickClaim(id, 4, 1, tick(4)));
    chain.refuses(Refusal.TICKS_EXCEED_DEPOSIT, tickClaim(id, 5, 1, tick(5)));
  }

  @Test
  void forcedClaims_applyWithTheRightHint_only() {
    Hash32 time = byTime(1_000, 7);
    Hash32 ticks = byTicks(3_000, 3);
    chain.tick(10);
    chain.force(timeClaim(time), 1, Refusal.UNKNOWN_CHANNEL);
    chain.force(timeClaim(time), 9, Refusal.UNKNOWN_CHANNEL);
    chain.force(timeClaim(time), 0, null);
    chain.force(tickClaim(ticks, 20, 20, tick(20)), 1, null);
    assertEquals(1_000 + 60 + 50, chain.balance(payee, 0));
  }
}
