package dev.sluice.client.devnet;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.console.TextTable;
import dev.sluice.l1.deployment.ChainConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a devnet in the foreground until it is interrupted. */
@Command(
    name = "devnet",
    mixinStandardHelpOptions = true,
    description = {
      "Starts an L1 node, the contracts, a sequencer and a batcher on this machine, and keeps them running until Ctrl-C.",
      "A second start continues where the first one stopped."
    })
public final class DevnetCommand implements Callable<Integer> {
  @Option(names = "--fresh", description = "forget the chain that is there and begin a new one")
  private boolean fresh;

  @Option(names = "--json", description = "print one JSON object when everything is up")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintStream out = System.out;
    PrintStream progress = System.err;
    try (Devnet devnet =
        Devnet.start(
            Devnet.Options.of(DevnetFiles.find(), fresh), line -> progress.println("  " + line))) {
      DevnetFiles files = DevnetFiles.find();
      ChainConfig chain = ChainConfig.read(files.chainConfig());
      if (json) {
        out.println(report(chain, files));
      } else {
        print(out, chain, files);
      }
      devnet.watch();
      return 0;
    } catch (DevnetException e) {
      progress.println("devnet: " + e.getMessage());
      return 1;
    }
  }

  private static String report(ChainConfig chain, DevnetFiles files) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode report = mapper.createObjectNode();
    report.put("l1", "http://127.0.0.1:" + Ports.DEFAULT.l1());
    report.put("sequencer", "127.0.0.1:" + Ports.DEFAULT.grpc());
    report.put("sequencerHttp", "http://127.0.0.1:" + Ports.DEFAULT.sequencerHttp());
    report.put("batcherHttp", "http://127.0.0.1:" + Ports.DEFAULT.batcherHttp());
    report.put("logs", files.home().resolve("logs").toString());
    report.set("chain", mapper.readTree(chain.toJson()));
    return mapper.writeValueAsString(report);
  }

  private static void print(PrintStream out, ChainConfig chain, DevnetFiles files) {
    TextTable table = new TextTable(List.of("what", "where"));
    table.row("L1 node (chain " + chain.chainId() + ")", "http://127.0.0.1:" + Ports.DEFAULT.l1());
    table.row("Inbox", chain.inbox().toString());
    table.row("Rollup", chain.rollup().toString());
    table.row("Bridge", chain.bridge().toString());
    table.row("test token (token 1)", chain.genesis().tokens().get(1).toString());
    table.row("sequencer, gRPC", "127.0.0.1:" + Ports.DEFAULT.grpc());
    table.row("sequencer, health", health(Ports.DEFAULT.sequencerHttp()));
    table.row("batcher, health", health(Ports.DEFAULT.batcherHttp()));
    table.row("configuration", files.chainConfig().toString());
    table.row("logs", files.home().resolve("logs").toString());
    table.lines().forEach(out::println);
    out.println();
    out.println("Try, in another terminal:");
    out.println("  ./sluice status");
    out.println("  ./sluice wallet create alice");
    out.println("  ./sluice demo");
    out.println("Ctrl-C stops all of it; the next ./sluice devnet goes on from there.");
    out.flush();
  }

  private static String health(int port) {
    return "http://127.0.0.1:" + port + "/q/health";
  }
}
