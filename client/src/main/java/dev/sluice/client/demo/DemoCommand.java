package dev.sluice.client.demo;

import dev.sluice.client.console.Progress;
import dev.sluice.client.devnet.Devnet;
import dev.sluice.client.devnet.DevnetException;
import dev.sluice.client.devnet.DevnetFiles;
import dev.sluice.client.devnet.DevnetLock;
import dev.sluice.client.sdk.Device;
import dev.sluice.client.sdk.L1Side;
import dev.sluice.client.sdk.SluiceClient;
import dev.sluice.client.sdk.SluiceException;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Endpoint;
import dev.sluice.l1.deployment.ChainConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Plays all scenes on a devnet and exits with 0 only if every check passes. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Drives signed traffic of every kind through the sequencer and L1 and checks the outcome against an independent model.",
      "Uses the devnet that runs; without one, starts one and stops it afterwards. May be repeated."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final String ALL =
      "deposits,transfers,channels,ticks,streams,heartbeats,jobs,quorums,updates,withdrawals";

  @Mixin private DemoSize size = new DemoSize();

  @Option(
      names = "--only",
      split = ",",
      defaultValue = ALL,
      description =
          "scenes to play, of "
              + ALL
              + "; deposits are always made, jobs, quorums and updates need heartbeats")
  private List<String> only = List.of();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "configuration of a chain that runs elsewhere, with --sequencer and --l1; nothing is started")
  private @Nullable Path config;

  @Option(
      names = "--sequencer",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:9000",
      description = "the sequencer's gRPC address (default: ${DEFAULT-VALUE})")
  private String sequencer = "";

  @Option(
      names = "--l1",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8545",
      description = "the L1 node's JSON-RPC address (default: ${DEFAULT-VALUE})")
  private URI l1Url = URI.create("");

  @Option(names = "--json", description = "print one JSON object at the end")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintStream progress = System.err;
    try {
      size.validate();
      if (config != null) {
        return play(config, progress);
      }
      DevnetFiles files = DevnetFiles.find();
      if (DevnetLock.isHeld(files.lock())) {
        return play(files.chainConfig(), progress);
      }
      try (Devnet devnet =
          Devnet.start(Devnet.Options.of(files, false), line -> progress.println("  " + line))) {
        return devnet.isRunning() ? play(files.chainConfig(), progress) : 1;
      }
    } catch (DevnetException | DemoFailure e) {
      progress.println("demo: " + e.getMessage());
      return 1;
    } catch (SluiceException e) {
      progress.println("demo: " + e.getMessage() + "; " + e.remedy());
      return 1;
    }
  }

  private int play(Path chainConfig, PrintStream progress)
      throws IOException, InterruptedException {
    ChainConfig chain = ChainConfig.read(chainConfig);
    long started = System.nanoTime();
    try (SluiceClient client = SluiceClient.connect(sequencer, chain.chainId(), chain.rollup());
        L1Client l1 = new L1Client(L1Endpoint.at(l1Url));
        L1Side side = L1Side.connect(l1Url, client.chain())) {
      Stage stage =
          new Stage(client, sequencer, l1, chain, size, progress, Progress.isTerminal() && !json);
      DepositScene.play(stage);
      if (only.contains("transfers")) {
        TransferScene.play(stage);
      }
      if (only.contains("channels")) {
        ChannelScene.play(stage);
      }
      if (only.contains("ticks")) {
        TickScene.play(stage);
      }
      if (only.contains("streams")) {
        StreamScene.play(stage);
      }
      if (only.contains("heartbeats")) {
        List<Device> devices = HeartbeatScene.play(stage);
        Optional<QuorumScene> quorums =
            only.contains("quorums")
                ? Optional.of(QuorumScene.begin(stage, devices))
                : Optional.empty();
        if (only.contains("jobs")) {
          JobScene.play(stage, devices);
        }
        if (quorums.isPresent()) {
          quorums.get().end();
        }
        if (only.contains("updates")) {
          UpdateScene.play(stage, devices);
        }
      }
      if (only.contains("withdrawals")) {
        WithdrawalScene.play(stage, side, stage.participant(0).purse().wallet());
      }
      CalldataBill batches = SettlementScene.batches(stage);
      SettlementScene.balances(stage);
      SettlementScene.custody(stage);
      DemoReport report =
          new DemoReport(
              stage.scoreboard.rows(),
              stage.scoreboard.failures(),
              stage.bill.lines(),
              batches,
              (System.nanoTime() - started) / 1e9);
      if (json) {
        System.out.println(report.toJson());
      } else {
        report.print(System.out);
      }
      return report.passed() ? 0 : 1;
    }
  }
}
