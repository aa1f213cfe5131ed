package dev.sluice.sequencer.app;

import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Endpoint;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.l1.deployment.DevnetAccounts;
import dev.sluice.l1.reader.ReaderPolicy;
import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.sequencer.Sequencer;
import dev.sluice.sequencer.SequencerSettings;
import dev.sluice.sequencer.deposit.ReaderL1Source;
import dev.sluice.sequencer.feed.BlockFeed;
import dev.sluice.sequencer.heartbeat.HeartbeatCollector;
import dev.sluice.sequencer.heartbeat.HeartbeatJournal;
import dev.sluice.sequencer.ingress.IngressLimits;
import dev.sluice.sequencer.ingress.Intake;
import dev.sluice.sequencer.ingress.StreamGate;
import dev.sluice.sequencer.ingress.StreamThreads;
import dev.sluice.sequencer.relay.Channels;
import dev.sluice.sequencer.relay.ClaimDesk;
import dev.sluice.sequencer.relay.Relay;
import dev.sluice.sequencer.relay.SignedVoucher;
import dev.sluice.sequencer.relay.Tick;
import dev.sluice.state.chain.BlockLog;
import dev.sluice.state.chain.LogFile;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.store.StateStore;
import dev.sluice.state.store.rocksdb.RocksDbStateStore;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Builds the sequencer from the configuration, starts it with the application and stops it in the
 * reverse order.
 */
@ApplicationScoped
public class SequencerApplication {
  private static final long DEVELOPMENT_CHAIN = 31_337;
  private static final long CONFIRMATIONS_DEFAULT = 12;

  private final ChainConfig chain;
  private final L1Client l1;
  private final BlockLog log;
  private final HeartbeatJournal journal;
  private final StateStore store;
  private final Sequencer sequencer;
  private final StreamGate gate;
  private final ExecutorService streams = Executors.newVirtualThreadPerTaskExecutor();
  private final IngressLimits limits;

  /** Recovers the chain; fails, and with it the start, on anything that is not in order. */
  @Inject
  public SequencerApplication(SequencerConfig config) throws IOException {
    this.chain = ChainConfig.read(config.chainConfig());
    NodeHasher hasher = NodeHasher.fastest();
    Hash32 root = Ledger.genesis(chain.genesis(), hasher).root();
    if (!root.equals(chain.genesisRoot())) {
      throw new IOException(
          "the genesis state has root "
              + root
              + ", "
              + config.chainConfig()
              + " says "
              + chain.genesisRoot());
    }
    boolean development = chain.chainId() == DEVELOPMENT_CHAIN;
    PrivateKey key = key(config, development);
    this.l1 = new L1Client(L1Endpoint.at(config.l1Url()));
    Files.createDirectories(config.dataDirectory());
    this.log = BlockLog.open(config.dataDirectory().resolve("log"), 1);
    this.journal =
        HeartbeatJournal.open(config.dataDirectory().resolve("heartbeats"), LogFile::onDisk);
    this.store =
        new RocksDbStateStore(config.dataDirectory().resolve("store"), chain.genesis().hash());
    this.sequencer =
        new Sequencer(
            new Sequencer.Ground(
                chain.genesis(),
                new TypedData(chain.chainId(), chain.rollup()),
                key,
                store,
                log,
                journal,
                new ReaderL1Source(
                    l1,
                    chain,
                    ReaderPolicy.confirmedBy(
                        config.l1Confirmations().orElse(development ? 0 : CONFIRMATIONS_DEFAULT))),
                hasher,
                () -> System.currentTimeMillis() / 1_000,
                new SecureRandom()),
            settings(config));
    this.limits =
        new IngressLimits(
            IngressLimits.DEFAULT.messageBytesMax(),
            IngressLimits.DEFAULT.frameItemsMax(),
            IngressLimits.DEFAULT.framesInFlightMax(),
            config.streamsMax());
    this.gate = new StreamGate(config.streamsMax());
  }

  private static SequencerSettings settings(SequencerConfig config) {
    SequencerSettings defaults = SequencerSettings.DEFAULT;
    return new SequencerSettings(
        config.poolTransactionsMax(),
        config.accountPendingMax(),
        defaults.groupBlocksMax(),
        defaults.storeQueueMax(),
        defaults.ringBlocks(),
        config.postWithinSeconds(),
        config.clockAheadSecondsMax(),
        config.l1PollMillis(),
        config.claimIntervalSeconds(),
        config.streamsMax());
  }

  private static PrivateKey key(SequencerConfig config, boolean development) throws IOException {
    if (config.sequencerKeyFile().isPresent()) {
      return PrivateKey.fromHex(Files.readString(config.sequencerKeyFile().get()).strip())
          .orElseThrow(
              () -> new IOException(config.sequencerKeyFile().get() + " holds no private key"));
    }
    if (!development) {
      throw new IOException("sluice.sequencer-key-file is required outside of a devnet");
    }
    return DevnetAccounts.key(DevnetAccounts.SEQUENCER);
  }

  void start(@Observes StartupEvent event) {
    sequencer.start();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException, IOException {
    streams.shutdownNow();
    sequencer.stop();
    l1.close();
    store.close();
    journal.close();
    log.close();
  }

  @Produces
  @Singleton
  Sequencer sequencer() {
    return sequencer;
  }

  @Produces
  @Singleton
  ChainConfig chain() {
    return chain;
  }

  @Produces
  @Singleton
  Intake intake() {
    return new Intake(sequencer.verifier(), sequencer.pool());
  }

  @Produces
  @Singleton
  IngressLimits limits() {
    return limits;
  }

  @Produces
  @Singleton
  StreamGate gate() {
    return gate;
  }

  @Produces
  @Singleton
  StreamThreads threads() {
    return new StreamThreads(streams);
  }

  @Produces
  @Singleton
  BlockFeed feed() {
    return sequencer.feed();
  }

  @Produces
  @Singleton
  HeartbeatCollector heartbeats() {
    return sequencer.heartbeats();
  }

  @Produces
  @Singleton
  Relay<SignedVoucher> vouchers() {
    return sequencer.vouchers();
  }

  @Produces
  @Singleton
  Relay<Tick> ticks() {
    return sequencer.ticks();
  }

  @Produces
  @Singleton
  Channels channels() {
    return sequencer.channels();
  }

  @Produces
  @Singleton
  ClaimDesk claims() {
    return sequencer.claims();
  }
}
