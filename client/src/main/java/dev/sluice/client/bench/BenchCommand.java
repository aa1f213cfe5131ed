package dev.sluice.client.bench;

import dev.sluice.client.console.Progress;
import dev.sluice.client.devnet.Devnet;
import dev.sluice.client.devnet.DevnetException;
import dev.sluice.client.devnet.DevnetFiles;
import dev.sluice.client.devnet.Ports;
import dev.sluice.client.sdk.L1Wallet;
import dev.sluice.client.sdk.SluiceClient;
import dev.sluice.client.sdk.SluiceException;
import dev.sluice.client.sdk.Wallet;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.contract.BridgeContract;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.l1.deployment.DevnetAccounts;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.proto.v1.SubmitFrame;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures payments on a fresh sequencer of its own, on ports of its own, beside the bound that
 * verification sets here.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures durable acknowledged transfers per second over gRPC, beside the two-thread libsecp256k1 verification rate.",
      "Starts a sequencer of its own and writes target/bench/report.json."
    })
public final class BenchCommand implements Callable<Integer> {
  /** Beside a devnet on the default ports. */
  private static final String PORT_OFFSET = "100";

  /**
   * So that "flat" is a statement about the sequencer and not about how lazily a large heap fills.
   */
  private static final String HEAP = "-Xmx768m";

  private static final Duration SECP_TIME = Duration.ofSeconds(5);
  private static final Duration ARRIVAL_PATIENCE = Duration.ofSeconds(60);
  private static final long SEED = 20_250_101;

  @Option(
      names = "--seconds",
      defaultValue = "60",
      description = "measured time (default: ${DEFAULT-VALUE})")
  private long seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "20",
      description = "seconds before it (default: ${DEFAULT-VALUE})")
  private long warmUp;

  @Option(
      names = "--accounts",
      defaultValue = "2000",
      description = "paying accounts (default: ${DEFAULT-VALUE})")
  private int accounts;

  @Option(
      names = "--streams",
      defaultValue = "4",
      description = "submission streams (default: ${DEFAULT-VALUE})")
  private int streams;

  @Option(
      names = "--input-share",
      defaultValue = "0.9",
      description =
          "input to sign ahead, as a share of the verification rate (default: ${DEFAULT-VALUE})")
  private double inputShare;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description =
          "where report.json and the devnet's data go (default: target/bench of the checkout)")
  private @Nullable Path directory;

  @Option(
      names = "--port-offset",
      paramLabel = "N",
      defaultValue = PORT_OFFSET,
      description = "added to each of a devnet's default ports (default: ${DEFAULT-VALUE})")
  private int portOffset;

  @Option(names = "--json", description = "print the report as JSON")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintStream progress = System.err;
    try {
      DevnetFiles repository = DevnetFiles.find();
      Path reports =
          directory == null ? repository.repository().resolve("target/bench") : directory;
      DevnetFiles files = repository.withHome(reports.resolve("devnet"));
      Ports ports = Ports.movedBy(portOffset);
      double before = VerificationRate.measure(SECP_TIME);
      BenchReport report;
      try (Devnet devnet =
          Devnet.start(
              new Devnet.Options(files, ports, true, false, List.of(HEAP)),
              line -> progress.println("  " + line))) {
        report = measure(devnet, files, ports, before, progress);
      }
      if (report.transfers() == 0) {
        progress.println("bench: the input ended before the measured time: raise --input-share");
        return 1;
      }
      report.write(reports.resolve("report.json"));
      if (json) {
        System.out.println(report.toJson());
      } else {
        report.print(System.out);
      }
      return 0;
    } catch (DevnetException e) {
      progress.println("bench: " + e.getMessage());
      return 1;
    } catch (SluiceException e) {
      progress.println("bench: " + e.getMessage() + "; " + e.remedy());
      return 1;
    }
  }

  private BenchReport measure(
      Devnet devnet, DevnetFiles files, Ports ports, double secpBefore, PrintStream progress)
      throws IOException, InterruptedException {
    ChainConfig chain = ChainConfig.read(files.chainConfig());
    String target = "127.0.0.1:" + ports.grpc();
    boolean terminal = Progress.isTerminal();
    long transfers = (long) (secpBefore * inputShare * (seconds + warmUp));
    try (SluiceClient client = SluiceClient.connect(target, chain.chainId(), chain.rollup())) {
      Load load = new Load(client, target, accounts, streams, SEED);
      BigInteger budget = load.budgetWei(transfers);
      Wallet funder =
          funder(devnet, client, chain, budget.add(budget).multiply(BigInteger.valueOf(accounts)));
      try (Progress bar = new Progress(progress, terminal, "accounts funded", accounts)) {
        load.fund(funder, budget, bar);
      }
      List<List<SubmitFrame>> frames;
      try (Progress bar = new Progress(progress, terminal, "transfers signed", transfers)) {
        frames = load.presign(transfers, bar);
      }
      MemorySamples memory = new MemorySamples(devnet.pid("sequencer"));
      Load.Counted counted;
      try (Progress bar = new Progress(progress, terminal, "seconds measured", seconds)) {
        counted =
            load.run(
                frames,
                Duration.ofSeconds(warmUp),
                Duration.ofSeconds(seconds),
                second -> {
                  memory.take(second);
                  bar.step(Math.max(0, (long) second - bar.done()));
                });
      }
      double secpAfter = VerificationRate.measure(SECP_TIME);
      return new BenchReport(counted.transfers(), counted.seconds(), secpBefore, secpAfter, memory);
    }
  }

  /** One deposit on L1, and the wallet that it arrives in. */
  private static Wallet funder(
      Devnet devnet, SluiceClient client, ChainConfig chain, BigInteger wei)
      throws InterruptedException {
    PrivateKey key = DevnetAccounts.key(DevnetAccounts.FIRST_USER);
    Wallet funder = new Wallet(client, key);
    try (L1Client l1 = devnet.l1()) {
      new L1Wallet(l1, chain.chainId(), key)
          .send(new BridgeContract(l1, chain.bridge()).depositEth(funder.address(), wei));
    }
    long deadline = System.nanoTime() + ARRIVAL_PATIENCE.toNanos();
    while (funder.balance(0).isZero()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the deposit did not arrive within " + ARRIVAL_PATIENCE.toSeconds() + " s");
      }
      Thread.sleep(100);
    }
    return funder;
  }
}
