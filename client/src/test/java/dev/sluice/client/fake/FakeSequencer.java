package dev.sluice.client.fake;

import com.google.protobuf.ByteString;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.transaction.AdmissionError;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.typeddata.SignedStatement;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.Account;
import dev.sluice.proto.v1.AccountAnswer;
import dev.sluice.proto.v1.AccountRequest;
import dev.sluice.proto.v1.AckFrame;
import dev.sluice.proto.v1.BeaconAnswer;
import dev.sluice.proto.v1.BeaconRequest;
import dev.sluice.proto.v1.ChainHeads;
import dev.sluice.proto.v1.ChainInfoAnswer;
import dev.sluice.proto.v1.ChainInfoRequest;
import dev.sluice.proto.v1.ChannelAnswer;
import dev.sluice.proto.v1.ChannelRequest;
import dev.sluice.proto.v1.ChannelState;
import dev.sluice.proto.v1.HeadsRequest;
import dev.sluice.proto.v1.Heartbeat;
import dev.sluice.proto.v1.HeartbeatAckFrame;
import dev.sluice.proto.v1.HeartbeatFrame;
import dev.sluice.proto.v1.HeartbeatReceipt;
import dev.sluice.proto.v1.HeartbeatResult;
import dev.sluice.proto.v1.HeartbeatsGrpc;
import dev.sluice.proto.v1.Inclusion;
import dev.sluice.proto.v1.QueryGrpc;
import dev.sluice.proto.v1.Receipt;
import dev.sluice.proto.v1.ReceiveRequest;
import dev.sluice.proto.v1.Refusal;
import dev.sluice.proto.v1.SubmissionGrpc;
import dev.sluice.proto.v1.SubmitFrame;
import dev.sluice.proto.v1.SubmitOneAnswer;
import dev.sluice.proto.v1.SubmitOneRequest;
import dev.sluice.proto.v1.TransactionAnswer;
import dev.sluice.proto.v1.TransactionRequest;
import dev.sluice.proto.v1.TransactionResult;
import dev.sluice.proto.v1.Voucher;
import dev.sluice.proto.v1.VoucherAckFrame;
import dev.sluice.proto.v1.VoucherDelivery;
import dev.sluice.proto.v1.VoucherFrame;
import dev.sluice.proto.v1.VoucherRefusal;
import dev.sluice.proto.v1.VouchersGrpc;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The sequencer; one lock for everything. */
public final class FakeSequencer implements AutoCloseable {
  /**
   * Its own key; the provider id that its receipts name is the provider's index in the last four
   * bytes.
   */
  public static final PrivateKey KEY = FakeChain.key(200);

  private static final class Holder {
    final Address owner;
    long nonce;
    Uint128 balance = Uint128.ZERO;

    Holder(Address owner) {
      this.owner = owner;
    }
  }

  private static final class Channel {
    final Hash32 id;
    final long payer;
    final long payee;
    final Transaction.ChannelOpen terms;
    Uint128 claimed = Uint128.ZERO;
    @Nullable Voucher best;

    Channel(Hash32 id, long payer, long payee, Transaction.ChannelOpen terms) {
      this.id = id;
      this.payer = payer;
      this.payee = payee;
      this.terms = terms;
    }
  }

  private final FakeChain chain = new FakeChain(KEY);
  private final List<Holder> accounts = new ArrayList<>();
  private final List<Channel> channels = new ArrayList<>();
  private final Map<Hash32, TransactionAnswer> transactions = new HashMap<>();
  private final List<StreamObserver<VoucherDelivery>> receivers = new ArrayList<>();
  private final Server server;
  private final String target;
  private UnaryOperator<AckFrame> tamper = UnaryOperator.identity();
  private UnaryOperator<HeartbeatReceipt> tamperReceipt = UnaryOperator.identity();
  private UnaryOperator<Voucher> tamperVoucher = UnaryOperator.identity();
  private UnaryOperator<ChainInfoAnswer> tamperInfo = UnaryOperator.identity();
  private boolean hangUp;
  private int submitted;

  public FakeSequencer() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new Submission())
            .addService(new Query())
            .addService(new Vouchers())
            .addService(new Heartbeats())
            .build()
            .start();
    target = "127.0.0.1:" + server.getPort();
  }

  public String target() {
    return target;
  }

  /** Opens an account with this balance of token 0. */
  public synchronized long open(Address owner, Uint128 balance) {
    Holder holder = new Holder(owner);
    holder.balance = balance;
    accounts.add(holder);
    return accounts.size() - 1L;
  }

  public synchronized Uint128 balance(long account) {
    return accounts.get((int) account).balance;
  }

  /** Makes the account's nonce jump, as another process with the same key would. */
  public synchronized void skipNonces(long account, int count) {
    accounts.get((int) account).nonce += count;
  }

  /** How many transactions arrived. */
  public synchronized int submitted() {
    return submitted;
  }

  public synchronized void tamper(UnaryOperator<AckFrame> with) {
    tamper = with;
  }

  public synchronized void tamperReceipt(UnaryOperator<HeartbeatReceipt> with) {
    tamperReceipt = with;
  }

  public synchronized void tamperVoucher(UnaryOperator<Voucher> with) {
    tamperVoucher = with;
  }

  public synchronized void tamperInfo(UnaryOperator<ChainInfoAnswer> with) {
    tamperInfo = with;
  }

  /** Ends the next submission stream instead of answering. */
  public synchronized void hangUp() {
    hangUp = true;
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      if (!server.awaitTermination(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the fake sequencer does not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * One block for all that can be applied, and two empty ones behind it for the proof to climb
   * over.
   */
  private AckFrame answer(long frameId, List<ByteString> wires) {
    AckFrame.Builder answer = AckFrame.newBuilder().setFrameId(frameId).setComplete(true);
    List<EncodedTransaction> block = new ArrayList<>();
    List<Long> positions = new ArrayList<>();
    for (int i = 0; i < wires.size(); i++) {
      submitted++;
      TransactionResult.Builder result = TransactionResult.newBuilder().setIndex(i);
      byte[] wire = wires.get(i).toByteArray();
      SignedTransaction signed = WireCodec.decode(wire).toOptional().orElse(null);
      Outcome outcome = signed == null ? refused(AdmissionError.MALFORMED, null) : apply(signed);
      switch (outcome) {
        case Outcome.No no -> result.setRefused(no.refusal());
        case Outcome.Yes yes -> {
          EncodedTransaction encoded =
              EncodedTransaction.of(yes.posted(), FakeChain.GENESIS.committeeSizeLog2());
          result.setIncluded(
              Inclusion.newBuilder()
                  .setBlockNumber(chain.head() + 1)
                  .setPosition(block.size())
                  .setPosted(ProtoValues.wrap(encoded.posted().toArrayUnsafe())));
          positions.add((long) block.size());
          block.add(encoded);
        }
      }
      answer.addResults(result);
    }
    if (!block.isEmpty()) {
      long number = chain.head() + 1;
      answer.setConfirmation(chain.seal(block, positions, 2));
      for (int i = 0; i < wires.size(); i++) {
        remember(wires.get(i).toByteArray(), answer.getResults(i), number);
      }
    }
    return answer.build();
  }

  private void remember(byte[] wire, TransactionResult result, long number) {
    if (result.hasIncluded()) {
      Hash32 id = Keccak256.hash32(wire);
      Inclusion at = result.getIncluded();
      transactions.put(
          id,
          TransactionAnswer.newBuilder()
              .setId(ProtoValues.bytes(id))
              .setReceipt(
                  Receipt.newBuilder()
                      .setBlockNumber(number)
                      .setPosition(at.getPosition())
                      .setKind(at.getPosted().byteAt(0) >> 4)
                      .setPosted(at.getPosted()))
              .build());
    }
  }

  private sealed interface Outcome {
    record Yes(PostedTransaction posted) implements Outcome {}

    record No(Refusal refusal) implements Outcome {}
  }

  private static Outcome refused(AdmissionError error, @Nullable Long expectedNonce) {
    return new Outcome.No(refusal(error.number(), error.name(), expectedNonce));
  }

  private static Outcome refused(dev.sluice.primitives.transaction.Refusal reason) {
    return new Outcome.No(refusal(reason.number(), reason.name(), null));
  }

  private static Refusal refusal(int number, String name, @Nullable Long expectedNonce) {
    Refusal.Builder refusal =
        Refusal.newBuilder().setNumber(number).setName(name).setMessage("says the fake");
    if (expectedNonce != null) {
      refusal.setExpectedNonce(expectedNonce);
    }
    return refusal.build();
  }

  private Outcome apply(SignedTransaction signed) {
    if (signed.transaction() instanceof Transaction.VoucherClaim claim) {
      return claim(claim, signed);
    }
    if (!(signed.transaction() instanceof Transaction.WalletPaid paid)) {
      return refused(AdmissionError.UNKNOWN_KIND, null); // the fake has no rule for it
    }
    if (paid.account() >= accounts.size()) {
      return refused(dev.sluice.primitives.transaction.Refusal.UNKNOWN_ACCOUNT);
    }
    Holder from = accounts.get((int) paid.account());
    Hash32 digest = chain.typedData().digest(paid);
    if (Secp256k1.recoverAddress(digest, signed.signature().toBytes())
        .filter(from.owner::equals)
        .isEmpty()) {
      return refused(AdmissionError.NOT_THE_SIGNER, null);
    }
    if (paid.nonce() != from.nonce) {
      return refused(
          paid.nonce() < from.nonce ? AdmissionError.NONCE_TOO_LOW : AdmissionError.NONCE_TOO_HIGH,
          from.nonce);
    }
    Uint128 price = FakeChain.GENESIS.price(signed.kind(), 0);
    if (paid.maxFee().isLessThan(price)) {
      return refused(dev.sluice.primitives.transaction.Refusal.FEE_ABOVE_MAXIMUM);
    }
    Uint128 amount =
        switch (paid) {
          case Transaction.Transfer t -> t.amount();
          case Transaction.Withdraw t -> t.amount();
          case Transaction.ChannelOpen t -> t.deposit();
          case Transaction.ChannelCloseStart _,
              Transaction.ProviderRegister _,
              Transaction.ProviderUpdate _,
              Transaction.JobOpen _,
              Transaction.JobResult _,
              Transaction.JobReveal _ ->
              Uint128.ZERO;
        };
    if (from.balance.isLessThan(amount.plus(price))) {
      return refused(dev.sluice.primitives.transaction.Refusal.INSUFFICIENT_BALANCE);
    }
    Uint128 maxFee = PostedTransaction.postedMaxFee(paid.maxFee(), price);
    PostedTransaction posted =
        switch (paid) {
          case Transaction.Transfer t ->
              new PostedTransaction.Transfer(
                  t.account(),
                  recipient(t.to()),
                  t.token(),
                  t.amount(),
                  maxFee,
                  signed.signature());
          case Transaction.Withdraw t ->
              new PostedTransaction.Withdraw(
                  t.account(),
                  t.to().equals(from.owner) ? null : t.to(),
                  t.token(),
                  t.amount(),
                  maxFee,
                  signed.signature());
          case Transaction.ChannelOpen t ->
              new PostedTransaction.ChannelOpen(
                  t.account(),
                  recipient(t.payee()),
                  t.token(),
                  t.deposit(),
                  t.meter(),
                  null,
                  t.meterRate(),
                  t.closeDelay(),
                  maxFee,
                  signed.signature());
          case Transaction.ChannelCloseStart t ->
              new PostedTransaction.ChannelCloseStart(
                  channelIndex(t.channel()), false, maxFee, signed.signature());
          case Transaction.ProviderRegister t ->
              new PostedTransaction.ProviderRegister(
                  t.account(),
                  recipient(t.payout()),
                  t.deviceClass(),
                  t.capabilities(),
                  t.cell(),
                  t.token(),
                  t.price(),
                  t.deviceKey(),
                  t.possession(),
                  maxFee,
                  signed.signature());
          case Transaction.ProviderUpdate t ->
              new PostedTransaction.ProviderUpdate(
                  0,
                  recipient(t.payout()),
                  t.cell(),
                  t.price(),
                  t.endpointHash(),
                  t.retire(),
                  maxFee,
                  signed.signature());
          case Transaction.JobOpen t ->
              new PostedTransaction.JobOpen(
                  t.account(),
                  Collections.nCopies(t.providers().size(), 0L),
                  t.quorum(),
                  t.token(),
                  t.escrow(),
                  t.mode(),
                  t.specHash(),
                  t.expected(),
                  t.deadline(),
                  t.window(),
                  t.refusalBps(),
                  maxFee,
                  signed.signature());
          case Transaction.JobResult t ->
              new PostedTransaction.JobResult(
                  0, t.member(), t.resultHash(), maxFee, signed.signature());
          case Transaction.JobReveal t ->
              new PostedTransaction.JobReveal(
                  0, t.member(), t.resultHash(), t.salt(), maxFee, signed.signature());
        };
    from.balance = from.balance.minus(amount.plus(price));
    if (paid instanceof Transaction.Transfer t) {
      Holder to = accounts.get((int) account(t.to()));
      to.balance = to.balance.plus(t.amount());
    }
    if (paid instanceof Transaction.ChannelOpen t) {
      Hash32 id = Ids.of(from.owner, chain.typedData().digest(t));
      channels.add(new Channel(id, t.account(), account(t.payee()), t));
    }
    from.nonce++;
    return new Outcome.Yes(posted);
  }

  private Outcome claim(Transaction.VoucherClaim claim, SignedTransaction signed) {
    long index = channelIndex(claim.channel());
    if (index < 0) {
      return refused(dev.sluice.primitives.transaction.Refusal.UNKNOWN_CHANNEL);
    }
    Channel channel = channels.get((int) index);
    Uint128 price = FakeChain.GENESIS.price(TransactionKind.CHANNEL_CLAIM, 0);
    Holder payee = accounts.get((int) channel.payee);
    payee.balance = payee.balance.plus(claim.amount().minus(channel.claimed).minus(price));
    channel.claimed = claim.amount();
    return new Outcome.Yes(
        new PostedTransaction.VoucherClaim(index, claim.amount(), signed.signature()));
  }

  /** The account of an address, opened if there is none; only after its posted form was made. */
  private long account(Address owner) {
    for (int i = 0; i < accounts.size(); i++) {
      if (accounts.get(i).owner.equals(owner)) {
        return i;
      }
    }
    return open(owner, Uint128.ZERO);
  }

  private Recipient recipient(Address owner) {
    for (int i = 0; i < accounts.size(); i++) {
      if (accounts.get(i).owner.equals(owner)) {
        return new Recipient.Existing(i);
      }
    }
    return new Recipient.Opened(owner);
  }

  private long channelIndex(Hash32 id) {
    for (int i = 0; i < channels.size(); i++) {
      if (channels.get(i).id.equals(id)) {
        return i;
      }
    }
    return -1;
  }

  private final class Submission extends SubmissionGrpc.SubmissionImplBase {
    @Override
    public StreamObserver<SubmitFrame> submit(StreamObserver<AckFrame> answers) {
      return new Requests<>(answers) {
        @Override
        public void onNext(SubmitFrame frame) {
          synchronized (FakeSequencer.this) {
            if (hangUp) {
              hangUp = false;
              answers.onError(Status.UNAVAILABLE.asRuntimeException());
            } else {
              answers.onNext(tamper.apply(answer(frame.getFrameId(), frame.getTransactionsList())));
            }
          }
        }
      };
    }

    @Override
    public void submitOne(SubmitOneRequest request, StreamObserver<SubmitOneAnswer> answers) {
      synchronized (FakeSequencer.this) {
        AckFrame frame = tamper.apply(answer(0, List.of(request.getTransaction())));
        answers.onNext(
            SubmitOneAnswer.newBuilder()
                .setResult(frame.getResults(0))
                .setConfirmation(frame.getConfirmation())
                .build());
        answers.onCompleted();
      }
    }
  }

  private final class Query extends QueryGrpc.QueryImplBase {
    @Override
    public void chainInfo(ChainInfoRequest request, StreamObserver<ChainInfoAnswer> answers) {
      synchronized (FakeSequencer.this) {
        one(answers, tamperInfo.apply(chain.info()));
      }
    }

    @Override
    public void heads(HeadsRequest request, StreamObserver<ChainHeads> answers) {
      synchronized (FakeSequencer.this) {
        one(answers, ChainHeads.newBuilder().setUnsafe(chain.head()).build());
      }
    }

    @Override
    public void account(AccountRequest request, StreamObserver<AccountAnswer> answers) {
      synchronized (FakeSequencer.this) {
        AccountAnswer.Builder answer = AccountAnswer.newBuilder();
        for (int i = 0; i < accounts.size(); i++) {
          Holder holder = accounts.get(i);
          boolean asked =
              request.hasIndex()
                  ? request.getIndex() == i
                  : request.getOwner().equals(ProtoValues.bytes(holder.owner));
          if (asked) {
            Account.Builder account =
                Account.newBuilder()
                    .setIndex(i)
                    .setOwner(ProtoValues.bytes(holder.owner))
                    .setNonce(holder.nonce)
                    .setNextNonce(holder.nonce)
                    .addBalances(ProtoValues.bytes(holder.balance));
            for (int token = 1; token < Transaction.TOKENS; token++) {
              account.addBalances(ProtoValues.bytes(Uint128.ZERO));
            }
            answer.addAccounts(account);
          }
        }
        one(answers, answer.build());
      }
    }

    @Override
    public void channel(ChannelRequest request, StreamObserver<ChannelAnswer> answers) {
      synchronized (FakeSequencer.this) {
        long index =
            request.hasId()
                ? channelIndex(ProtoValues.hash32(request.getId()).orElseThrow())
                : Math.min(request.getIndex(), channels.size()) == channels.size()
                    ? -1
                    : request.getIndex();
        if (index < 0) {
          answers.onError(Status.NOT_FOUND.asRuntimeException());
          return;
        }
        Channel channel = channels.get((int) index);
        ChannelAnswer.Builder answer =
            ChannelAnswer.newBuilder()
                .setIndex((int) index)
                .setId(ProtoValues.bytes(channel.id))
                .setPayer((int) channel.payer)
                .setPayee((int) channel.payee)
                .setMeter(channel.terms.meter())
                .setState(ChannelState.CHANNEL_STATE_OPEN)
                .setDeposit(ProtoValues.bytes(channel.terms.deposit()))
                .setClaimed(ProtoValues.bytes(channel.claimed))
                .setCloseDelay((int) channel.terms.closeDelay())
                .setMeterKey(ProtoValues.bytes(channel.terms.meterKey()))
                .setMeterRate(ProtoValues.bytes(channel.terms.meterRate()))
                .setEntitled(ProtoValues.bytes(channel.claimed));
        Voucher best = channel.best;
        if (best != null) {
          answer.setEntitled(best.getAmount()).setVoucherSignature(best.getSignature());
        }
        one(answers, answer.build());
      }
    }

    @Override
    public void transaction(TransactionRequest request, StreamObserver<TransactionAnswer> answers) {
      synchronized (FakeSequencer.this) {
        TransactionAnswer known =
            transactions.get(ProtoValues.hash32(request.getId()).orElseThrow());
        if (known == null) {
          answers.onError(Status.NOT_FOUND.asRuntimeException());
        } else {
          one(answers, known);
        }
      }
    }

    private <T> void one(StreamObserver<T> answers, T answer) {
      answers.onNext(answer);
      answers.onCompleted();
    }
  }

  private final class Vouchers extends VouchersGrpc.VouchersImplBase {
    @Override
    public StreamObserver<VoucherFrame> send(StreamObserver<VoucherAckFrame> answers) {
      return new Requests<>(answers) {
        @Override
        public void onNext(VoucherFrame frame) {
          synchronized (FakeSequencer.this) {
            VoucherAckFrame.Builder answer =
                VoucherAckFrame.newBuilder().setFrameId(frame.getFrameId());
            for (int i = 0; i < frame.getVouchersCount(); i++) {
              if (isHigher(frame.getVouchers(i))) {
                deliver(frame.getVouchers(i));
              } else {
                AdmissionError reason = AdmissionError.VOUCHER_NOT_INCREASING;
                answer.addRefused(
                    VoucherRefusal.newBuilder()
                        .setIndex(i)
                        .setRefusal(refusal(reason.number(), reason.name(), null)));
              }
            }
            answers.onNext(
                answer.setAccepted(frame.getVouchersCount() - answer.getRefusedCount()).build());
          }
        }
      };
    }

    private boolean isHigher(Voucher voucher) {
      Voucher best = channels.get(voucher.getChannel()).best;
      return best == null || amount(best).isLessThan(amount(voucher));
    }

    private void deliver(Voucher voucher) {
      channels.get(voucher.getChannel()).best = voucher;
      receivers.forEach(receiver -> receiver.onNext(delivery(voucher)));
    }

    private VoucherDelivery delivery(Voucher voucher) {
      return VoucherDelivery.newBuilder()
          .addVouchers(tamperVoucher.apply(voucher))
          .setChannelIds(ProtoValues.bytes(channels.get(voucher.getChannel()).id))
          .build();
    }

    private static Uint128 amount(Voucher voucher) {
      return ProtoValues.uint128(voucher.getAmount()).orElseThrow();
    }

    @Override
    public void receive(ReceiveRequest request, StreamObserver<VoucherDelivery> answers) {
      synchronized (FakeSequencer.this) {
        receivers.add(answers);
        for (Channel channel : channels) {
          Voucher best = channel.best;
          if (best != null) {
            answers.onNext(delivery(best));
          }
        }
      }
    }
  }

  private final class Heartbeats extends HeartbeatsGrpc.HeartbeatsImplBase {
    @Override
    public StreamObserver<HeartbeatFrame> send(StreamObserver<HeartbeatAckFrame> answers) {
      return new Requests<>(answers) {
        @Override
        public void onNext(HeartbeatFrame frame) {
          synchronized (FakeSequencer.this) {
            HeartbeatAckFrame.Builder answer =
                HeartbeatAckFrame.newBuilder().setFrameId(frame.getFrameId());
            frame.getHeartbeatsList().forEach(beat -> answer.addResults(receipt(beat)));
            answers.onNext(answer.build());
          }
        }
      };
    }

    private HeartbeatResult receipt(Heartbeat beat) {
      Hash32 id = providerId(beat.getProvider());
      SignedStatement.HeartbeatReceipt statement =
          new SignedStatement.HeartbeatReceipt(
              id, beat.getEpoch(), FakeChain.GENESIS.genesisTime());
      HeartbeatReceipt receipt =
          HeartbeatReceipt.newBuilder()
              .setProviderId(ProtoValues.bytes(id))
              .setEpoch(beat.getEpoch())
              .setReceivedAt(statement.receivedAt())
              .setSignature(ProtoValues.bytes(chain.sign(statement)))
              .build();
      return HeartbeatResult.newBuilder().setReceipt(tamperReceipt.apply(receipt)).build();
    }

    @Override
    public void watchBeacons(BeaconRequest request, StreamObserver<BeaconAnswer> answers) {
      for (int epoch = 1; epoch <= 3; epoch++) {
        answers.onNext(
            BeaconAnswer.newBuilder()
                .setEpoch(epoch)
                .setBeacon(ProtoValues.bytes(providerId(epoch)))
                .build());
      }
    }
  }

  public static Hash32 providerId(int index) {
    return Hash32.fromHex("%064x".formatted(index));
  }

  private abstract static class Requests<T> implements StreamObserver<T> {
    private final StreamObserver<?> answers;

    Requests(StreamObserver<?> answers) {
      this.answers = answers;
    }

    @Override
    public void onError(Throwable gone) {
      // The client cancelled; nothing is kept for it.
    }

    @Override
    public void onCompleted() {
      answers.onCompleted();
    }
  }
}
