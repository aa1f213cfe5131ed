package dev.sluice.client.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.client.fake.FakeChain;
import dev.sluice.client.fake.FakeSequencer;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.ProtoValues;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both ends of a channel, through a relay on a socket. */
@Timeout(60)
class VoucherChannelTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Uint128 DEPOSIT = Uint128.of(5_000_000_000L);
  private static final PrivateKey ALICE = FakeChain.key(1);
  private static final PrivateKey BOB = FakeChain.key(2);

  private FakeSequencer fake;
  private SluiceClient client;
  private PayerChannel payer;

  @BeforeEach
  void open() throws IOException {
    fake = new FakeSequencer();
    fake.open(ALICE.address(), Uint128.of(1_000_000_000_000L));
    fake.open(BOB.address(), Uint128.ZERO);
    client = SluiceClient.connect(fake.target());
    payer = PayerChannel.open(new Wallet(client, ALICE), BOB.address(), 0, DEPOSIT, 5);
  }

  @AfterEach
  void close() {
    client.close();
    fake.close();
  }

  private SignedVoucher voucher(PrivateKey key, Hash32 channel, long amount) {
    return SignedVoucher.sign(client.chain(), key, 0, channel, Uint128.of(amount));
  }

  @Test
  void payee_keepsTheHighestVoucher_andRefusesAnyOther() {
    PayeeChannel payee = new PayeeChannel(client.chain(), payer.opened());
    Hash32 id = payer.opened().id();
    assertEquals(
        Uint128.of(7),
        assertInstanceOf(VoucherCheck.Valid.class, payee.receive(voucher(ALICE, id, 7)))
            .increment());
    assertEquals(
        Uint128.of(3),
        assertInstanceOf(VoucherCheck.Valid.class, payee.receive(voucher(ALICE, id, 10)))
            .increment());
    for (SignedVoucher bad :
        List.of(
            voucher(ALICE, id, 10),
            voucher(ALICE, id, 9),
            voucher(ALICE, id, DEPOSIT.lo() + 1),
            voucher(BOB, id, 11),
            voucher(ALICE, Hash32.ZERO, 11),
            new SignedVoucher(0, id, Uint128.of(12), voucher(ALICE, id, 11).signature()))) {
      assertInstanceOf(VoucherCheck.Invalid.class, payee.receive(bad), bad.toString());
    }
    assertEquals(Uint128.of(10), payee.total());
    assertEquals(2, payee.received());
    assertEquals(Optional.of(voucher(ALICE, id, 10)), payee.best());
  }

  @Test
  void payer_signsNothing_beyondItsDeposit() {
    payer.sign(DEPOSIT.minus(Uint128.ONE));
    assertThrows(IllegalArgumentException.class, () -> payer.sign(Uint128.of(2)));
    assertThrows(IllegalArgumentException.class, () -> payer.sign(Uint128.ZERO));
    assertThrows(IllegalArgumentException.class, () -> payer.sign(Uint128.MAX));
    assertEquals(DEPOSIT, payer.sign(Uint128.ONE).amount());
  }

  @Test
  void payments_reachThePayee_andAreClaimed() throws InterruptedException {
    int payments = 300;
    BlockingQueue<VoucherCheck> heard = new LinkedBlockingQueue<>();
    try (VoucherReceiver receiver =
            new VoucherReceiver(client, List.of(1L), (_, check) -> heard.add(check));
        VoucherStream stream = client.openVoucherStream()) {
      for (int i = 0; i < payments; i++) {
        assertInstanceOf(
            RelayOutcome.Accepted.class,
            Answers.await(payer.pay(stream, Uint128.of(10_000_000)), PATIENCE));
      }
      Uint128 total = Uint128.of(payments * 10_000_000L);
      Uint128 sum = Uint128.ZERO;
      while (sum.isLessThan(
          total)) { // the first delivery may be a later voucher, which replaces those before it
        VoucherCheck check = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        sum = sum.plus(assertInstanceOf(VoucherCheck.Valid.class, check).increment());
      }
      PayeeChannel payee = receiver.channels().iterator().next();
      assertEquals(total, payee.total());
      assertInstanceOf(Ack.Included.class, payee.settle(client).orElseThrow());
      assertEquals(total.minus(FakeChain.FEE_UNIT), fake.balance(1));
    }
  }

  @Test
  void relay_refusal_isAValue() {
    try (VoucherStream stream = client.openVoucherStream()) {
      Answers.await(payer.pay(stream, Uint128.of(5)), PATIENCE);
      PayerChannel behind =
          PayerChannel.resume(new Wallet(client, ALICE), payer.opened().id(), Uint128.ZERO);
      RelayOutcome<SignedVoucher> outcome =
          Answers.await(behind.pay(stream, Uint128.of(4)), PATIENCE);
      assertEquals(
          "VOUCHER_NOT_INCREASING",
          assertInstanceOf(RelayOutcome.Refused.class, outcome).refusal().name());
    }
  }

  @Test
  void payee_isNotFooled_byARelayThatRaisesTheAmount() throws InterruptedException {
    fake.tamperVoucher(
        voucher -> voucher.toBuilder().setAmount(ProtoValues.bytes(Uint128.of(1_000))).build());
    BlockingQueue<VoucherCheck> heard = new LinkedBlockingQueue<>();
    try (VoucherReceiver receiver =
            new VoucherReceiver(client, List.of(1L), (_, check) -> heard.add(check));
        VoucherStream stream = client.openVoucherStream()) {
      Answers.await(payer.pay(stream, Uint128.of(5)), PATIENCE);
      assertInstanceOf(
          VoucherCheck.Invalid.class, heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
      assertTrue(receiver.channels().stream().allMatch(channel -> channel.total().isZero()));
    }
  }
}
