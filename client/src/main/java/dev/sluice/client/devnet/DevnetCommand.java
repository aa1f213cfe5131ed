package dev.sluice.client.devnet;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.console.TextTable;
import dev.sluice.l1.deployment.ChainConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a devnet in the foreground until it is interrupted. */
@Command(
    name = "devnet",
    mixinStandardHelpOptions = true,
    description = {
      "Starts an L1 node, the contracts, a sequencer and a batcher on this machine, and keeps them"
          + " running until Ctrl-C.",
      "A second start continues where the first one stopped."
    })
public final class DevnetCommand implements Callable<Integer> {
  @Option(names = "--fresh", description = "forget the chain that is there and begin a new one")
  private boolean fresh;

  @Option(names = "--json", description = "print one JSON object when everything is up")
  private boolean json;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Where its data goes (default: .sluice of the checkout).")
  private @Nullable Path home;

  @Option(
      names = "--port-offset",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Added to each of the ports 8545 (L1), 9000 (gRPC), 8080 and 8081 (health), for a second"
              + " devnet (default: ${DEFAULT-VALUE}).")
  private int portOffset;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintStream progress = System.err;
    try {
      DevnetFiles checkout = DevnetFiles.find();
      run(home == null ? checkout : checkout.withHome(home), Ports.movedBy(portOffset), progress);
      return 0;
    } catch (DevnetException e) {
      progress.println("devnet: " + e.getMessage());
      return 1;
    }
  }

  private void run(DevnetFiles files, Ports ports, PrintStream progress)
      throws DevnetException, IOException, InterruptedException {
    PrintStream out = System.out;
    try (Devnet devnet =
        Devnet.start(
            new Devnet.Options(files, ports, fresh, true, List.of()),
            line -> progress.println("  " + line))) {
      ChainConfig chain = ChainConfig.read(files.chainConfig());
      if (json) {
        out.println(report(chain, files, ports));
      } else {
        print(out, chain, files, ports);
      }
      devnet.watch();
    }
  }

  private static String report(ChainConfig chain, DevnetFiles files, Ports ports)
      throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode report = mapper.createObjectNode();
    report.put("l1", "http://127.0.0.1:" + ports.l1());
    report.put("sequencer", "127.0.0.1:" + ports.grpc());
    report.put("sequencerHttp", "http://127.0.0.1:" + ports.sequencerHttp());
    report.put("batcherHttp", "http://127.0.0.1:" + ports.batcherHttp());
    report.put("logs", files.home().resolve("logs").toString());
    report.set("chain", mapper.readTree(chain.toJson()));
    return mapper.writeValueAsString(report);
  }

  private static void print(PrintStream out, ChainConfig chain, DevnetFiles files, Ports ports) {
    TextTable table = new TextTable(List.of("what", "where"));
    table.row("L1 node (chain " + chain.chainId() + ")", "http://127.0.0.1:" + ports.l1());
    table.row("Inbox", chain.inbox().toString());
    table.row("Rollup", chain.rollup().toString());
    table.row("Bridge", chain.bridge().toString());
    table.row("test token (token 1)", chain.genesis().tokens().get(1).toString());
    table.row("sequencer, gRPC", "127.0.0.1:" + ports.grpc());
    table.row("sequencer, health", health(ports.sequencerHttp()));
    table.row("batcher, health", health(ports.batcherHttp()));
    table.row("configuration", files.chainConfig().toString());
    table.row("logs", files.home().resolve("logs").toString());
    table.lines().forEach(out::println);
    out.println();
    String options = optionsFor(files, ports);
    out.println("Try, in another terminal:");
    out.println("  ./sluice status" + options);
    out.println("  ./sluice wallet new alice" + options);
    // The demo looks for the devnet of the checkout, on the default ports.
    out.println(options.isEmpty() ? "  ./sluice demo" : "  ./sluice wallet balance" + options);
    out.println("Ctrl-C stops all of it; the next ./sluice devnet goes on from there.");
    out.flush();
  }

  /** What a command must be told to find this devnet; nothing for the checkout's own. */
  private static String optionsFor(DevnetFiles files, Ports ports) {
    StringBuilder options = new StringBuilder();
    if (!files.home().equals(files.repository().resolve(".sluice"))) {
      options.append(" --home ").append(files.home());
    }
    if (!ports.equals(Ports.DEFAULT)) {
      options.append(" --sequencer 127.0.0.1:").append(ports.grpc());
      options.append(" --l1 http://127.0.0.1:").append(ports.l1());
    }
    return options.toString();
  }

  private static String health(int port) {
    return "http://127.0.0.1:" + port + "/q/health";
  }
}
