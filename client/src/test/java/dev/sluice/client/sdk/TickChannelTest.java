package dev.sluice.client.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.Transaction.TickClaim;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.v1.ChannelState;
import dev.sluice.proto.v1.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Ticks as their payee judges them, and streams as their clock does. */
class TickChannelTest {
  private static final Hash32 ID = new Hash32(1, 2, 3, 4);
  private static final Uint128 RATE = Uint128.of(7);

  private final TickChain chain = new TickChain(new byte[TickChain.SEED_BYTES], 10_000);
  private final TickPayee payee = new TickPayee(ticks(0, chain.anchor()));

  private static ChannelView channel(
      int meter, ChannelState state, long deposit, long claimed, long closeAt, Hash32 meterKey) {
    return new ChannelView(
        5,
        ID,
        1,
        2,
        0,
        state,
        Uint128.of(deposit),
        Uint128.of(claimed),
        30,
        closeAt,
        meter,
        meterKey,
        RATE,
        Uint128.of(claimed),
        1,
        Optional.empty(),
        Optional.empty());
  }

  private static ChannelView ticks(long claimed, Hash32 key) {
    return channel(
        Transaction.METER_TICKS, ChannelState.CHANNEL_STATE_OPEN, 70_006, 7 * claimed, 0, key);
  }

  private ChannelTick tick(int position) {
    return new ChannelTick(5, ID, position, chain.tick(position));
  }

  private void invalid(ChannelTick tick) {
    assertInstanceOf(TickCheck.Invalid.class, payee.receive(tick));
  }

  @Test
  void chain_leadsFromEachTickToTheOneBefore_andToItsAnchor() {
    assertEquals(chain.anchor(), Keccak256.hash32(chain.tick(1).toBytes()));
    assertEquals(chain.tick(9_999), Keccak256.hash32(new byte[TickChain.SEED_BYTES]));
    assertThrows(IllegalArgumentException.class, () -> chain.tick(0));
    assertThrows(IllegalArgumentException.class, () -> chain.tick(10_001));
    assertThrows(IllegalArgumentException.class, () -> new TickChain(new byte[31], 1));
    assertThrows(IllegalArgumentException.class, () -> new TickChain(new byte[32], 0));
  }

  @Test
  void payee_takesHigherTicks_andNothingElse() {
    assertEquals(new TickCheck.Valid(tick(1), 1), payee.receive(tick(1)));
    assertEquals(new TickCheck.Valid(tick(4), 3), payee.receive(tick(4)));
    invalid(tick(4));
    invalid(tick(3));
    invalid(new ChannelTick(5, ID, 5, chain.tick(6)));
    invalid(new ChannelTick(5, ID, 6, chain.tick(5)));
    invalid(new ChannelTick(5, Hash32.ZERO, 5, chain.tick(5)));
    invalid(tick(4 + Transaction.TICK_STEPS_MAX + 1));
    assertEquals(4, payee.position());
    assertEquals(Uint128.of(28), payee.total());
    assertEquals(2, payee.received());
  }

  @Test
  void payee_takesNoTickThatTheDepositDoesNotCover() {
    TickPayee poor =
        new TickPayee(
            channel(
                Transaction.METER_TICKS,
                ChannelState.CHANNEL_STATE_OPEN,
                13,
                0,
                0,
                chain.anchor()));
    assertInstanceOf(TickCheck.Valid.class, poor.receive(tick(1)));
    assertInstanceOf(TickCheck.Invalid.class, poor.receive(tick(2)));
  }

  @Test
  void claims_coverEverything_inStepsThatTheChainTakes() {
    TickPayee later = new TickPayee(ticks(900, chain.tick(900)));
    for (int position : List.of(4_000, 8_000, 10_000)) {
      assertInstanceOf(TickCheck.Valid.class, later.receive(tick(position)));
    }
    assertEquals(
        List.of(
            new TickClaim(ID, 4_996, 4_096, chain.tick(4_996)),
            new TickClaim(ID, 9_092, 4_096, chain.tick(9_092)),
            new TickClaim(ID, 10_000, 908, chain.tick(10_000))),
        later.claims().stream().map(claim -> claim.transaction()).toList());
    assertEquals(List.of(), payee.claims());
  }

  @Test
  void frame_namesOnlyWhatItRefuses_andMustAddUp() {
    Refusal refusal = Refusal.newBuilder().setNumber(118).setName("TICK_NOT_INCREASING").build();
    List<ChannelTick> sent = List.of(tick(1), tick(2));
    List<FrameFormat.Result<RelayOutcome<ChannelTick>>> results =
        RelayOutcome.ofFrame(sent, 1, Map.of(1, refusal));
    assertEquals(new RelayOutcome.Accepted<>(tick(1)), results.getFirst().value());
    assertInstanceOf(RelayOutcome.Refused.class, results.getLast().value());
    for (int accepted : List.of(0, 2)) {
      assertThrows(
          DishonestSequencerException.class,
          () -> RelayOutcome.ofFrame(sent, accepted, Map.of(1, refusal)));
    }
    assertThrows(
        DishonestSequencerException.class, () -> RelayOutcome.ofFrame(sent, 1, Map.of(2, refusal)));
  }

  private static ChannelView stream(ChannelState state, long claimed, long closeAt) {
    return channel(
        Transaction.METER_TIME,
        state,
        1_000,
        claimed,
        closeAt,
        Hash32.fromHex("%064x".formatted(1_700)));
  }

  @Test
  void stream_entitlesByTheSecond_untilItsDepositOrItsClosing() {
    ChannelView open = stream(ChannelState.CHANNEL_STATE_OPEN, 0, 0);
    assertEquals(Uint128.ZERO, TimeChannel.entitledAt(open, 1_700));
    assertEquals(Uint128.of(21), TimeChannel.entitledAt(open, 1_703));
    assertEquals(Uint128.of(1_000), TimeChannel.entitledAt(open, 9_999));
    ChannelView closing = stream(ChannelState.CHANNEL_STATE_CLOSING, 0, 1_740);
    assertEquals(Uint128.of(70), TimeChannel.entitledAt(closing, 9_999));
    ChannelView closed = stream(ChannelState.CHANNEL_STATE_CLOSED, 70, 1_740);
    assertEquals(Uint128.of(70), TimeChannel.entitledAt(closed, 9_999));
    assertThrows(
        IllegalArgumentException.class,
        () -> TimeChannel.entitledAt(ticks(0, chain.anchor()), 1_703));
  }
}
