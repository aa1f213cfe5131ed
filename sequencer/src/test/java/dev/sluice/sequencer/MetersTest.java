package dev.sluice.sequencer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.ChannelAnswer;
import dev.sluice.proto.v1.ChannelRequest;
import dev.sluice.proto.v1.JobAnswer;
import dev.sluice.proto.v1.JobMemberState;
import dev.sluice.proto.v1.JobRequest;
import dev.sluice.proto.v1.ProviderAnswer;
import dev.sluice.proto.v1.ProviderRequest;
import dev.sluice.proto.v1.QueryGrpc;
import dev.sluice.proto.v1.SettleAnswer;
import dev.sluice.proto.v1.SettleRequest;
import dev.sluice.proto.v1.TickAckFrame;
import dev.sluice.proto.v1.TickDelivery;
import dev.sluice.proto.v1.TickFrame;
import dev.sluice.proto.v1.TickReceiveRequest;
import dev.sluice.proto.v1.TicksGrpc;
import dev.sluice.proto.v1.VouchersGrpc;
import dev.sluice.sequencer.GrpcNode.Answers;
import dev.sluice.sequencer.admission.Rejection;
import dev.sluice.sequencer.relay.ClaimDesk;
import dev.sluice.sequencer.relay.Tick;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Time and tick channels, k-of-n jobs and provider updates at the sequencer's edge. */
final class MetersTest {
  private static final long ETH = 1_000_000_000_000_000_000L;
  private static final int PAYER = 10;
  private static final int PAYEE = 12;
  private static final int TICKS = 10_000;
  private static final long RATE = 10_000_000_000_000L;

  /** {@code CHAIN[p]} is the tick at position p, {@code CHAIN[0]} the anchor. */
  private static final Hash32[] CHAIN = chain(TICKS + 1);

  @TempDir Path directory;

  private long payer;
  private long payee;
  private int nonce;

  private static Hash32[] chain(int length) {
    Hash32[] chain = new Hash32[length + 1];
    chain[length] = Keccak256.hash32(new byte[] {7});
    for (int i = length; i > 0; i--) {
      chain[i - 1] = Keccak256.hash32(chain[i].toBytes());
    }
    return chain;
  }

  private static Uint128 price(TransactionKind kind) {
    return TestNode.genesis().price(kind, 0);
  }

  private void depositBoth(TestNode node) throws InterruptedException {
    payer = node.deposit(TestNode.key(PAYER).address(), 0, ETH);
    payee = node.deposit(TestNode.key(PAYEE).address(), 0, ETH);
  }

  private void open(TestNode node, int meter, Hash32 meterKey, long rate, long deposit)
      throws InterruptedException {
    TestNode.Answers answers =
        node.submit(
            List.of(
                TestNode.sign(
                    new Transaction.ChannelOpen(
                        payer,
                        nonce++,
                        TestNode.key(PAYEE).address(),
                        0,
                        Uint128.of(deposit),
                        meter,
                        meterKey,
                        Uint128.of(rate),
                        5,
                        price(TransactionKind.CHANNEL_OPEN)),
                    TestNode.key(PAYER))));
    assertEquals(List.of(), answers.refused());
  }

  private void openTicks(TestNode node, long rate) throws InterruptedException {
    open(node, Transaction.METER_TICKS, CHAIN[0], rate, TICKS * rate);
  }

  private void startClose(TestNode node, int channel) throws InterruptedException {
    TestNode.Answers answers =
        node.submit(
            List.of(
                TestNode.sign(
                    new Transaction.ChannelCloseStart(
                        payer,
                        nonce++,
                        leaf(node, channel).id(),
                        price(TransactionKind.CHANNEL_CLOSE)),
                    TestNode.key(PAYER))));
    assertEquals(List.of(), answers.refused());
  }

  private static Leaf.Channel leaf(TestNode node, int channel) {
    return node.sequencer
        .reader()
        .leaf(LeafType.CHANNEL, channel, Leaf.Channel.class)
        .orElseThrow();
  }

  private static List<String> push(TestNode node, long channel, int... positions) {
    return node
        .sequencer
        .ticks()
        .accept(
            java.util.Arrays.stream(positions)
                .mapToObj(position -> new Tick(channel, position, CHAIN[position]))
                .toList())
        .stream()
        .map(answer -> answer.map(Rejection::name).orElse("ACCEPTED"))
        .toList();
  }

  private static dev.sluice.proto.v1.Tick tick(int channel, long position, Hash32 tick) {
    return dev.sluice.proto.v1.Tick.newBuilder()
        .setChannel(channel)
        .setPosition(position)
        .setTick(ProtoValues.bytes(tick))
        .build();
  }

  private static ByteString ticks(long count) {
    return ProtoValues.bytes(Uint128.of(count * RATE));
  }

  @Test
  void ticks_reachTheirPayee_andBadOnesAreRefusedByName() throws Exception {
    try (GrpcNode grpc = new GrpcNode(directory)) {
      TestNode node = grpc.node;
      depositBoth(node);
      openTicks(node, RATE);
      byte[] voucherKey = new byte[32];
      TestNode.key(PAYER).address().writeTo(voucherKey, 12);
      open(node, Transaction.METER_VOUCHER, Hash32.of(voucherKey), 0, ETH / 10);
      Answers<TickDelivery> deliveries = new Answers<>();
      TicksGrpc.newStub(grpc.channel)
          .receive(
              TickReceiveRequest.newBuilder().addPayeeAccounts((int) payee).build(), deliveries);
      Answers<TickAckFrame> acks = new Answers<>();
      StreamObserver<TickFrame> frames = TicksGrpc.newStub(grpc.channel).send(acks);
      frames.onNext(
          TickFrame.newBuilder()
              .setFrameId(1)
              .addTicks(tick(0, 1, CHAIN[1]))
              .addTicks(tick(0, 2, CHAIN[2]))
              .addTicks(tick(0, 2, CHAIN[2]))
              .addTicks(tick(0, 7, CHAIN[7]))
              .addTicks(tick(0, 8, CHAIN[9]))
              .addTicks(tick(0, 7 + 4_097, CHAIN[7 + 4_097]))
              .addTicks(tick(0, TICKS + 1, CHAIN[TICKS + 1]))
              .addTicks(tick(9, 1, CHAIN[1]))
              .addTicks(tick(1, 1, CHAIN[1]))
              .addTicks(tick(0, 0, CHAIN[0]))
              .addTicks(tick(0, 8, CHAIN[8]).toBuilder().setTick(ByteString.copyFrom(new byte[31])))
              .addTicks(tick(0, -1, CHAIN[8]))
              .build());
      TickAckFrame ack = acks.next();
      assertEquals(3, ack.getAccepted());
      assertEquals(
          List.of(
              "2 TICK_NOT_INCREASING",
              "4 BAD_TICK",
              "5 WRONG_STEP_COUNT",
              "6 TICKS_EXCEED_DEPOSIT",
              "7 UNKNOWN_CHANNEL",
              "8 METER_MISMATCH",
              "9 MALFORMED",
              "10 MALFORMED",
              "11 MALFORMED"),
          ack.getRefusedList().stream()
              .sorted(java.util.Comparator.comparingInt(r -> r.getIndex()))
              .map(r -> r.getIndex() + " " + r.getRefusal().getName())
              .toList());
      frames.onNext(TickFrame.newBuilder().setFrameId(2).addTicks(tick(0, 8, CHAIN[8])).build());
      assertEquals(1, acks.next().getAccepted());
      long delivered = 0;
      while (delivered < 8) {
        for (dev.sluice.proto.v1.Tick each : deliveries.next().getTicksList()) {
          assertTrue(each.getPosition() > delivered, "ascending");
          delivered = each.getPosition();
          assertEquals(ProtoValues.bytes(CHAIN[(int) delivered]), each.getTick());
        }
      }
      node.storeFull = true;
      frames.onNext(TickFrame.newBuilder().setFrameId(3).addTicks(tick(0, 9, CHAIN[9])).build());
      assertEquals("DISK_FULL", acks.next().getRefused(0).getRefusal().getName());
      node.storeFull = false;

      QueryGrpc.QueryBlockingStub query = QueryGrpc.newBlockingStub(grpc.channel);
      ChannelRequest request = ChannelRequest.newBuilder().setIndex(0).build();
      ChannelAnswer before = query.channel(request);
      assertEquals(ticks(8), before.getEntitled());
      assertEquals(ticks(0), before.getClaimed());
      assertEquals(ticks(1), before.getMeterRate());
      assertEquals(ProtoValues.bytes(CHAIN[8]), before.getTick());
      SettleRequest settle = SettleRequest.newBuilder().setChannel(0).build();
      assertEquals(
          "METER_MISMATCH",
          VouchersGrpc.newBlockingStub(grpc.channel).settle(settle).getRefused().getName());
      SettleAnswer settled = TicksGrpc.newBlockingStub(grpc.channel).settle(settle);
      assertTrue(settled.hasIncluded(), settled.toString());
      assertEquals(ticks(8), settled.getIncluded().getAmount());
      ChannelAnswer after = query.channel(request);
      assertEquals(ticks(8), after.getClaimed());
      assertEquals(ProtoValues.bytes(CHAIN[8]), after.getMeterKey());
      assertTrue(after.getTick().isEmpty());
      assertEquals(
          "CLAIM_BELOW_FEE",
          TicksGrpc.newBlockingStub(grpc.channel).settle(settle).getRefused().getName());
      frames.onNext(TickFrame.newBuilder().setFrameId(4).addTicks(tick(0, 9, CHAIN[9])).build());
      assertEquals(1, acks.next().getAccepted(), "from the tick that the chain has claimed");
    }
  }

  @Test
  void ticks_areKept_overARestart() throws Exception {
    try (TestNode node = new TestNode(directory)) {
      depositBoth(node);
      openTicks(node, RATE);
      assertEquals(List.of("ACCEPTED"), push(node, 0, 4_096));
      node.restart();
      assertEquals(
          Optional.of(new Tick(0, 4_096, CHAIN[4_096])),
          node.sequencer.ticks().latest(node.sequencer.channels().channel(0).orElseThrow()));
      assertEquals(List.of("TICK_NOT_INCREASING", "ACCEPTED"), push(node, 0, 4_096, 4_097));
    }
  }

  @Test
  void frame_isLimitedInHashes_whateverItsChannels() throws Exception {
    try (TestNode node = new TestNode(directory)) {
      depositBoth(node);
      openTicks(node, RATE);
      Hash32 forged = Keccak256.hash32(new byte[] {1});
      List<Tick> many =
          java.util.stream.IntStream.range(0, 100)
              .mapToObj(_ -> new Tick(0, 4_096, forged))
              .toList();
      List<String> names =
          node.sequencer.ticks().accept(many).stream()
              .map(answer -> answer.map(Rejection::name).orElse("ACCEPTED"))
              .toList();
      assertEquals(64, names.stream().filter("BAD_TICK"::equals).count());
      assertEquals(36, names.stream().filter("WRONG_STEP_COUNT"::equals).count());
      assertEquals(List.of("ACCEPTED"), push(node, 0, 1));
    }
  }

  @Test
  void everyTick_isClaimed_whenTheChannelBeginsToClose() throws Exception {
    try (TestNode node = new TestNode(directory)) {
      depositBoth(node);
      openTicks(node, RATE);
      assertEquals(List.of("ACCEPTED", "ACCEPTED", "ACCEPTED"), push(node, 0, 4_096, 8_192, 9_001));
      assertEquals(Uint128.ZERO, leaf(node, 0).claimed());
      startClose(node, 0);
      TestNode.await(() -> leaf(node, 0).claimed().equals(Uint128.of(9_001 * RATE)));
      assertEquals(CHAIN[9_001], leaf(node, 0).meterKey());
      assertEquals(
          Uint128.of(ETH + 9_001 * RATE)
              .minus(price(TransactionKind.CHANNEL_CLAIM).tryTimes(3).orElseThrow()),
          node.account(payee).balances().get(0),
          "three claims of at most 4,096 steps");
    }
  }

  @Test
  void ticksOfLittleWorth_areClaimed_asFarAsEveryClaimPaysForItself() throws Exception {
    try (TestNode node = new TestNode(directory)) {
      depositBoth(node);
      // 4,096 ticks are worth one claim, and no fewer are.
      long rate = 244_141;
      openTicks(node, rate);
      assertEquals(List.of("ACCEPTED", "ACCEPTED"), push(node, 0, 4_096, 5_000));
      ClaimDesk.Claim claim = node.sequencer.claims().settle(0, Transaction.METER_TICKS).join();
      assertEquals(List.of(), claim.answer().refused());
      assertEquals(Uint128.of(4_096 * rate), claim.amount());
      assertEquals(List.of("ACCEPTED"), push(node, 0, 8_192));
      claim = node.sequencer.claims().settle(0, Transaction.METER_TICKS).join();
      assertEquals(Uint128.of(8_192 * rate), claim.amount());
      assertEquals(CHAIN[8_192], leaf(node, 0).meterKey());
    }
  }

  @Test
  void sweep_claimsWhatIsWorthIt_andLeavesTheRest() throws Exception {
    try (TestNode node = new TestNode(directory)) {
      depositBoth(node);
      // The price of a claim is 10^9: ten ticks.
      openTicks(node, 100_000_000L);
      openTicks(node, 100_000_000L);
      assertEquals(List.of("ACCEPTED"), push(node, 0, 199));
      assertEquals(List.of("ACCEPTED"), push(node, 1, 200));
      node.sequencer.claims().sweep();
      TestNode.await(() -> leaf(node, 1).meterKey().equals(CHAIN[200]));
      assertEquals(Uint128.ZERO, leaf(node, 0).claimed());
    }
  }

  @Test
  void timeChannel_showsWhatIsDueNow_andFinalizationPaysIt() throws Exception {
    try (GrpcNode grpc = new GrpcNode(directory)) {
      TestNode node = grpc.node;
      depositBoth(node);
      open(node, Transaction.METER_TIME, Hash32.ZERO, RATE, 1_000 * RATE);
      long openedAt = node.sequencer.reader().meta().clock();
      node.now.addAndGet(30);
      node.deposit(TestNode.key(14).address(), 0, 5);
      long elapsed = node.sequencer.reader().meta().clock() - openedAt;
      assertEquals(30, elapsed);
      QueryGrpc.QueryBlockingStub query = QueryGrpc.newBlockingStub(grpc.channel);
      ChannelRequest request = ChannelRequest.newBuilder().setIndex(0).build();
      assertEquals(ticks(30), query.channel(request).getEntitled());
      assertEquals(ticks(0), query.channel(request).getClaimed());
      startClose(node, 0);
      node.now.addAndGet(20);
      node.deposit(TestNode.key(14).address(), 0, 5);
      node.sequencer.claims().sweep();
      ChannelAnswer closing = query.channel(request);
      assertEquals(ticks(30), closing.getEntitled(), "the meter stops when the close begins");
      assertEquals(ticks(0), closing.getClaimed());
      TestNode.Answers finalized =
          node.submit(
              List.of(
                  WireCodec.encode(
                      new SignedTransaction(
                          new Transaction.ChannelCloseFinalize(leaf(node, 0).id()),
                          WalletSignature.NONE))));
      assertEquals(List.of(), finalized.refused());
      assertEquals(ticks(30), query.channel(request).getClaimed());
      assertEquals(Uint128.of(ETH + 30 * RATE), node.account(payee).balances().get(0));
    }
  }

  @Test
  void providerAndQuorum_areShownByTheirQueries() throws Exception {
    try (GrpcNode grpc = new GrpcNode(directory)) {
      TestNode node = grpc.node;
      depositBoth(node);
      node.registerDevices(PAYEE, payee, 0, 3);
      Address owner = TestNode.key(PAYEE).address();
      List<Hash32> ids =
          java.util.stream.LongStream.range(0, 3)
              .mapToObj(index -> node.provider(index).id())
              .toList();
      Hash32 endpoint = Keccak256.hash32(new byte[] {1});
      TestNode.Answers updated =
          node.submit(
              List.of(
                  TestNode.sign(
                      new Transaction.ProviderUpdate(
                          payee,
                          3,
                          ids.get(2),
                          owner,
                          77,
                          Uint128.of(9),
                          endpoint,
                          true,
                          price(TransactionKind.PROVIDER_UPDATE)),
                      TestNode.key(PAYEE))));
      assertEquals(List.of(), updated.refused());
      QueryGrpc.QueryBlockingStub query = QueryGrpc.newBlockingStub(grpc.channel);
      ProviderAnswer provider = query.provider(ProviderRequest.newBuilder().setIndex(2).build());
      assertTrue(provider.getRetired());
      assertEquals(ProtoValues.bytes(endpoint), provider.getEndpointHash());
      assertEquals(1, provider.getMovedMonthPlusOne());
      assertEquals(77, provider.getCell());
      assertEquals(32, provider.getKeyHash().size());

      Hash32 commitment = Keccak256.hash32(new byte[] {2});
      Transaction.JobOpen open =
          new Transaction.JobOpen(
              payer,
              0,
              ids.subList(0, 2),
              2,
              0,
              Uint128.of(ETH / 10),
              Transaction.MODE_QUORUM,
              Hash32.ZERO,
              Hash32.ZERO,
              TestNode.GENESIS_TIME + 1_000,
              5,
              0,
              price(TransactionKind.JOB_OPEN));
      Hash32 job = Ids.of(TestNode.key(PAYER).address(), TestNode.TYPED_DATA.digest(open));
      TestNode.Answers opened = node.submit(List.of(TestNode.sign(open, TestNode.key(PAYER))));
      assertEquals(List.of(), opened.refused());
      TestNode.Answers results =
          node.submit(
              List.of(
                  result(job, 1, commitment, 4),
                  result(job, 2, commitment, 5),
                  result(job, 1, commitment, 5)));
      assertEquals(
          List.of("UNKNOWN_MEMBER", "ALREADY_COMMITTED"),
          results.refused().stream().map(r -> r.rejection().name()).toList());
      JobAnswer answer = query.job(JobRequest.newBuilder().setIndex(0).build());
      assertEquals(Transaction.MODE_QUORUM, answer.getMode());
      assertEquals(2, answer.getQuorum().getK());
      assertEquals(
          List.of(
              JobMemberState.JOB_MEMBER_STATE_AWAITED, JobMemberState.JOB_MEMBER_STATE_COMMITTED),
          answer.getQuorum().getMembersList().stream().map(m -> m.getState()).toList());
      assertEquals(ProtoValues.bytes(commitment), answer.getQuorum().getMembers(1).getHash());
      assertEquals(1, answer.getQuorum().getMembers(1).getProvider());
    }
  }

  private byte[] result(Hash32 job, int member, Hash32 hash, long withNonce) {
    return TestNode.sign(
        new Transaction.JobResult(
            payee, withNonce, job, member, hash, price(TransactionKind.JOB_RESULT)),
        TestNode.key(PAYEE));
  }
}
