package dev.sluice.client.sdk;

import com.google.protobuf.UnsafeByteOperations;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.AccountRequest;
import dev.sluice.proto.v1.BatchAnswer;
import dev.sluice.proto.v1.BatchRequest;
import dev.sluice.proto.v1.BeaconAnswer;
import dev.sluice.proto.v1.BeaconRequest;
import dev.sluice.proto.v1.ChainHeads;
import dev.sluice.proto.v1.ChainInfoAnswer;
import dev.sluice.proto.v1.ChainInfoRequest;
import dev.sluice.proto.v1.ChannelRequest;
import dev.sluice.proto.v1.HeadsRequest;
import dev.sluice.proto.v1.HeartbeatsGrpc;
import dev.sluice.proto.v1.JobRequest;
import dev.sluice.proto.v1.ProviderRequest;
import dev.sluice.proto.v1.QueryGrpc;
import dev.sluice.proto.v1.Receipt;
import dev.sluice.proto.v1.ReceiveRequest;
import dev.sluice.proto.v1.SubmissionGrpc;
import dev.sluice.proto.v1.SubmitOneAnswer;
import dev.sluice.proto.v1.SubmitOneRequest;
import dev.sluice.proto.v1.TickDelivery;
import dev.sluice.proto.v1.TickReceiveRequest;
import dev.sluice.proto.v1.TicksGrpc;
import dev.sluice.proto.v1.TransactionAnswer;
import dev.sluice.proto.v1.TransactionRequest;
import dev.sluice.proto.v1.VoucherDelivery;
import dev.sluice.proto.v1.VouchersGrpc;
import dev.sluice.proto.v1.WithdrawalProofAnswer;
import dev.sluice.proto.v1.WithdrawalProofRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one sequencer. Safe for many threads; calls block, and are meant for virtual
 * threads.
 *
 * <p>Every call throws {@link UnreachableException} when there is no answer in time.
 */
public final class SluiceClient implements AutoCloseable {
  /** A query is answered from memory or one read of the database. */
  private static final long QUERY_SECONDS_MAX = 15;

  /**
   * A submission is answered after its block is durable; blocks are sealed every 100 ms at the
   * latest.
   */
  private static final long SUBMISSION_SECONDS_MAX = 30;

  private static final long KEEP_ALIVE_SECONDS = 60;
  private static final long SHUTDOWN_SECONDS_MAX = 5;
  private static final String TLS_PREFIX = "https://";

  private final ManagedChannel channel;
  private final Chain chain;
  private final Object submissionsLock = new Object();
  private @Nullable SubmissionStream submissions;

  /**
   * Takes over a channel, asks for the chain and checks its domain.
   *
   * @throws ChainMismatchException if the domain is not that of the chain id and contract that the
   *     sequencer names
   */
  public SluiceClient(ManagedChannel channel) {
    this.channel = channel;
    this.chain = Chain.of(answered(() -> query().chainInfo(ChainInfoRequest.getDefaultInstance())));
  }

  /** Connects to {@code host:port}, or to {@code https://host:port} with TLS. */
  public static SluiceClient connect(String target) {
    boolean tls = target.startsWith(TLS_PREFIX);
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(tls ? target.substring(TLS_PREFIX.length()) : target)
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
    ManagedChannel channel =
        (tls ? builder.useTransportSecurity() : builder.usePlaintext()).build();
    try {
      return new SluiceClient(channel);
    } catch (SluiceException e) {
      channel.shutdownNow();
      throw e;
    }
  }

  /**
   * Connects, and refuses a sequencer of any other deployment.
   *
   * @throws ChainMismatchException if it serves another chain or contract
   */
  public static SluiceClient connect(String target, long chainId, Address rollup) {
    SluiceClient client = connect(target);
    try {
      client.chain().require(chainId, rollup);
      return client;
    } catch (SluiceException e) {
      client.close();
      throw e;
    }
  }

  /** What does not change: domain, addresses, prices, parameters. */
  public Chain chain() {
    return chain;
  }

  /** Genesis, heads, L2 clock, counts and limits as of now. */
  public ChainInfoAnswer status() {
    return answered(() -> query().chainInfo(ChainInfoRequest.getDefaultInstance()));
  }

  /** How far the chain is, in block numbers. */
  public ChainHeads heads() {
    return answered(() -> query().heads(HeadsRequest.getDefaultInstance()));
  }

  /** The account with this index. */
  public Optional<AccountView> account(long index) {
    return found(() -> query().account(AccountRequest.newBuilder().setIndex((int) index).build()))
        .filter(answer -> answer.getAccountsCount() > 0)
        .map(answer -> AccountView.of(answer.getAccounts(0)));
  }

  /**
   * All accounts of an address (the sequencer names at most 100), by ascending index; usually none
   * or one.
   */
  public List<AccountView> accounts(Address owner) {
    return answered(
            () ->
                query()
                    .account(
                        AccountRequest.newBuilder().setOwner(ProtoValues.bytes(owner)).build()))
        .getAccountsList()
        .stream()
        .map(AccountView::of)
        .toList();
  }

  /** The channel with this id. */
  public Optional<ChannelView> channel(Hash32 id) {
    return found(
            () -> query().channel(ChannelRequest.newBuilder().setId(ProtoValues.bytes(id)).build()))
        .map(ChannelView::of);
  }

  /** The channel with this index. */
  public Optional<ChannelView> channel(long index) {
    return found(() -> query().channel(ChannelRequest.newBuilder().setIndex((int) index).build()))
        .map(ChannelView::of);
  }

  /** The provider with this id. */
  public Optional<ProviderView> provider(Hash32 id) {
    return found(
            () ->
                query().provider(ProviderRequest.newBuilder().setId(ProtoValues.bytes(id)).build()))
        .map(ProviderView::of);
  }

  /** The provider with this index. */
  public Optional<ProviderView> provider(long index) {
    return found(() -> query().provider(ProviderRequest.newBuilder().setIndex((int) index).build()))
        .map(ProviderView::of);
  }

  /** The job with this id. */
  public Optional<JobView> job(Hash32 id) {
    return found(() -> query().job(JobRequest.newBuilder().setId(ProtoValues.bytes(id)).build()))
        .map(JobView::of);
  }

  /** The job with this index. */
  public Optional<JobView> job(long index) {
    return found(() -> query().job(JobRequest.newBuilder().setIndex((int) index).build()))
        .map(JobView::of);
  }

  /**
   * What became of a transaction; the id is {@code H(wire form)}, for a message from L1 the inbox
   * accumulator after it.
   */
  public TransactionStatus transaction(Hash32 id) {
    Optional<TransactionAnswer> answer =
        found(
            () ->
                query()
                    .transaction(
                        TransactionRequest.newBuilder().setId(ProtoValues.bytes(id)).build()));
    if (answer.isEmpty()) {
      return new TransactionStatus.Unknown();
    }
    return switch (answer.get().getStatusCase()) {
      case RECEIPT -> inBlock(answer.get().getReceipt());
      case PENDING -> new TransactionStatus.Waiting();
      case REFUSED ->
          new TransactionStatus.RefusedLately(Ack.Refused.of(answer.get().getRefused()));
      case STATUS_NOT_SET ->
          throw new DishonestSequencerException("a transaction without a status");
    };
  }

  private static TransactionStatus.InBlock inBlock(Receipt receipt) {
    return new TransactionStatus.InBlock(
        receipt.getBlockNumber(),
        receipt.getPosition(),
        receipt.getKind(),
        Bytes.wrap(receipt.getPosted().toByteArray()),
        receipt.getClock(),
        receipt.hasCreated()
            ? OptionalLong.of(ProtoFields.u32(receipt.getCreated()))
            : OptionalLong.empty(),
        receipt.hasRefused()
            ? Optional.of(Ack.Refused.of(receipt.getRefused()))
            : Optional.empty());
  }

  /** The batch that holds a block, or empty while it is not posted. */
  public Optional<BatchAnswer> batchOfBlock(long block) {
    return found(() -> query().batch(BatchRequest.newBuilder().setBlockNumber(block).build()));
  }

  /**
   * What the sequencer offers as proof of a withdrawal, unverified; empty while no posted batch has
   * it.
   */
  Optional<WithdrawalProofAnswer> withdrawalProof(long withdrawal) {
    return found(
        () ->
            query()
                .withdrawalProof(
                    WithdrawalProofRequest.newBuilder().setWithdrawal((int) withdrawal).build()));
  }

  /** The same against one batch; empty if that batch is not posted or does not have it. */
  Optional<WithdrawalProofAnswer> withdrawalProof(long withdrawal, long batch) {
    return found(
        () ->
            query()
                .withdrawalProof(
                    WithdrawalProofRequest.newBuilder()
                        .setWithdrawal((int) withdrawal)
                        .setBatch(batch)
                        .build()));
  }

  /**
   * Submits one transaction over a unary call and waits until its block is durable; verified as in
   * {@link SubmissionStream}.
   */
  public Ack submitOne(SignedTransaction signed) {
    SubmitOneRequest request =
        SubmitOneRequest.newBuilder()
            .setTransaction(UnsafeByteOperations.unsafeWrap(WireCodec.encode(signed)))
            .build();
    SubmitOneAnswer answer =
        answered(
            () ->
                SubmissionGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(SUBMISSION_SECONDS_MAX, TimeUnit.SECONDS)
                    .submitOne(request));
    return SubmissionStream.ack(answer.getResult(), answer.getConfirmation(), signed, chain);
  }

  /**
   * The stream that wallets of this client share; opened on first use, and again after it broke.
   */
  public SubmissionStream submissions() {
    synchronized (submissionsLock) {
      SubmissionStream open = submissions;
      if (open == null || !open.isOpen()) {
        open = openSubmissionStream(SubmissionStream.WINDOW_DEFAULT);
        submissions = open;
      }
      return open;
    }
  }

  /**
   * A stream of its own with room for {@code windowTransactions} without an answer; the caller
   * closes it.
   */
  public SubmissionStream openSubmissionStream(int windowTransactions) {
    return new SubmissionStream(SubmissionGrpc.newStub(channel), chain, windowTransactions);
  }

  /** A stream for vouchers of any number of channels; the caller closes it. */
  public VoucherStream openVoucherStream() {
    return new VoucherStream(VouchersGrpc.newStub(channel));
  }

  /** A stream for ticks of any number of channels; the caller closes it. */
  public TickStream openTickStream() {
    return new TickStream(TicksGrpc.newStub(channel));
  }

  /** A stream for heartbeats of any number of devices; the caller closes it. */
  public HeartbeatStream openHeartbeatStream() {
    return new HeartbeatStream(HeartbeatsGrpc.newStub(channel), chain);
  }

  Iterator<VoucherDelivery> receiveVouchers(ReceiveRequest request) {
    return VouchersGrpc.newBlockingStub(channel).receive(request);
  }

  Iterator<TickDelivery> receiveTicks(TickReceiveRequest request) {
    return TicksGrpc.newBlockingStub(channel).receive(request);
  }

  Iterator<BeaconAnswer> watchBeacons() {
    return HeartbeatsGrpc.newBlockingStub(channel).watchBeacons(BeaconRequest.getDefaultInstance());
  }

  /** The current heartbeat epoch and what to sign in it. */
  public BeaconAnswer beacon() {
    return answered(
        () ->
            HeartbeatsGrpc.newBlockingStub(channel)
                .withDeadlineAfter(QUERY_SECONDS_MAX, TimeUnit.SECONDS)
                .beacon(BeaconRequest.getDefaultInstance()));
  }

  /** The raw queries, each with a deadline, for what has no method here. */
  public QueryGrpc.QueryBlockingStub query() {
    return QueryGrpc.newBlockingStub(channel)
        .withDeadlineAfter(QUERY_SECONDS_MAX, TimeUnit.SECONDS);
  }

  /** Closes the shared stream after its answers came (at most 30 s), then the connection. */
  @Override
  public void close() {
    synchronized (submissionsLock) {
      if (submissions != null) {
        submissions.close();
      }
    }
    channel.shutdown();
    try {
      if (!channel.awaitTermination(SHUTDOWN_SECONDS_MAX, TimeUnit.SECONDS)) {
        channel.shutdownNow();
      }
    } catch (InterruptedException e) {
      channel.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private <T> T answered(Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      throw unreachable(e);
    }
  }

  private <T> Optional<T> found(Supplier<T> call) {
    try {
      return Optional.of(call.get());
    } catch (StatusRuntimeException e) {
      return switch (e.getStatus().getCode()) {
        case NOT_FOUND, OUT_OF_RANGE -> Optional.empty();
        default -> throw unreachable(e);
      };
    }
  }

  private UnreachableException unreachable(StatusRuntimeException cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String words = root == cause ? cause.getStatus().getDescription() : root.getMessage();
    return new UnreachableException(
        "the sequencer at "
            + channel.authority()
            + " gives no answer: "
            + cause.getStatus().getCode()
            + (words == null ? "" : " (" + words + ")"),
        "check that it runs (./sluice devnet starts one) and that the address is right (--sequencer)",
        cause);
  }
}
