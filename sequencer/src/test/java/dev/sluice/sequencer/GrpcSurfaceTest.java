package dev.sluice.sequencer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.sluice.primitives.crypto.Bls12381;
import dev.sluice.primitives.crypto.BlsSecretKey;
import dev.sluice.primitives.crypto.BlsSignature;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.typeddata.SignedStatement;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.AccountRequest;
import dev.sluice.proto.v1.AckFrame;
import dev.sluice.proto.v1.BeaconAnswer;
import dev.sluice.proto.v1.BeaconRequest;
import dev.sluice.proto.v1.BlocksRequest;
import dev.sluice.proto.v1.ChainInfoRequest;
import dev.sluice.proto.v1.ChannelRequest;
import dev.sluice.proto.v1.FeedBlock;
import dev.sluice.proto.v1.FeedGrpc;
import dev.sluice.proto.v1.Heartbeat;
import dev.sluice.proto.v1.HeartbeatAckFrame;
import dev.sluice.proto.v1.HeartbeatFrame;
import dev.sluice.proto.v1.HeartbeatPart;
import dev.sluice.proto.v1.HeartbeatsGrpc;
import dev.sluice.proto.v1.HistoryRequest;
import dev.sluice.proto.v1.ProviderRequest;
import dev.sluice.proto.v1.QueryGrpc;
import dev.sluice.proto.v1.ReceiveRequest;
import dev.sluice.proto.v1.SettleRequest;
import dev.sluice.proto.v1.SubmissionGrpc;
import dev.sluice.proto.v1.SubmitFrame;
import dev.sluice.proto.v1.SubmitOneRequest;
import dev.sluice.proto.v1.TransactionRequest;
import dev.sluice.proto.v1.Voucher;
import dev.sluice.proto.v1.VoucherAckFrame;
import dev.sluice.proto.v1.VoucherDelivery;
import dev.sluice.proto.v1.VoucherFrame;
import dev.sluice.proto.v1.VouchersGrpc;
import dev.sluice.sequencer.GrpcNode.Answers;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every service over a real socket. */
final class GrpcSurfaceTest {
  private static final long ETH = 1_000_000_000_000_000_000L;

  @TempDir Path directory;

  private GrpcNode grpc;
  private TestNode node;
  private ManagedChannel channel;

  @BeforeEach
  void open() throws Exception {
    grpc = new GrpcNode(directory);
    node = grpc.node;
    channel = grpc.channel;
  }

  @AfterEach
  void close() throws Exception {
    grpc.close();
  }

  private static byte[] transfer(long account, long nonce, long amount, int key) {
    return TestNode.sign(
        new Transaction.Transfer(
            account,
            nonce,
            TestNode.key(11).address(),
            0,
            Uint128.of(amount),
            price(TransactionKind.TRANSFER)),
        TestNode.key(key));
  }

  private static Uint128 price(TransactionKind kind) {
    return TestNode.genesis().price(kind, 0);
  }

  private static SubmitFrame frame(long id, byte[]... wires) {
    SubmitFrame.Builder frame = SubmitFrame.newBuilder().setFrameId(id);
    Arrays.stream(wires).forEach(wire -> frame.addTransactions(ByteString.copyFrom(wire)));
    return frame.build();
  }

  @Test
  void submission_answersEveryFrame_andTheFeedAndQueriesShowIt() throws Exception {
    long alice = node.deposit(TestNode.key(10).address(), 0, ETH);
    Answers<AckFrame> acks = new Answers<>();
    StreamObserver<SubmitFrame> frames = SubmissionGrpc.newStub(channel).submit(acks);
    frames.onNext(frame(1, new byte[] {1, 2, 3}));
    frames.onNext(frame(2, transfer(alice, 0, 5, 10), transfer(alice, 1, 6, 10)));
    AckFrame bad = acks.next();
    assertEquals(1, bad.getFrameId());
    assertEquals("MALFORMED", bad.getResults(0).getRefused().getName());
    assertTrue(bad.getComplete());
    AckFrame good = acks.next();
    assertEquals(2, good.getFrameId());
    assertEquals(2, good.getResultsCount());
    assertTrue(good.hasConfirmation());
    assertEquals(64, good.getConfirmation().getHead().getSignature().size());
    frames.onCompleted();
    assertEquals(Status.OK, acks.end.poll(30, TimeUnit.SECONDS));

    Answers<AckFrame> large = new Answers<>();
    StreamObserver<SubmitFrame> tooLarge = SubmissionGrpc.newStub(channel).submit(large);
    byte[][] many = new byte[5_000][];
    Arrays.fill(many, new byte[] {1});
    tooLarge.onNext(frame(3, many));
    Status status = large.end.poll(30, TimeUnit.SECONDS);
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, status == null ? null : status.getCode());

    byte[] wire = transfer(alice, 2, 7, 10);
    var one =
        SubmissionGrpc.newBlockingStub(channel)
            .submitOne(
                SubmitOneRequest.newBuilder().setTransaction(ByteString.copyFrom(wire)).build());
    assertTrue(one.getResult().hasIncluded());

    QueryGrpc.QueryBlockingStub query = QueryGrpc.newBlockingStub(channel);
    var receipt =
        query.transaction(
            TransactionRequest.newBuilder()
                .setId(ProtoValues.bytes(Keccak256.hash32(wire)))
                .build());
    assertEquals(
        one.getResult().getIncluded().getBlockNumber(), receipt.getReceipt().getBlockNumber());
    var account =
        query.account(
            AccountRequest.newBuilder()
                .setOwner(ProtoValues.bytes(TestNode.key(11).address()))
                .build());
    assertEquals(ProtoValues.bytes(Uint128.of(18)), account.getAccounts(0).getBalances(0));
    assertEquals(
        4,
        query
            .history(HistoryRequest.newBuilder().setAccount((int) alice).build())
            .getEntriesCount());
    assertEquals(31_337, query.chainInfo(ChainInfoRequest.getDefaultInstance()).getChainId());
    StatusRuntimeException unknown =
        assertThrows(
            StatusRuntimeException.class,
            () -> query.account(AccountRequest.newBuilder().setIndex(77).build()));
    assertEquals(Status.Code.NOT_FOUND, unknown.getStatus().getCode());

    Iterator<FeedBlock> blocks =
        FeedGrpc.newBlockingStub(channel).blocks(BlocksRequest.newBuilder().setFrom(1).build());
    FeedBlock first = blocks.next();
    assertEquals(1, first.getHeader().getNumber());
    assertEquals(1, first.getMessagesCount());
    assertEquals(first.getHeader().getInboxAccumulator(), first.getMessages(0).getAccumulator());
    FeedBlock second = blocks.next();
    assertEquals(first.getPostRoot(), second.getPreRoot());
  }

  @Test
  void vouchers_reachTheirPayee_andBadOnesAreRefusedByName() throws Exception {
    long payer = node.deposit(TestNode.key(10).address(), 0, ETH);
    long payee = node.deposit(TestNode.key(12).address(), 0, ETH);
    Address owner = TestNode.key(10).address();
    byte[] word = new byte[32];
    owner.writeTo(word, 12);
    Transaction.ChannelOpen open =
        new Transaction.ChannelOpen(
            payer,
            0,
            TestNode.key(12).address(),
            0,
            Uint128.of(ETH / 10),
            Transaction.METER_VOUCHER,
            Hash32.of(word),
            Uint128.ZERO,
            5,
            price(TransactionKind.CHANNEL_OPEN));
    node.submit(List.of(TestNode.sign(open, TestNode.key(10))));
    Hash32 id = Ids.of(owner, TestNode.TYPED_DATA.digest(open));
    Answers<VoucherDelivery> deliveries = new Answers<>();
    VouchersGrpc.newStub(channel)
        .receive(ReceiveRequest.newBuilder().addPayeeAccounts((int) payee).build(), deliveries);
    Answers<VoucherAckFrame> acks = new Answers<>();
    StreamObserver<VoucherFrame> frames = VouchersGrpc.newStub(channel).send(acks);
    frames.onNext(
        VoucherFrame.newBuilder()
            .setFrameId(1)
            .addVouchers(voucher(id, ETH / 100, 10))
            .addVouchers(voucher(id, ETH / 50, 10))
            .addVouchers(voucher(id, ETH / 100, 10))
            .addVouchers(voucher(id, ETH, 10))
            .addVouchers(voucher(id, ETH / 20, 12))
            .addVouchers(voucher(id, ETH / 20, 10).toBuilder().setChannel(9))
            .addVouchers(Voucher.newBuilder().setChannel(0))
            .build());
    VoucherAckFrame ack = acks.next();
    assertEquals(2, ack.getAccepted());
    assertEquals(
        List.of(
            "MALFORMED",
            "VOUCHER_NOT_INCREASING",
            "VOUCHER_EXCEEDS_DEPOSIT",
            "BAD_SIGNATURE",
            "UNKNOWN_CHANNEL"),
        ack.getRefusedList().stream().map(r -> r.getRefusal().getName()).toList());
    frames.onNext(
        VoucherFrame.newBuilder().setFrameId(2).addVouchers(voucher(id, ETH / 20, 10)).build());
    assertEquals(1, acks.next().getAccepted());
    List<ByteString> amounts = new ArrayList<>();
    while (!amounts.contains(ProtoValues.bytes(Uint128.of(ETH / 20)))) {
      deliveries.next().getVouchersList().forEach(v -> amounts.add(v.getAmount()));
    }
    node.storeFull = true;
    frames.onNext(
        VoucherFrame.newBuilder().setFrameId(3).addVouchers(voucher(id, ETH / 15, 10)).build());
    assertEquals("DISK_FULL", acks.next().getRefused(0).getRefusal().getName());
    node.storeFull = false;
    QueryGrpc.QueryBlockingStub query = QueryGrpc.newBlockingStub(channel);
    ChannelRequest byId = ChannelRequest.newBuilder().setId(ProtoValues.bytes(id)).build();
    assertEquals(ProtoValues.bytes(Uint128.of(ETH / 20)), query.channel(byId).getEntitled());
    var settled =
        VouchersGrpc.newBlockingStub(channel)
            .settle(SettleRequest.newBuilder().setChannel(0).build());
    assertTrue(settled.hasIncluded(), settled.toString());
    assertEquals(ProtoValues.bytes(Uint128.of(ETH / 20)), query.channel(byId).getClaimed());
    assertEquals(
        "CLAIM_BELOW_FEE",
        VouchersGrpc.newBlockingStub(channel)
            .settle(SettleRequest.newBuilder().setChannel(0).build())
            .getRefused()
            .getName());
  }

  private static Voucher voucher(Hash32 id, long amount, int key) {
    Hash32 digest =
        TestNode.TYPED_DATA.digest(new Transaction.VoucherClaim(id, Uint128.of(amount)));
    return Voucher.newBuilder()
        .setChannel(0)
        .setAmount(ProtoValues.bytes(Uint128.of(amount)))
        .setSignature(ByteString.copyFrom(Secp256k1.sign(digest, TestNode.key(key))))
        .build();
  }

  @Test
  void heartbeats_areReceiptedAndRecorded_andTheSilentOneMisses() throws Exception {
    long account = node.deposit(TestNode.key(10).address(), 0, ETH);
    List<BlsSecretKey> devices = node.registerDevices(10, account, 0, 4);
    node.l1.queue(new InboxMessage.Seed(4, Keccak256.hash32(new byte[] {4})));
    node.now.set(TestNode.GENESIS_TIME + 52);
    TestNode.await(() -> node.sequencer.heartbeats().beacon().beacon().isPresent());
    BeaconAnswer beacon =
        HeartbeatsGrpc.newBlockingStub(channel).beacon(BeaconRequest.getDefaultInstance());
    assertEquals(5, beacon.getEpoch());
    Answers<HeartbeatAckFrame> acks = new Answers<>();
    StreamObserver<HeartbeatFrame> frames = HeartbeatsGrpc.newStub(channel).send(acks);
    Hash32 message =
        Ids.heartbeatMessage(
            TestNode.TYPED_DATA.domainSeparator(),
            5,
            ProtoValues.hash32(beacon.getBeacon()).orElseThrow());
    frames.onNext(
        HeartbeatFrame.newBuilder()
            .setFrameId(1)
            .addHeartbeats(heartbeat(0, 5, devices.get(0), message))
            .addHeartbeats(heartbeat(1, 5, devices.get(0), message))
            .addHeartbeats(heartbeat(0, 5, devices.get(0), message))
            .addHeartbeats(heartbeat(9, 5, devices.get(0), message))
            .addHeartbeats(heartbeat(1, 7, devices.get(1), message))
            .addHeartbeats(heartbeat(1, 5, devices.get(1), message))
            .addHeartbeats(heartbeat(2, 5, devices.get(2), message).toBuilder().clearSignature())
            .build());
    HeartbeatAckFrame ack = acks.next();
    assertTrue(ack.getResults(0).hasReceipt(), ack.toString());
    assertEquals(
        List.of("BAD_HEARTBEAT_SIGNATURE", "ALREADY_COUNTED", "NOT_A_MEMBER", "WRONG_EPOCH"),
        ack.getResultsList().subList(1, 5).stream().map(r -> r.getRefused().getName()).toList());
    assertTrue(ack.getResults(5).hasReceipt(), ack.toString());
    assertEquals("MALFORMED", ack.getResults(6).getRefused().getName());

    byte[] bits = new byte[64];
    bits[0] = 0b0010_0000;
    BlsSignature right = Bls12381.sign(devices.get(2), message.toBytes(), Bls12381.Domain.MESSAGE);
    BlsSignature forged = Bls12381.sign(devices.get(3), message.toBytes(), Bls12381.Domain.MESSAGE);
    var stub = HeartbeatsGrpc.newBlockingStub(channel);
    assertEquals(
        "BAD_HEARTBEAT_SIGNATURE",
        stub.sendPart(part(account, bits, forged, 10)).getRefused().getName());
    assertEquals(
        "NOT_THE_SIGNER", stub.sendPart(part(account, bits, right, 12)).getRefused().getName());
    assertEquals(1, stub.sendPart(part(account, bits, right, 10)).getAccepted().getSlots());

    node.now.set(TestNode.GENESIS_TIME + 64);
    TestNode.await(() -> node.sequencer.recorder().recorded() == 1);
    QueryGrpc.QueryBlockingStub query = QueryGrpc.newBlockingStub(channel);
    for (int provider = 0; provider < 4; provider++) {
      var month =
          query.provider(ProviderRequest.newBuilder().setIndex(provider).build()).getMonth();
      assertEquals(1, month.getRecorded());
      assertEquals(provider == 3 ? 1 : 0, month.getMissed());
    }
    assertEquals(0, node.sequencer.recorder().lost());
  }

  private static Heartbeat heartbeat(int provider, int epoch, BlsSecretKey key, Hash32 message) {
    return Heartbeat.newBuilder()
        .setProvider(provider)
        .setEpoch(epoch)
        .setSignature(
            ByteString.copyFrom(
                Bls12381.sign(key, message.toBytes(), Bls12381.Domain.MESSAGE).toBytes()))
        .build();
  }

  private static HeartbeatPart part(long account, byte[] bits, BlsSignature signature, int key) {
    byte[] bytes = signature.toBytes();
    Hash32 digest =
        TestNode.TYPED_DATA.digest(
            new SignedStatement.HeartbeatPart(
                account, 5, 0, Keccak256.hash32(bits), Keccak256.hash32(bytes)));
    return HeartbeatPart.newBuilder()
        .setAccount((int) account)
        .setEpoch(5)
        .setCommittee(0)
        .setBitfield(ByteString.copyFrom(bits))
        .setSignature(ByteString.copyFrom(bytes))
        .setAccountSignature(ByteString.copyFrom(Secp256k1.sign(digest, TestNode.key(key))))
        .build();
  }
}
