package dev.sluice.sequencer;

import dev.sluice.primitives.block.BlockCommitment;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.sequencer.admission.CoreExecutor;
import dev.sluice.sequencer.admission.FrameVerifier;
import dev.sluice.sequencer.admission.TransactionVerifier;
import dev.sluice.sequencer.confirmation.FrameReply;
import dev.sluice.sequencer.confirmation.HeadSigner;
import dev.sluice.sequencer.deposit.InboxQueue;
import dev.sluice.sequencer.deposit.L1Follower;
import dev.sluice.sequencer.deposit.L1Source;
import dev.sluice.sequencer.deposit.L1View;
import dev.sluice.sequencer.feed.BlockFeed;
import dev.sluice.sequencer.heartbeat.EpochClock;
import dev.sluice.sequencer.heartbeat.HeartbeatCollector;
import dev.sluice.sequencer.heartbeat.HeartbeatJournal;
import dev.sluice.sequencer.heartbeat.HeartbeatRecorder;
import dev.sluice.sequencer.heartbeat.StoredProviders;
import dev.sluice.sequencer.ordering.BlockInputs;
import dev.sluice.sequencer.pool.RecentRefusals;
import dev.sluice.sequencer.pool.TransactionPool;
import dev.sluice.sequencer.production.DurableGroup;
import dev.sluice.sequencer.production.ExecutorChain;
import dev.sluice.sequencer.production.Producer;
import dev.sluice.sequencer.production.ProductionLoop;
import dev.sluice.sequencer.production.ReplayedRows;
import dev.sluice.sequencer.query.ChainReader;
import dev.sluice.sequencer.query.IdDirectory;
import dev.sluice.sequencer.query.WithdrawalProofs;
import dev.sluice.sequencer.relay.ClaimDesk;
import dev.sluice.sequencer.relay.Relay;
import dev.sluice.sequencer.relay.SignedVoucher;
import dev.sluice.sequencer.relay.StatePromiseStore;
import dev.sluice.sequencer.relay.StoredChannels;
import dev.sluice.sequencer.relay.Tick;
import dev.sluice.state.chain.BlockLog;
import dev.sluice.state.execution.BlockExecutor;
import dev.sluice.state.execution.ChainRecovery;
import dev.sluice.state.store.StateStore;
import dev.sluice.state.store.StateStore.ConfirmedHeads;
import dev.sluice.state.store.StateStoreException;
import dev.sluice.state.store.StoreWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * One sequencer, built and running. The store, the log and the journal belong to the caller, who
 * closes them after {@link #stop}.
 *
 * <p>Recovery happens in the constructor: whoever has the object has a chain that continues where
 * it stopped.
 */
public final class Sequencer {
  private static final System.Logger LOG = System.getLogger(Sequencer.class.getName());
  private static final int REFUSALS_MAX = 65_536;

  private final Genesis genesis;
  private final SequencerSettings settings;
  private final TypedData typedData;
  private final StateStore store;
  private final ExecutorService coreThreads;
  private final ExecutorService answerThread;
  private final ExecutorService background;
  private final ScheduledExecutorService timer;
  private final StoreWriter writer;
  private final HeadSigner signer;
  private final TransactionPool pool;
  private final RecentRefusals refusals;
  private final FrameVerifier verifier;
  private final InboxQueue inbox;
  private final L1View l1;
  private final L1Follower follower;
  private final BlockInputs inputs;
  private final BlockFeed feed;
  private final ChainReader reader;
  private final IdDirectory ids;
  private final WithdrawalProofs withdrawals;
  private final StoredChannels channels;
  private final Relay<SignedVoucher> vouchers;
  private final Relay<Tick> ticks;
  private final ClaimDesk claims;
  private final HeartbeatCollector heartbeats;
  private final HeartbeatRecorder recorder;
  private final ProductionLoop production;

  /**
   * What a sequencer stands on.
   *
   * @param heartbeats where counted heartbeats are kept until they are recorded
   * @param seconds the wall clock
   * @param random unpredictable; safe for many threads
   */
  public record Ground(
      Genesis genesis,
      TypedData typedData,
      PrivateKey key,
      StateStore store,
      BlockLog log,
      HeartbeatJournal heartbeats,
      L1Source l1,
      NodeHasher hasher,
      LongSupplier seconds,
      RandomGenerator random) {}

  /**
   * Recovers the chain and builds everything; nothing runs before {@link #start}.
   *
   * @throws ChainRecovery.Inconsistent if store and log do not lead to one chain
   */
  public Sequencer(Ground ground, SequencerSettings settings) throws IOException {
    this.genesis = ground.genesis();
    this.settings = settings;
    this.typedData = ground.typedData();
    this.store = ground.store();
    BlockExecutor executor =
        ChainRecovery.recover(
            genesis,
            typedData,
            ground.hasher(),
            store,
            ground.log(),
            new ReplayedRows(genesis, ground.hasher(), store));
    requireGenesis();
    long head = executor.ledger().meta().blockNumber();
    LOG.log(Level.INFO, "recovered the chain up to block {0}", head);
    int cores = Runtime.getRuntime().availableProcessors();
    this.coreThreads =
        Executors.newFixedThreadPool(
            cores, Thread.ofPlatform().name("core-", 0).daemon().factory());
    CoreExecutor coreExecutor = new CoreExecutor(coreThreads);
    this.answerThread =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().name("answers").daemon().factory());
    this.background = Executors.newVirtualThreadPerTaskExecutor();
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("timer").daemon().factory());
    this.writer =
        new StoreWriter(store, settings.storeQueueMax(), synced -> dropLog(ground.log(), synced));
    this.signer = new HeadSigner(typedData, ground.key(), settings.postWithinSeconds());
    this.pool = new TransactionPool(settings.poolTransactionsMax(), settings.accountPendingMax());
    this.refusals = new RecentRefusals(REFUSALS_MAX);
    this.verifier = new FrameVerifier(new TransactionVerifier(typedData), coreExecutor);
    this.inbox = new InboxQueue(executor.ledger().meta().inboxPosition());
    this.l1 = new L1View(genesis.challengeWindow());
    this.follower = new L1Follower(ground.l1(), inbox, l1, settings.l1PollMillis(), pool::nudge);
    this.inputs = new BlockInputs(inbox, pool);
    AtomicReference<BlockFeed> fed = new AtomicReference<>();
    this.reader =
        new ChainReader(store, writer, genesis, () -> fed.get() == null ? head : fed.get().head());
    this.feed = new BlockFeed(reader, head, settings.ringBlocks());
    fed.set(feed);
    this.ids = new IdDirectory(store);
    this.withdrawals = new WithdrawalProofs(reader, l1);
    this.channels = new StoredChannels(reader);
    this.vouchers =
        Relay.ofVouchers(
            coreExecutor,
            typedData,
            channels,
            StatePromiseStore.ofVouchers(store),
            settings.payeeStreamsMax());
    this.ticks =
        Relay.ofTicks(
            coreExecutor, channels, StatePromiseStore.ofTicks(store), settings.payeeStreamsMax());
    this.claims = new ClaimDesk(vouchers, ticks, channels, genesis, this::submitClaims, background);
    EpochClock epochs =
        new EpochClock(genesis.genesisTime(), genesis.epochSeconds(), genesis.graceSeconds());
    LongSupplier seconds = ground.seconds();
    StoredProviders providers = new StoredProviders(reader, store, genesis);
    this.heartbeats =
        new HeartbeatCollector(
            coreExecutor,
            typedData,
            providers,
            signer,
            epochs,
            genesis.committeeSize(),
            ground.heartbeats(),
            seconds,
            ground.random());
    this.recorder =
        new HeartbeatRecorder(
            heartbeats, providers, inputs, epochs, genesis.committeeSizeLog2(), seconds);
    Producer producer =
        new Producer(
            new ExecutorChain(executor, ground.log(), writer),
            inputs,
            signer,
            refusals,
            List.<DurableGroup.Listener>of(ids, feed, claims),
            answerThread,
            settings.groupBlocksMax());
    this.production =
        new ProductionLoop(
            producer,
            inputs,
            pool,
            () -> blockClock(seconds.getAsLong()),
            failure -> LOG.log(Level.ERROR, "the chain stands still", failure));
    loadPromises();
    heartbeats.restore();
  }

  private void requireGenesis() throws IOException {
    byte[] stored = store.block(0).orElseThrow(() -> new IOException("the store has no genesis"));
    if (!Arrays.equals(stored, genesis.encode())) {
      throw new IOException(
          "the data directory holds another chain: its genesis hashes to "
              + Keccak256.hash32(stored)
              + ", the configured one to "
              + genesis.hash());
    }
  }

  private void submitClaims(List<byte[]> wires, FrameReply reply) {
    var unused =
        verifier
            .verify(wires)
            .thenAccept(admissions -> pool.offer(admissions, reply))
            .exceptionally(
                failure -> {
                  LOG.log(Level.ERROR, "claims could not be submitted", failure);
                  return null;
                });
  }

  private static void dropLog(BlockLog log, long synced) {
    try {
      log.dropBefore(synced);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long blockClock(long now) {
    long l1Time = l1.latestTimestamp();
    return l1Time == 0 ? now : Math.min(now, l1Time + settings.clockAheadSecondsMax());
  }

  private void loadPromises() {
    store.forEachLeaf(
        LeafType.CHANNEL.number(),
        (index, bytes) -> {
          Leaf leaf =
              Leaf.decode(LeafType.CHANNEL.key(index), bytes, genesis.committeeSizeLog2())
                  .orElseThrow();
          if (leaf instanceof Leaf.Channel channel && channel.state() != Leaf.Channel.CLOSED) {
            vouchers.load(StoredChannels.terms(index, channel));
            ticks.load(StoredChannels.terms(index, channel));
          }
        });
  }

  /** Starts following L1 and producing blocks. */
  public void start() {
    follower.start();
    production.start();
    var unusedTick = timer.scheduleWithFixedDelay(this::tick, 500, 500, TimeUnit.MILLISECONDS);
    var unusedSweep =
        timer.scheduleWithFixedDelay(
            () -> guarded("the sweep of claims", claims::sweep),
            settings.claimIntervalSeconds(),
            settings.claimIntervalSeconds(),
            TimeUnit.SECONDS);
  }

  private void tick() {
    guarded("heartbeat records", recorder::tick);
    guarded(
        "confirmed heads",
        () -> {
          ConfirmedHeads heads = l1Heads();
          if (!heads.equals(store.confirmedHeads())) {
            store.putConfirmedHeads(heads);
          }
        });
  }

  private static void guarded(String what, Runnable task) {
    try {
      task.run();
    } catch (StateStoreException.DiskFull e) {
      // Production says so, once.
      LOG.log(Level.DEBUG, "{0} waits for room on the disk", what);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, what + " failed; it is tried again", e);
    }
  }

  /**
   * Refuses new transactions, finishes what waits, stops every thread. The store has every block on
   * return.
   */
  public void stop() throws InterruptedException {
    timer.shutdownNow();
    follower.stop();
    production.stop();
    answerThread.shutdown();
    answerThread.awaitTermination(10, TimeUnit.SECONDS);
    background.shutdown();
    background.awaitTermination(10, TimeUnit.SECONDS);
    writer.close();
    coreThreads.shutdown();
    LOG.log(Level.INFO, "stopped at block {0}", feed.head());
  }

  /**
   * Safe and finalized head by L1; what was known before the last stop while L1 has not answered.
   */
  public ConfirmedHeads l1Heads() {
    if (!l1.wasReached()) {
      return store.confirmedHeads();
    }
    long safe = Math.min(l1.safeHead(), feed.head());
    return new ConfirmedHeads(safe, Math.min(l1.finalizedHead(), safe));
  }

  /** Why blocks cannot be made durable now; empty if they can. */
  public String productionProblem() {
    return production.problem();
  }

  /** The commitment of the unsafe head, if there is a block. */
  public Optional<BlockCommitment> headCommitment() {
    return feed.block(feed.head()).map(fedBlock -> fedBlock.block().commitment());
  }

  public Genesis genesis() {
    return genesis;
  }

  public SequencerSettings settings() {
    return settings;
  }

  public TypedData typedData() {
    return typedData;
  }

  public HeadSigner signer() {
    return signer;
  }

  public TransactionPool pool() {
    return pool;
  }

  public RecentRefusals refusals() {
    return refusals;
  }

  public FrameVerifier verifier() {
    return verifier;
  }

  public L1View l1() {
    return l1;
  }

  public BlockFeed feed() {
    return feed;
  }

  public ChainReader reader() {
    return reader;
  }

  public IdDirectory ids() {
    return ids;
  }

  public WithdrawalProofs withdrawals() {
    return withdrawals;
  }

  public StoredChannels channels() {
    return channels;
  }

  public Relay<SignedVoucher> vouchers() {
    return vouchers;
  }

  public Relay<Tick> ticks() {
    return ticks;
  }

  public ClaimDesk claims() {
    return claims;
  }

  public HeartbeatCollector heartbeats() {
    return heartbeats;
  }

  public HeartbeatRecorder recorder() {
    return recorder;
  }
}
