package dev.sluice.batcher.app;

import dev.sluice.batcher.app.BatcherState.Condition;
import dev.sluice.batcher.assembly.AgeRule;
import dev.sluice.batcher.assembly.CountRule;
import dev.sluice.batcher.assembly.SizeRule;
import dev.sluice.batcher.journal.BatchJournal;
import dev.sluice.batcher.journal.FileBatchJournal;
import dev.sluice.batcher.seeds.SeedTaker;
import dev.sluice.batcher.source.BlockSource;
import dev.sluice.batcher.source.FeedBlockSource;
import dev.sluice.batcher.submission.BatchPoster;
import dev.sluice.batcher.submission.OperatorBond;
import dev.sluice.batcher.submission.RollupPosting;
import dev.sluice.batcher.submission.Step;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Endpoint;
import dev.sluice.l1.contract.ContractErrors;
import dev.sluice.l1.contract.InboxContract;
import dev.sluice.l1.contract.RollupContract;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.l1.deployment.ContractArtifact;
import dev.sluice.l1.sender.SenderPolicy;
import dev.sluice.l1.sender.TransactionSender;
import dev.sluice.primitives.crypto.PrivateKey;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Builds the batcher from its settings and runs its two loops, posting and seeds, until the process
 * stops.
 */
@ApplicationScoped
public class BatcherProcess {
  private static final Logger LOG = Logger.getLogger(BatcherProcess.class);

  /** After something that mends itself. */
  private static final long RETRY_MILLIS = 500;

  /** After a refusal: every try may cost gas. */
  private static final long REFUSED_RETRY_MILLIS = 3_000;

  private static final long IDLE_MILLIS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long STOP_WITHIN_MILLIS = 10_000;

  private final BatcherSettings settings;
  private final BatcherState state;
  private final List<Thread> loops = new ArrayList<>();
  private volatile boolean stopping;

  BatcherProcess(BatcherSettings settings, BatcherState state) {
    this.settings = settings;
    this.state = state;
  }

  /**
   * Wrong configuration ends the process with its reason; L1 or the sequencer being away does not.
   */
  void start(@Observes StartupEvent event) throws IOException {
    ChainConfig chain = ChainConfig.read(settings.chainConfig());
    BatcherKeys keys = BatcherKeys.load(settings.batcher(), chain.chainId());
    ContractErrors errors = ContractArtifact.errors();
    run("posting", () -> posting(chain, keys, errors));
    if (settings.batcher().takeSeeds() && keys.seedTaker().isPresent()) {
      run("seeds", () -> seeds(chain, keys.seedTaker().get(), errors));
    }
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopping = true;
    for (Thread loop : loops) {
      loop.interrupt();
    }
    for (Thread loop : loops) {
      loop.join(STOP_WITHIN_MILLIS);
    }
  }

  /** A loop that runs until the process stops. */
  private interface Loop {
    void run() throws IOException, InterruptedException;
  }

  private void run(String name, Loop loop) {
    loops.add(
        Thread.ofPlatform()
            .name("batcher-" + name)
            .start(
                () -> {
                  try {
                    loop.run();
                  } catch (InterruptedException stopped) {
                    LOG.debugf("%s stopped", name);
                  } catch (IOException | RuntimeException broken) {
                    LOG.errorf(broken, "%s stopped for good", name);
                    state.set(new Condition.Halted(name + ": " + broken));
                  }
                }));
  }

  private TransactionSender sender(
      L1Client client, ChainConfig chain, PrivateKey key, ContractErrors errors) {
    SenderPolicy policy =
        new SenderPolicy(
            settings.batcher().maxFeeWei(),
            settings.batcher().bumpAfterBlocks(),
            settings.batcher().poll(),
            PATIENCE);
    return new TransactionSender(client, chain.chainId(), key, policy, errors);
  }

  private void posting(ChainConfig chain, BatcherKeys keys, ContractErrors errors)
      throws IOException, InterruptedException {
    ManagedChannel channel =
        ManagedChannelBuilder.forTarget(settings.sequencer()).usePlaintext().build();
    try (L1Client client = new L1Client(L1Endpoint.at(settings.l1Url()));
        BatchJournal journal =
            FileBatchJournal.open(settings.dataDirectory().resolve("journal.bin"), chain.rollup());
        BlockSource source = new FeedBlockSource(channel, chain.genesis().committeeSizeLog2())) {
      awaitL1(client, chain);
      awaitBond(client, chain, keys, errors);
      BatchPoster poster =
          new BatchPoster(
              new RollupPosting(client, chain, sender(client, chain, keys.poster(), errors)),
              source,
              journal,
              chain.genesis().committeeSizeLog2(),
              settings.batcher().dataBytesMax(),
              List.of(
                  new SizeRule(settings.batcher().sizeBytes()),
                  new AgeRule(settings.batcher().age().toMillis()),
                  new CountRule(settings.batcher().chunks())));
      state.set(new Condition.Running());
      LOG.infof("posting as %s to %s", keys.poster().address(), chain.rollup());
      while (!stopping) {
        TimeUnit.MILLISECONDS.sleep(step(poster, source));
      }
    } finally {
      channel.shutdownNow();
    }
  }

  /** One step; how long to wait before the next, in milliseconds. */
  private long step(BatchPoster poster, BlockSource source) throws InterruptedException {
    Step step;
    try {
      step = poster.step(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    } catch (IOException away) {
      step = new Step.Waiting(String.valueOf(away.getMessage()));
    }
    return switch (step) {
      case Step.Idle _ -> {
        Optional<String> trouble = source.trouble();
        state.set(
            trouble.isPresent() ? new Condition.Waiting(trouble.get()) : new Condition.Running());
        yield IDLE_MILLIS;
      }
      case Step.Posted posted -> {
        state.posted(
            posted.header().number(),
            posted.header().blockNumber(),
            posted.blocks(),
            posted.gasUsed());
        state.set(new Condition.Running());
        LOG.infof(
            "posted batch %d up to block %d: %d chunks, %d gas",
            posted.header().number(),
            posted.header().blockNumber(),
            posted.header().chunkCount(),
            posted.gasUsed());
        yield 0;
      }
      case Step.Waiting waiting -> {
        LOG.infof("waiting: %s", waiting.reason());
        state.set(new Condition.Waiting(waiting.reason()));
        yield RETRY_MILLIS;
      }
      case Step.Refused refused -> {
        LOG.warnf("refused: %s", refused.reason());
        state.set(new Condition.Refused(refused.reason()));
        yield REFUSED_RETRY_MILLIS;
      }
      case Step.Halted halted -> {
        LOG.errorf("HALTED: %s", halted.reason());
        state.set(new Condition.Halted(halted.reason()));
        yield TimeUnit.MINUTES.toMillis(1);
      }
    };
  }

  private void awaitL1(L1Client client, ChainConfig chain)
      throws IOException, InterruptedException {
    while (true) {
      try {
        Optional<String> mismatch = chain.mismatchWith(client);
        if (mismatch.isPresent()) {
          throw new IllegalStateException(mismatch.get() + "; start over with --fresh");
        }
        return;
      } catch (IOException away) {
        state.set(new Condition.Starting("L1 is away: " + away.getMessage()));
        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
      }
    }
  }

  private void awaitBond(
      L1Client client, ChainConfig chain, BatcherKeys keys, ContractErrors errors)
      throws InterruptedException {
    OperatorBond bond =
        new OperatorBond(
            new RollupContract(client, chain.rollup()),
            chain,
            keys.operator().map(key -> sender(client, chain, key, errors)));
    while (true) {
      Optional<String> problem;
      try {
        problem = bond.complete();
      } catch (IOException away) {
        problem = Optional.of("L1 is away: " + away.getMessage());
      }
      if (problem.isEmpty()) {
        return;
      }
      LOG.warn(problem.get());
      state.set(new Condition.Starting(problem.get()));
      TimeUnit.MILLISECONDS.sleep(REFUSED_RETRY_MILLIS);
    }
  }

  private void seeds(ChainConfig chain, PrivateKey key, ContractErrors errors)
      throws IOException, InterruptedException {
    try (L1Client client = new L1Client(L1Endpoint.at(settings.l1Url()))) {
      SeedTaker taker =
          new SeedTaker(
              client,
              new InboxContract(client, chain.inbox()),
              chain.genesis(),
              sender(client, chain, key, errors));
      while (!stopping) {
        try {
          switch (taker.step()) {
            case SeedTaker.Step.Taken taken -> state.seedTaken(taken.period(), false);
            case SeedTaker.Step.Took took -> state.seedTaken(took.period(), true);
            case SeedTaker.Step.Failed failed -> {
              LOG.infof("seed of period %d: %s", failed.period(), failed.reason());
              state.seedFailed(failed.reason());
            }
          }
        } catch (IOException away) {
          state.seedFailed(String.valueOf(away.getMessage()));
        }
        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
      }
    }
  }
}
