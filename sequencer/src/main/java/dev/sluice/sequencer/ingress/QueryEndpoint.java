package dev.sluice.sequencer.ingress;

import com.google.protobuf.ByteString;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.primitives.codec.ByteReader;
import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.ProtoBlocks;
import dev.sluice.proto.ProtoGenesis;
import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.Account;
import dev.sluice.proto.v1.AccountAnswer;
import dev.sluice.proto.v1.AccountRequest;
import dev.sluice.proto.v1.BatchAnswer;
import dev.sluice.proto.v1.BatchRequest;
import dev.sluice.proto.v1.BlockRequest;
import dev.sluice.proto.v1.ChainHeads;
import dev.sluice.proto.v1.ChainInfoAnswer;
import dev.sluice.proto.v1.ChainInfoRequest;
import dev.sluice.proto.v1.ChannelAnswer;
import dev.sluice.proto.v1.ChannelRequest;
import dev.sluice.proto.v1.ChannelState;
import dev.sluice.proto.v1.FeedBlock;
import dev.sluice.proto.v1.HeadsRequest;
import dev.sluice.proto.v1.HistoryEntry;
import dev.sluice.proto.v1.HistoryPage;
import dev.sluice.proto.v1.HistoryRequest;
import dev.sluice.proto.v1.JobAnswer;
import dev.sluice.proto.v1.JobMember;
import dev.sluice.proto.v1.JobMemberState;
import dev.sluice.proto.v1.JobQuorum;
import dev.sluice.proto.v1.JobRequest;
import dev.sluice.proto.v1.JobState;
import dev.sluice.proto.v1.KindPrice;
import dev.sluice.proto.v1.Limits;
import dev.sluice.proto.v1.MonthUptime;
import dev.sluice.proto.v1.Pending;
import dev.sluice.proto.v1.ProviderAnswer;
import dev.sluice.proto.v1.ProviderRequest;
import dev.sluice.proto.v1.QueryGrpc;
import dev.sluice.proto.v1.TransactionAnswer;
import dev.sluice.proto.v1.TransactionRequest;
import dev.sluice.proto.v1.WithdrawalProofAnswer;
import dev.sluice.proto.v1.WithdrawalProofRequest;
import dev.sluice.sequencer.Sequencer;
import dev.sluice.sequencer.admission.Rejection;
import dev.sluice.sequencer.feed.BlockFeed;
import dev.sluice.sequencer.query.WithdrawalProofs;
import dev.sluice.sequencer.relay.Channels;
import dev.sluice.sequencer.relay.Promise;
import dev.sluice.sequencer.relay.SignedVoucher;
import dev.sluice.sequencer.relay.StoredChannels;
import dev.sluice.sequencer.relay.Tick;
import dev.sluice.state.execution.Receipt;
import dev.sluice.state.store.StateStore.ConfirmedHeads;
import dev.sluice.state.store.StateStore.Location;
import dev.sluice.state.transition.Entitlement;
import dev.sluice.state.transition.TransitionOutcome;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;

/** {@code sluice.v1.Query}. */
@GrpcService
public class QueryEndpoint extends QueryGrpc.QueryImplBase {
  private static final int ACCOUNTS_MAX = 100;
  private static final int HISTORY_DEFAULT = 20;
  private static final int HISTORY_MAX = 100;
  private static final int CURSOR_BYTES = 12;

  private final Sequencer sequencer;
  private final ChainConfig chain;
  private final IngressLimits limits;
  private final ExecutorService threads;

  public QueryEndpoint(
      Sequencer sequencer, ChainConfig chain, IngressLimits limits, StreamThreads threads) {
    this.sequencer = sequencer;
    this.chain = chain;
    this.limits = limits;
    this.threads = threads.executor();
  }

  @Override
  public void chainInfo(ChainInfoRequest request, StreamObserver<ChainInfoAnswer> response) {
    Answering.answer(threads, response, this::chainInfo);
  }

  private ChainInfoAnswer chainInfo() {
    Genesis genesis = sequencer.genesis();
    Leaf.Meta meta = sequencer.reader().meta();
    Hash32 root =
        sequencer
            .feed()
            .block(meta.blockNumber())
            .map(fed -> fed.block().record().stateRoot())
            .orElse(chain.genesisRoot());
    ChainInfoAnswer.Builder answer =
        ChainInfoAnswer.newBuilder()
            .setChainId(chain.chainId())
            .setRollup(ProtoValues.bytes(chain.rollup()))
            .setInbox(ProtoValues.bytes(chain.inbox()))
            .setBridge(ProtoValues.bytes(chain.bridge()))
            .setChunkProver(ProtoValues.bytes(chain.chunkProver()))
            .setDomain(ProtoValues.bytes(sequencer.typedData().domainSeparator()))
            .setGenesis(ProtoGenesis.message(genesis))
            .setGenesisHash(ProtoValues.bytes(genesis.hash()))
            .setGenesisRoot(ProtoValues.bytes(chain.genesisRoot()))
            .setSequencer(ProtoValues.bytes(sequencer.signer().address()))
            .setHeads(heads())
            .setClock(meta.clock())
            .setLimits(
                Limits.newBuilder()
                    .setMessageBytesMax(limits.messageBytesMax())
                    .setFrameItemsMax(limits.frameItemsMax())
                    .setFramesInFlightMax(limits.framesInFlightMax())
                    .setPoolTransactionsMax(sequencer.settings().poolTransactionsMax())
                    .setAccountPendingMax(sequencer.settings().accountPendingMax())
                    .setStreamsMax(limits.streamsMax()))
            .setAccounts((int) meta.accounts())
            .setWithdrawals((int) meta.withdrawals())
            .setChannels((int) meta.channels())
            .setProviders((int) meta.providers())
            .setJobs((int) meta.jobs())
            .setQuorums((int) meta.quorums())
            .setStateRoot(ProtoValues.bytes(root));
    Leaf.Fees fees =
        sequencer
            .reader()
            .leaf(LeafType.META, Leaf.FEES_INDEX, Leaf.Fees.class)
            .orElseThrow(() -> new IllegalStateException("the store has no fees leaf"));
    for (int token = 0; token < Transaction.TOKENS; token++) {
      answer.addFeeBalances(ProtoValues.bytes(fees.balances().get(token)));
    }
    for (TransactionKind kind : TransactionKind.values()) {
      KindPrice.Builder price = KindPrice.newBuilder().setKind(kind.number());
      for (int token = 0; token < Transaction.TOKENS; token++) {
        price.addPrices(ProtoValues.bytes(genesis.price(kind, token)));
      }
      answer.addPrices(price);
    }
    return answer.build();
  }

  private ChainHeads heads() {
    ConfirmedHeads confirmed = sequencer.l1Heads();
    return ChainHeads.newBuilder()
        .setUnsafe(sequencer.feed().head())
        .setSafe(confirmed.safe())
        .setFinalized(confirmed.finalized())
        .build();
  }

  @Override
  public void heads(HeadsRequest request, StreamObserver<ChainHeads> response) {
    Answering.answer(threads, response, this::heads);
  }

  @Override
  public void account(AccountRequest request, StreamObserver<AccountAnswer> response) {
    Answering.answer(threads, response, () -> account(request));
  }

  private AccountAnswer account(AccountRequest request) {
    AccountAnswer.Builder answer = AccountAnswer.newBuilder().setAsOf(sequencer.reader().catchUp());
    switch (request.getByCase()) {
      case INDEX -> {
        long index = Integer.toUnsignedLong(request.getIndex());
        answer.addAccounts(account(index).orElseThrow(() -> Refusals.notFound("account " + index)));
      }
      case OWNER -> {
        Address owner =
            ProtoValues.address(request.getOwner())
                .orElseThrow(() -> Refusals.invalid("owner has 20 bytes"));
        for (int index : sequencer.reader().accounts(owner, ACCOUNTS_MAX)) {
          account(index).ifPresent(answer::addAccounts);
        }
      }
      case BY_NOT_SET -> throw Refusals.invalid("index or owner");
    }
    return answer.build();
  }

  private Optional<Account> account(long index) {
    // What waits is counted before the state is read, so that a transaction is never in neither.
    int pending = sequencer.pool().pending(index);
    return sequencer
        .reader()
        .leaf(LeafType.ACCOUNT, index, Leaf.Account.class)
        .map(
            leaf -> {
              Account.Builder account =
                  Account.newBuilder()
                      .setIndex((int) index)
                      .setOwner(ProtoValues.bytes(leaf.owner()))
                      .setNonce(leaf.nonce())
                      .setNextNonce(leaf.nonce() + pending);
              for (int token = 0; token < Transaction.TOKENS; token++) {
                account.addBalances(ProtoValues.bytes(leaf.balances().get(token)));
              }
              return account.build();
            });
  }

  private long index(LeafType type, boolean byIndex, int index, ByteString id) {
    if (byIndex) {
      return Integer.toUnsignedLong(index);
    }
    Hash32 hash =
        ProtoValues.hash32(id)
            .orElseThrow(() -> Refusals.invalid("an index, or an id of 32 bytes"));
    return sequencer
        .ids()
        .find(type, hash)
        .map(Integer::toUnsignedLong)
        .orElseThrow(() -> Refusals.notFound(type + " with id " + hash));
  }

  @Override
  public void channel(ChannelRequest request, StreamObserver<ChannelAnswer> response) {
    Answering.answer(threads, response, () -> channel(request));
  }

  private ChannelAnswer channel(ChannelRequest request) {
    long index = index(LeafType.CHANNEL, request.hasIndex(), request.getIndex(), request.getId());
    long asOf = sequencer.reader().catchUp();
    Leaf.Channel leaf =
        sequencer
            .reader()
            .leaf(LeafType.CHANNEL, index, Leaf.Channel.class)
            .orElseThrow(() -> Refusals.notFound("channel " + index));
    Channels.Terms terms = StoredChannels.terms(index, leaf);
    Optional<SignedVoucher> voucher =
        sequencer.vouchers().latest(terms).filter(each -> isUnclaimed(each, terms));
    Optional<Tick> tick = sequencer.ticks().latest(terms).filter(each -> isUnclaimed(each, terms));
    Uint128 entitled =
        voucher
            .<Promise>map(Function.identity())
            .or(() -> tick)
            .map(promise -> promise.total(terms))
            .orElseGet(() -> Entitlement.now(leaf, sequencer.reader().meta().clock()));
    ChannelAnswer.Builder answer =
        ChannelAnswer.newBuilder()
            .setIndex((int) index)
            .setId(ProtoValues.bytes(leaf.id()))
            .setPayer((int) leaf.payer())
            .setPayee((int) leaf.payee())
            .setToken(leaf.token())
            .setMeter(leaf.meter())
            .setState(ChannelState.forNumber(leaf.state()))
            .setDeposit(ProtoValues.bytes(leaf.deposit()))
            .setClaimed(ProtoValues.bytes(leaf.claimed()))
            .setCloseDelay((int) leaf.closeDelay())
            .setCloseAt(leaf.closeAt())
            .setMeterKey(ProtoValues.bytes(leaf.meterKey()))
            .setMeterRate(ProtoValues.bytes(leaf.meterRate()))
            .setEntitled(ProtoValues.bytes(entitled))
            .setAsOf(asOf);
    voucher.ifPresent(each -> answer.setVoucherSignature(ProtoValues.bytes(each.signature())));
    tick.ifPresent(each -> answer.setTick(ProtoValues.bytes(each.tick())));
    return answer.build();
  }

  private static boolean isUnclaimed(Promise promise, Channels.Terms terms) {
    return terms.claimed().isLessThan(promise.total(terms));
  }

  @Override
  public void provider(ProviderRequest request, StreamObserver<ProviderAnswer> response) {
    Answering.answer(threads, response, () -> provider(request));
  }

  private ProviderAnswer provider(ProviderRequest request) {
    long index = index(LeafType.PROVIDER, request.hasIndex(), request.getIndex(), request.getId());
    long asOf = sequencer.reader().catchUp();
    Leaf.Provider leaf =
        sequencer
            .reader()
            .leaf(LeafType.PROVIDER, index, Leaf.Provider.class)
            .orElseThrow(() -> Refusals.notFound("provider " + index));
    int size = sequencer.genesis().committeeSize();
    long committee = index / size;
    int slot = (int) (index % size);
    ProviderAnswer.Builder answer =
        ProviderAnswer.newBuilder()
            .setIndex((int) index)
            .setId(ProtoValues.bytes(leaf.id()))
            .setAccount((int) leaf.account())
            .setPayout((int) leaf.payout())
            .setDeviceClass(leaf.deviceClass())
            .setCapabilities(leaf.capabilities())
            .setCell(leaf.cell())
            .setToken(leaf.token())
            .setPrice(ProtoValues.bytes(leaf.price()))
            .setJoinedEpoch((int) leaf.joinedEpoch())
            .setRetired(leaf.isRetired())
            .setMovedMonthPlusOne((int) leaf.movedMonthPlusOne())
            .setEndpointHash(ProtoValues.bytes(leaf.endpointHash()))
            .setCommittee((int) committee)
            .setSlot(slot)
            .setAsOf(asOf);
    sequencer
        .reader()
        .deviceKeyHash(index)
        .ifPresent(hash -> answer.setKeyHash(ProtoValues.bytes(hash)));
    sequencer
        .reader()
        .stored(LeafType.COMMITTEE, committee, Leaf.Committee.class)
        .ifPresent(c -> answer.setLastRecordedEpochPlusOne((int) c.lastEpochPlusOne()));
    sequencer
        .reader()
        .stored(LeafType.COUNTERS, committee, Leaf.Counters.class)
        .ifPresent(
            c ->
                answer
                    .setMonth(uptime(c.month(), c.recorded(), c.missed(slot), c.excused(slot)))
                    .setPreviousMonth(
                        uptime(
                            Math.max(0, c.month() - 1),
                            c.previousRecorded(),
                            c.previousMissed(slot),
                            c.previousExcused(slot))));
    return answer.build();
  }

  private static MonthUptime uptime(long month, int recorded, int missed, int excused) {
    return MonthUptime.newBuilder()
        .setMonth((int) month)
        .setRecorded(recorded)
        .setMissed(missed)
        .setExcused(excused)
        .setUptime(Math.max(0, recorded - missed - excused))
        .build();
  }

  @Override
  public void job(JobRequest request, StreamObserver<JobAnswer> response) {
    Answering.answer(threads, response, () -> job(request));
  }

  private JobAnswer job(JobRequest request) {
    long index = index(LeafType.JOB, request.hasIndex(), request.getIndex(), request.getId());
    long asOf = sequencer.reader().catchUp();
    Leaf.Job leaf =
        sequencer
            .reader()
            .leaf(LeafType.JOB, index, Leaf.Job.class)
            .orElseThrow(() -> Refusals.notFound("job " + index));
    boolean quorum = leaf.mode() == Transaction.MODE_QUORUM;
    JobAnswer.Builder answer =
        JobAnswer.newBuilder()
            .setIndex((int) index)
            .setId(ProtoValues.bytes(leaf.id()))
            .setBuyer((int) leaf.buyer())
            .setProvider(quorum ? 0 : (int) leaf.provider())
            .setToken(leaf.token())
            .setMode(leaf.mode())
            .setState(JobState.forNumber(leaf.state()))
            .setEscrow(ProtoValues.bytes(leaf.escrow()))
            .setResultHash(ProtoValues.bytes(leaf.resultHash()))
            .setDeadline(leaf.deadline())
            .setWindowEnd(leaf.windowEnd())
            .setWindow((int) leaf.window())
            .setRefusalBps(leaf.refusalBps())
            .setReason(leaf.reason())
            .setAsOf(asOf);
    if (quorum) {
      sequencer
          .reader()
          .leaf(LeafType.QUORUM, leaf.provider(), Leaf.Quorum.class)
          .ifPresent(members -> answer.setQuorum(quorum(leaf.provider(), members)));
    }
    return answer.build();
  }

  private static JobQuorum quorum(long index, Leaf.Quorum leaf) {
    JobQuorum.Builder quorum = JobQuorum.newBuilder().setIndex((int) index).setK(leaf.k());
    for (Leaf.Quorum.Member member : leaf.members().subList(0, leaf.n())) {
      quorum.addMembers(
          JobMember.newBuilder()
              .setProvider((int) member.provider())
              .setPayout((int) member.payout())
              .setState(
                  switch (member.state()) {
                    case Leaf.Quorum.Member.AWAITED -> JobMemberState.JOB_MEMBER_STATE_AWAITED;
                    case Leaf.Quorum.Member.COMMITTED -> JobMemberState.JOB_MEMBER_STATE_COMMITTED;
                    case Leaf.Quorum.Member.REVEALED -> JobMemberState.JOB_MEMBER_STATE_REVEALED;
                    default ->
                        throw new IllegalStateException("a member in state " + member.state());
                  })
              .setHash(ProtoValues.bytes(member.hash())));
    }
    return quorum.build();
  }

  @Override
  public void transaction(TransactionRequest request, StreamObserver<TransactionAnswer> response) {
    Answering.answer(threads, response, () -> transaction(request));
  }

  private TransactionAnswer transaction(TransactionRequest request) {
    Hash32 id =
        ProtoValues.hash32(request.getId())
            .orElseThrow(() -> Refusals.invalid("an id has 32 bytes"));
    TransactionAnswer.Builder answer = TransactionAnswer.newBuilder().setId(ProtoValues.bytes(id));
    boolean pending = sequencer.pool().holds(id);
    Optional<Receipt> receipt = sequencer.reader().receipt(id);
    if (receipt.isPresent()) {
      return answer.setReceipt(receipt(receipt.get())).build();
    }
    if (pending) {
      return answer.setPending(Pending.getDefaultInstance()).build();
    }
    Rejection rejection =
        sequencer.refusals().find(id).orElseThrow(() -> Refusals.notFound("transaction " + id));
    return answer.setRefused(Refusals.message(rejection)).build();
  }

  private dev.sluice.proto.v1.Receipt receipt(Receipt receipt) {
    dev.sluice.proto.v1.Receipt.Builder message =
        dev.sluice.proto.v1.Receipt.newBuilder()
            .setBlockNumber(receipt.block())
            .setPosition(receipt.position())
            .setKind(receipt.kind())
            .setClock(receipt.clock());
    sequencer
        .feed()
        .block(receipt.block())
        .ifPresent(
            fed ->
                message.setPosted(
                    ProtoValues.wrap(
                        fed.block()
                            .record()
                            .block()
                            .transactions()
                            .get(receipt.position())
                            .posted()
                            .toArrayUnsafe())));
    switch (receipt.outcome()) {
      case TransitionOutcome.Applied applied -> {
        if (applied.opened() != TransitionOutcome.NOTHING) {
          message.setCreated((int) applied.opened());
        }
      }
      case TransitionOutcome.Rejected(var refusal) ->
          message.setRefused(Refusals.message(Rejection.of(refusal)));
    }
    return message.build();
  }

  @Override
  public void block(BlockRequest request, StreamObserver<FeedBlock> response) {
    Answering.answer(
        threads,
        response,
        () -> {
          BlockFeed.Fed fed =
              sequencer
                  .feed()
                  .block(request.getNumber())
                  .orElseThrow(() -> Refusals.notFound("block " + request.getNumber()));
          return FeedMessages.block(sequencer.feed(), fed);
        });
  }

  @Override
  public void batch(BatchRequest request, StreamObserver<BatchAnswer> response) {
    Answering.answer(threads, response, () -> batch(request));
  }

  private BatchAnswer batch(BatchRequest request) {
    Optional<dev.sluice.primitives.batch.BatchHeader> found =
        switch (request.getByCase()) {
          case NUMBER -> sequencer.l1().batch(request.getNumber());
          case BLOCK_NUMBER -> sequencer.l1().batchOfBlock(request.getBlockNumber());
          case BY_NOT_SET -> throw Refusals.invalid("number or block_number");
        };
    dev.sluice.primitives.batch.BatchHeader header =
        found.orElseThrow(() -> Refusals.notFound("no such batch on L1 (yet)"));
    return BatchAnswer.newBuilder()
        .setHeader(ProtoBlocks.header(header))
        .setHeaderHash(ProtoValues.bytes(header.hash()))
        .setFinalized(sequencer.l1().isFinal(header))
        .setFinalAt(sequencer.l1().finalAt(header))
        .build();
  }

  @Override
  public void history(HistoryRequest request, StreamObserver<HistoryPage> response) {
    Answering.answer(threads, response, () -> history(request));
  }

  private HistoryPage history(HistoryRequest request) {
    int limit = request.getLimit() == 0 ? HISTORY_DEFAULT : request.getLimit();
    if (limit < 1 || limit > HISTORY_MAX) {
      throw Refusals.invalid("limit 1 to " + HISTORY_MAX);
    }
    Location before = cursor(request.getCursor());
    List<Location> places = sequencer.reader().history(request.getAccount(), before, limit);
    HistoryPage.Builder page = HistoryPage.newBuilder();
    for (Location place : places) {
      Receipt receipt =
          sequencer
              .reader()
              .receipt(place)
              .orElseThrow(() -> new IllegalStateException("no receipt at " + place));
      page.addEntries(
          HistoryEntry.newBuilder()
              .setTransactionId(ProtoValues.bytes(receipt.id()))
              .setReceipt(receipt(receipt)));
    }
    if (places.size() == limit) {
      Location last = places.getLast();
      page.setNext(
          ProtoValues.wrap(
              new ByteWriter(CURSOR_BYTES)
                  .u64(last.block())
                  .u32(Integer.toUnsignedLong(last.ordinal()))
                  .toBytes()));
    }
    return page.build();
  }

  private static Location cursor(ByteString bytes) {
    if (bytes.isEmpty()) {
      return Location.LAST;
    }
    ByteReader in = new ByteReader(bytes.toByteArray());
    long block = in.u64();
    long ordinal = in.u32();
    if (in.hasFailed() || in.remaining() > 0 || block < 0 || ordinal > Integer.MAX_VALUE) {
      throw Refusals.invalid("a cursor is what a page gave as next");
    }
    return new Location(block, (int) ordinal);
  }

  @Override
  public void withdrawalProof(
      WithdrawalProofRequest request, StreamObserver<WithdrawalProofAnswer> response) {
    Answering.answer(threads, response, () -> withdrawalProof(request));
  }

  private WithdrawalProofAnswer withdrawalProof(WithdrawalProofRequest request) {
    long index = Integer.toUnsignedLong(request.getWithdrawal());
    Optional<Long> batch = request.hasBatch() ? Optional.of(request.getBatch()) : Optional.empty();
    return switch (sequencer.withdrawals().prove(index, batch)) {
      case WithdrawalProofs.Answer.Unknown _ -> throw Refusals.notFound("withdrawal " + index);
      case WithdrawalProofs.Answer.NotPosted(String why) ->
          throw Status.OUT_OF_RANGE.withDescription(why).asRuntimeException();
      case WithdrawalProofs.Answer.Proof(var leaf, MultiProof proof, var header) -> {
        WithdrawalProofAnswer.Builder answer =
            WithdrawalProofAnswer.newBuilder()
                .setWithdrawal((int) index)
                .setRecipient(ProtoValues.bytes(leaf.recipient()))
                .setToken(leaf.token())
                .setAmount(ProtoValues.bytes(leaf.amount()))
                .setMask(proof.positions().getFirst().mask())
                .setHeader(ProtoBlocks.header(header))
                .setFinalized(sequencer.l1().isFinal(header))
                .setFinalAt(sequencer.l1().finalAt(header));
        proof.siblings().forEach(sibling -> answer.addSiblings(ProtoValues.bytes(sibling)));
        yield answer.build();
      }
    };
  }
}
