package dev.sluice.systemtests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.sluice.client.sdk.Ack;
import dev.sluice.client.sdk.Chain;
import dev.sluice.client.sdk.Confirmed;
import dev.sluice.client.sdk.Device;
import dev.sluice.client.sdk.JobTerms;
import dev.sluice.client.sdk.ProviderTerms;
import dev.sluice.client.sdk.SluiceClient;
import dev.sluice.client.sdk.Wallet;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.BlsSecretKey;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.transaction.AdmissionError;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.Transaction.Verdict;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.typeddata.SignedStatement;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.v1.AckFrame;
import dev.sluice.proto.v1.BeaconAnswer;
import dev.sluice.proto.v1.Heartbeat;
import dev.sluice.proto.v1.HeartbeatAckFrame;
import dev.sluice.proto.v1.HeartbeatFrame;
import dev.sluice.proto.v1.HeartbeatPart;
import dev.sluice.proto.v1.HeartbeatPartAnswer;
import dev.sluice.proto.v1.HeartbeatsGrpc;
import dev.sluice.proto.v1.Refusal;
import dev.sluice.proto.v1.SubmissionGrpc;
import dev.sluice.proto.v1.SubmitFrame;
import dev.sluice.proto.v1.SubmitOneAnswer;
import dev.sluice.proto.v1.SubmitOneRequest;
import dev.sluice.proto.v1.TransactionResult;
import dev.sluice.proto.v1.Voucher;
import dev.sluice.proto.v1.VoucherAckFrame;
import dev.sluice.proto.v1.VoucherFrame;
import dev.sluice.proto.v1.VouchersGrpc;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every bad input gets its number and name through a real socket, and the next honest request
 * works.
 */
final class BadInputAnsweredWithATypedErrorAndNothingLostTest {
  private static final long ANSWER_SECONDS_MAX = 60;
  private static final Uint128 ONE = Uint128.ONE;

  private RealStack stack;
  private SluiceClient client;
  private ManagedChannel channel;
  private Wallet alice;
  private Wallet bob;

  @BeforeEach
  void connect() throws Exception {
    stack = RealStack.running();
    client = stack.connect();
    channel = NettyChannelBuilder.forTarget(stack.target()).usePlaintext().build();
    alice = new Wallet(client, stack.customer(client));
    bob = new Wallet(client, stack.customer(client));
  }

  @AfterEach
  void disconnect() {
    channel.shutdownNow();
    client.close();
  }

  /** The next honest request. */
  private void honest() {
    alice.transfer(bob.address(), 0, ONE);
  }

  private static Uint128 eth() {
    return Uint128.of(1_000_000_000_000_000_000L);
  }

  private long nonce(Wallet wallet) {
    return client.account(wallet.requireAccount()).orElseThrow().nonce();
  }

  private Transaction.Transfer transfer(Wallet from, long nonce, Uint128 amount) {
    return (Transaction.Transfer)
        from.drafts().transfer(bob.address(), 0, amount).at(from.requireAccount(), nonce);
  }

  private static byte[] signed(
      TypedData domain, PrivateKey key, Transaction.WalletSigned transaction) {
    return WireCodec.encode(
        new SignedTransaction(
            transaction, WalletSignature.of(Secp256k1.sign(domain.digest(transaction), key))));
  }

  private byte[] signed(Wallet wallet, Transaction.WalletSigned transaction) {
    return signed(client.chain().typedData(), wallet.key(), transaction);
  }

  private Refusal submitRefused(byte[] wire) {
    SubmitOneAnswer answer =
        SubmissionGrpc.newBlockingStub(channel)
            .withDeadlineAfter(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
            .submitOne(
                SubmitOneRequest.newBuilder().setTransaction(ByteString.copyFrom(wire)).build());
    TransactionResult result = answer.getResult();
    assertTrue(result.hasRefused(), "taken, but should be refused: " + Bytes.wrap(wire));
    return result.getRefused();
  }

  private void refuses(AdmissionError expected, byte[] wire) {
    expect(expected.number(), expected.name(), submitRefused(wire));
  }

  private void refuses(dev.sluice.primitives.transaction.Refusal expected, byte[] wire) {
    expect(expected.number(), expected.name(), submitRefused(wire));
  }

  private static void expect(int number, String name, Refusal refusal) {
    assertEquals(number + " " + name, refusal.getNumber() + " " + refusal.getName());
  }

  private static void expect(AdmissionError expected, Refusal refusal) {
    expect(expected.number(), expected.name(), refusal);
  }

  private static void expect(dev.sluice.primitives.transaction.Refusal expected, Refusal refusal) {
    expect(expected.number(), expected.name(), refusal);
  }

  @Test
  void malformedTransactions_areRefusedByNumber_andNothingIsLost() {
    byte[] good = signed(alice, transfer(alice, nonce(alice), ONE));
    refuses(AdmissionError.MALFORMED, Arrays.copyOf(good, good.length - 1));
    refuses(AdmissionError.MALFORMED, Arrays.copyOf(good, good.length + 1));
    refuses(AdmissionError.MALFORMED, new byte[0]);
    refuses(AdmissionError.NOT_SUBMITTABLE, kind(good, 0));
    refuses(AdmissionError.NOT_SUBMITTABLE, kind(good, 9));
    for (int unknown : List.of(8, 13, 14, 15, 16, 255)) {
      refuses(AdmissionError.UNKNOWN_KIND, kind(good, unknown));
    }
    byte[] token = good.clone();
    token[33] = 4;
    refuses(AdmissionError.MALFORMED, token);
    SeededGenerator.forAll(
        50,
        generator -> {
          Refusal refusal = submitRefused(generator.bytes(generator.below(600)));
          assertTrue(List.of(7, 100, 101, 102).contains(refusal.getNumber()), refusal.toString());
        });
    honest();
  }

  private static byte[] kind(byte[] wire, int kind) {
    byte[] changed = wire.clone();
    changed[0] = (byte) kind;
    return changed;
  }

  @Test
  void badSignaturesAndDomains_areRefusedByNumber() {
    Transaction.Transfer transfer = transfer(alice, nonce(alice), ONE);
    byte[] good = signed(alice, transfer);
    byte[] zero = good.clone();
    Arrays.fill(zero, 66, 130, (byte) 0);
    refuses(dev.sluice.primitives.transaction.Refusal.BAD_SIGNATURE, zero);
    byte[] highS = good.clone();
    highS[98] |= 0x7f;
    Arrays.fill(highS, 99, 130, (byte) 0xff);
    refuses(dev.sluice.primitives.transaction.Refusal.BAD_SIGNATURE, highS);

    Address rollup = stack.chain().rollup();
    refuses(AdmissionError.NOT_THE_SIGNER, signed(new TypedData(1, rollup), alice.key(), transfer));
    refuses(
        AdmissionError.NOT_THE_SIGNER,
        signed(
            new TypedData(stack.chain().chainId(), stack.chain().bridge()), alice.key(), transfer));
    refuses(AdmissionError.NOT_THE_SIGNER, signed(bob, transfer));
    refuses(
        dev.sluice.primitives.transaction.Refusal.UNKNOWN_ACCOUNT,
        signed(
            alice,
            new Transaction.Transfer(4_000_000_000L, 0, bob.address(), 0, ONE, transfer.maxFee())));
    honest();
  }

  @Test
  void noncesAndAmounts_areRefusedByNumber_withTheExpectedNonce() {
    honest();
    long next = nonce(alice);
    Refusal replayed = submitRefused(signed(alice, transfer(alice, next - 1, ONE)));
    expect(AdmissionError.NONCE_TOO_LOW, replayed);
    assertEquals(next, replayed.getExpectedNonce());
    Refusal gapped = submitRefused(signed(alice, transfer(alice, next + 5, ONE)));
    expect(AdmissionError.NONCE_TOO_HIGH, gapped);
    assertEquals(next, gapped.getExpectedNonce());

    var insufficient = dev.sluice.primitives.transaction.Refusal.INSUFFICIENT_BALANCE;
    refuses(insufficient, signed(alice, transfer(alice, next, eth())));
    refuses(insufficient, signed(alice, transfer(alice, next, Uint128.MAX)));
    refuses(
        insufficient,
        signed(
            alice,
            new Transaction.Withdraw(
                alice.requireAccount(), next, alice.address(), 0, Uint128.MAX, Uint128.MAX)));
    refuses(
        dev.sluice.primitives.transaction.Refusal.FEE_ABOVE_MAXIMUM,
        signed(
            alice,
            new Transaction.Transfer(
                alice.requireAccount(), next, bob.address(), 0, ONE, Uint128.ZERO)));
    refuses(
        dev.sluice.primitives.transaction.Refusal.TOKEN_NOT_LISTED,
        signed(
            alice,
            new Transaction.Transfer(
                alice.requireAccount(), next, bob.address(), 3, ONE, Uint128.MAX)));
    assertEquals(next, nonce(alice), "refusals take no nonce");
    honest();
  }

  @Test
  void framesTooLarge_orCutShort_endTheCallWithAStatus() throws Exception {
    SubmitFrame many =
        SubmitFrame.newBuilder()
            .addAllTransactions(
                java.util.Collections.nCopies(4_097, ByteString.copyFrom(new byte[1])))
            .build();
    StatusRuntimeException tooMany = assertThrows(StatusRuntimeException.class, () -> frame(many));
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, tooMany.getStatus().getCode());
    Metadata trailers = tooMany.getTrailers();
    assertEquals(
        "107",
        trailers == null
            ? "no trailers"
            : trailers.get(
                Metadata.Key.of("sluice-refusal-number", Metadata.ASCII_STRING_MARSHALLER)));
    SubmitFrame long5 =
        SubmitFrame.newBuilder().addTransactions(ByteString.copyFrom(new byte[5 << 20])).build();
    StatusRuntimeException tooLong = assertThrows(StatusRuntimeException.class, () -> frame(long5));
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, tooLong.getStatus().getCode());

    // A message that is no protobuf: a length of 100 bytes, and then the end.
    MethodDescriptor<byte[], byte[]> raw =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(SubmissionGrpc.getSubmitOneMethod().getFullMethodName())
            .setRequestMarshaller(new RawBytes())
            .setResponseMarshaller(new RawBytes())
            .build();
    StatusRuntimeException cut =
        assertThrows(
            StatusRuntimeException.class,
            () ->
                ClientCalls.blockingUnaryCall(
                    channel,
                    raw,
                    CallOptions.DEFAULT.withDeadlineAfter(ANSWER_SECONDS_MAX, TimeUnit.SECONDS),
                    new byte[] {0x0a, 100, 1, 2, 3}));
    assertNotEquals(Status.Code.DEADLINE_EXCEEDED, cut.getStatus().getCode());

    SeededGenerator generator = new SeededGenerator(7);
    for (int i = 0; i < 5; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), stack.grpcPort())) {
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(ANSWER_SECONDS_MAX));
        if (i > 0) {
          socket
              .getOutputStream()
              .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        socket.getOutputStream().write(generator.bytes(5_000));
        socket.shutdownOutput();
        while (socket.getInputStream().read() >= 0) {
          // The server says goodbye and closes.
        }
      } catch (java.net.SocketException reset) {
        assertTrue(reset.getMessage() != null, "closed by a reset");
      }
    }
    honest();
  }

  private static final class RawBytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private AckFrame frame(SubmitFrame frame) throws Exception {
    return once(SubmissionGrpc.newStub(channel)::submit, frame);
  }

  /** One frame on a stream of its own, and the first answer to it. */
  private static <Q, A> A once(Function<StreamObserver<A>, StreamObserver<Q>> call, Q frame)
      throws Exception {
    CompletableFuture<A> first = new CompletableFuture<>();
    StreamObserver<Q> out =
        call.apply(
            new StreamObserver<A>() {
              @Override
              public void onNext(A answer) {
                first.complete(answer);
              }

              @Override
              public void onError(Throwable error) {
                first.completeExceptionally(error);
              }

              @Override
              public void onCompleted() {
                first.completeExceptionally(new AssertionError("no answer"));
              }
            });
    out.onNext(frame);
    out.onCompleted();
    try {
      return first.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof StatusRuntimeException status) {
        throw status;
      }
      throw e;
    }
  }

  @Test
  void mixedFrame_answersEachInItsPlace_andTakesTheGoodOnes() throws Exception {
    long next = nonce(alice);
    byte[] first = signed(alice, transfer(alice, next, ONE));
    byte[] second = signed(alice, transfer(alice, next + 1, ONE));
    SubmitFrame frame =
        SubmitFrame.newBuilder()
            .setFrameId(99)
            .addTransactions(ByteString.copyFrom(new byte[] {1, 2, 3}))
            .addTransactions(ByteString.copyFrom(first))
            .addTransactions(ByteString.copyFrom(kind(first, 7)))
            .addTransactions(ByteString.copyFrom(second))
            .build();
    AckFrame answer = frame(frame);
    assertEquals(99, answer.getFrameId());
    RealStack.await("both good ones", () -> nonce(alice) == next + 2);
    honest();
  }

  private Refusal voucher(Wallet signer, long channelIndex, Hash32 id, Uint128 amount)
      throws Exception {
    Transaction.VoucherClaim claim = new Transaction.VoucherClaim(id, amount);
    byte[] signature = Secp256k1.sign(client.chain().typedData().digest(claim), signer.key());
    VoucherAckFrame answer =
        once(
            VouchersGrpc.newStub(channel)::send,
            VoucherFrame.newBuilder()
                .addVouchers(
                    Voucher.newBuilder()
                        .setChannel((int) channelIndex)
                        .setAmount(ByteString.copyFrom(amount.toBytes()))
                        .setSignature(ByteString.copyFrom(signature)))
                .build());
    return answer.getRefusedCount() == 0
        ? Refusal.getDefaultInstance()
        : answer.getRefused(0).getRefusal();
  }

  @Test
  void badVouchers_areRefusedByNumber_andTheNextIsTaken() throws Exception {
    Confirmed opened =
        alice.send(
            alice
                .drafts()
                .channelOpen(
                    bob.address(),
                    0,
                    Uint128.of(1_000_000_000_000L),
                    alice.address(),
                    client.chain().protectiveDelaySeconds()));
    Hash32 id = alice.idOpenedBy(opened.transaction());
    long index = client.channel(id).orElseThrow().index();
    Uint128 half = Uint128.of(500_000_000_000L);
    assertEquals(0, voucher(alice, index, id, half).getNumber());
    expect(AdmissionError.VOUCHER_NOT_INCREASING, voucher(alice, index, id, half));
    expect(AdmissionError.VOUCHER_NOT_INCREASING, voucher(alice, index, id, half.minus(ONE)));
    expect(
        dev.sluice.primitives.transaction.Refusal.VOUCHER_EXCEEDS_DEPOSIT,
        voucher(alice, index, id, Uint128.of(1_000_000_000_001L)));
    expect(
        dev.sluice.primitives.transaction.Refusal.BAD_SIGNATURE,
        voucher(bob, index, id, half.plus(ONE)));
    expect(
        dev.sluice.primitives.transaction.Refusal.UNKNOWN_CHANNEL,
        voucher(alice, 4_000_000, id, half.plus(ONE)));
    assertEquals(0, voucher(alice, index, id, half.plus(ONE)).getNumber());
    honest();
  }

  private static BlsSecretKey deviceKey(Wallet owner) {
    return BlsSecretKey.fromSeed(Keccak256.hash(owner.address().toBytes())).orElseThrow();
  }

  private ProviderTerms terms(Wallet owner) {
    return new ProviderTerms(owner.address(), 1, 0, 0, 0, ONE);
  }

  private BeaconAnswer openBeacon() throws InterruptedException {
    RealStack.await(
        "a beacon with time to sign it",
        () -> {
          BeaconAnswer beacon = client.beacon();
          long left = beacon.getEpochEndsAt() - System.currentTimeMillis() / 1_000;
          return !beacon.getBeacon().isEmpty() && left >= 4;
        });
    return client.beacon();
  }

  private Refusal heartbeat(long provider, long epoch, byte[] signature) throws Exception {
    HeartbeatAckFrame answer =
        once(
            HeartbeatsGrpc.newStub(channel)::send,
            HeartbeatFrame.newBuilder()
                .addHeartbeats(
                    Heartbeat.newBuilder()
                        .setProvider((int) provider)
                        .setEpoch((int) epoch)
                        .setSignature(ByteString.copyFrom(signature)))
                .build());
    return answer.getResults(0).hasReceipt()
        ? Refusal.getDefaultInstance()
        : answer.getResults(0).getRefused();
  }

  private Refusal part(
      Wallet gateway, Wallet signer, long epoch, long committee, byte[] bits, byte[] signature) {
    SignedStatement.HeartbeatPart statement =
        new SignedStatement.HeartbeatPart(
            gateway.requireAccount(),
            epoch,
            committee,
            Keccak256.hash32(bits),
            Keccak256.hash32(signature));
    HeartbeatPartAnswer answer =
        HeartbeatsGrpc.newBlockingStub(channel)
            .withDeadlineAfter(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
            .sendPart(
                HeartbeatPart.newBuilder()
                    .setAccount((int) gateway.requireAccount())
                    .setEpoch((int) epoch)
                    .setCommittee((int) committee)
                    .setBitfield(ByteString.copyFrom(bits))
                    .setSignature(ByteString.copyFrom(signature))
                    .setAccountSignature(
                        ByteString.copyFrom(
                            Secp256k1.sign(
                                client.chain().typedData().digest(statement), signer.key())))
                    .build());
    return answer.hasAccepted() ? Refusal.getDefaultInstance() : answer.getRefused();
  }

  @Test
  void badHeartbeatsAndForgedParts_areRefusedByNumber_andTheHonestOneCounts() throws Exception {
    Device device = Device.register(alice, deviceKey(alice), terms(alice));
    Chain chain = client.chain();
    int committeeSize = 1 << stack.chain().genesis().committeeSizeLog2();
    long committee = device.index() / committeeSize;
    int slot = (int) (device.index() % committeeSize);
    BeaconAnswer beacon = openBeacon();
    long epoch = beacon.getEpoch();
    byte[] signature =
        device.heartbeat(chain, epoch, Hash32.of(beacon.getBeacon().toByteArray())).toBytes();
    byte[] forged =
        device.heartbeat(chain, epoch + 1, Hash32.of(beacon.getBeacon().toByteArray())).toBytes();

    expect(AdmissionError.NOT_A_MEMBER, heartbeat(4_000_000, epoch, signature));
    expect(AdmissionError.WRONG_EPOCH, heartbeat(device.index(), epoch + 7, signature));
    expect(AdmissionError.BAD_HEARTBEAT_SIGNATURE, heartbeat(device.index(), epoch, forged));
    expect(AdmissionError.BAD_HEARTBEAT_SIGNATURE, heartbeat(device.index(), epoch, new byte[192]));

    byte[] bits = new byte[committeeSize / 8];
    bits[slot >>> 3] |= (byte) (0x80 >>> (slot & 7));
    expect(AdmissionError.BAD_HEARTBEAT_SIGNATURE, part(bob, bob, epoch, committee, bits, forged));
    expect(AdmissionError.NOT_THE_SIGNER, part(bob, alice, epoch, committee, bits, signature));
    expect(
        dev.sluice.primitives.transaction.Refusal.UNKNOWN_COMMITTEE,
        part(bob, bob, epoch, 4_000_000, bits, signature));
    byte[] beyond = bits.clone();
    beyond[beyond.length - 1] |= 1;
    expect(
        dev.sluice.primitives.transaction.Refusal.SLOT_OUT_OF_RANGE,
        part(bob, bob, epoch, committee, beyond, signature));
    expect(
        dev.sluice.primitives.transaction.Refusal.NOBODY_PRESENT,
        part(bob, bob, epoch, committee, new byte[bits.length], signature));

    // An epoch later if this one is over meanwhile: a slow machine is no fault of the sequencer.
    Refusal first = heartbeat(device.index(), epoch, signature);
    if (first.getNumber() == AdmissionError.WRONG_EPOCH.number()) {
      beacon = openBeacon();
      epoch = beacon.getEpoch();
      signature =
          device.heartbeat(chain, epoch, Hash32.of(beacon.getBeacon().toByteArray())).toBytes();
      first = heartbeat(device.index(), epoch, signature);
    }
    assertEquals(0, first.getNumber(), first.toString());
    expect(AdmissionError.ALREADY_COUNTED, heartbeat(device.index(), epoch, signature));
    honest();
  }

  @Test
  void possessionProvenForSomebodyElse_isRefused_andTheHonestProviderRegisters() {
    refusesAck(
        dev.sluice.primitives.transaction.Refusal.BAD_POSSESSION_PROOF,
        alice.drafts().providerRegister(bob.address(), deviceKey(alice), terms(alice)));
    Device.register(alice, deviceKey(alice), terms(alice));
    honest();
  }

  private void refusesAck(
      dev.sluice.primitives.transaction.Refusal expected, dev.sluice.client.sdk.Draft draft) {
    refusesAck(alice, expected, draft);
  }

  private static void refusesAck(
      Wallet wallet,
      dev.sluice.primitives.transaction.Refusal expected,
      dev.sluice.client.sdk.Draft draft) {
    Ack ack = wallet.submit(draft).answer().join();
    switch (ack) {
      case Ack.Refused refused ->
          assertEquals(
              expected.number() + " " + expected.name(), refused.number() + " " + refused.name());
      case Ack.Included included -> throw new AssertionError("taken: " + included);
    }
  }

  private Hash32 openJob(Device device, long deadline, long windowSeconds) {
    Confirmed opened =
        alice.send(
            alice
                .drafts()
                .jobOpen(
                    new JobTerms(
                        device.id(),
                        0,
                        Uint128.of(1_000_000_000_000L),
                        Hash32.ZERO,
                        deadline,
                        windowSeconds,
                        5_000)));
    return alice.idOpenedBy(opened.transaction());
  }

  @Test
  void jobsSettledTwiceOrLate_areRefusedByNumber() throws Exception {
    Device device = Device.register(bob, deviceKey(bob), terms(bob));
    long now = System.currentTimeMillis() / 1_000;
    long window = client.chain().protectiveDelaySeconds();
    Hash32 accepted = openJob(device, now + 3_600, 3_600);
    Hash32 late = openJob(device, now + 3_600, window);
    Hash32 expired = openJob(device, client.status().getClock() + 2, window);

    var notDone = dev.sluice.primitives.transaction.Refusal.JOB_NOT_DONE;
    refusesAck(notDone, alice.drafts().jobVerdict(accepted, Verdict.ACCEPT, 0));
    Hash32 result = new Hash32(1, 2, 3, 4);
    bob.send(bob.drafts().jobResult(accepted, 0, result));
    bob.send(bob.drafts().jobResult(late, 0, result));
    alice.send(alice.drafts().jobVerdict(accepted, Verdict.ACCEPT, 0));
    refusesAck(notDone, alice.drafts().jobVerdict(accepted, Verdict.ACCEPT, 0));
    refusesAck(notDone, alice.drafts().jobVerdict(accepted, Verdict.REFUSE, 1));
    refusesAck(
        bob,
        dev.sluice.primitives.transaction.Refusal.JOB_NOT_OPEN,
        bob.drafts().jobResult(accepted, 0, result));

    long windowEnd = client.job(late).orElseThrow().windowEnd();
    RealStack.await(
        "the end of the window",
        () -> {
          honest();
          return client.status().getClock() > windowEnd;
        });
    refusesAck(
        dev.sluice.primitives.transaction.Refusal.WINDOW_PASSED,
        alice.drafts().jobVerdict(late, Verdict.REFUSE, 1));
    refusesAck(
        bob,
        dev.sluice.primitives.transaction.Refusal.DEADLINE_PASSED,
        bob.drafts().jobResult(expired, 0, result));
    alice.send(alice.drafts().jobVerdict(late, Verdict.ACCEPT, 0));
    honest();
  }
}
