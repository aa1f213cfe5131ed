package dev.sluice.client.cli;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command. Defaults fit a devnet on this machine. */
final class CommonOptions {
  @Option(names = "--json", description = "Print one JSON object to standard output.")
  boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description =
          "Directory of wallets and configuration (default: .sluice of the checkout, else of the working directory).")
  @Nullable Path home;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The chain's configuration (default: devnet.json in the home directory).")
  @Nullable Path config;

  @Option(
      names = "--sequencer",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:SLUICE_SEQUENCER:-127.0.0.1:9000}",
      description =
          "The sequencer's gRPC address; https://HOST:PORT for TLS (default: ${DEFAULT-VALUE}).")
  String sequencer = "";

  @Option(
      names = "--l1",
      paramLabel = "URL",
      defaultValue = "${env:SLUICE_L1_URL:-http://127.0.0.1:8545}",
      description = "The L1 node's JSON-RPC address (default: ${DEFAULT-VALUE}).")
  URI l1 = URI.create("");

  @Option(
      names = {"-w", "--wallet"},
      paramLabel = "NAME",
      defaultValue = "${env:SLUICE_WALLET}",
      description =
          "Which wallet signs (default: the only one there is; on a devnet without one, its well-known user 10). devnet:11 and so on"
              + " name the other users of a devnet.")
  @Nullable String wallet;

  Path homeDirectory() {
    if (home != null) {
      return home;
    }
    String checkout = System.getenv("SLUICE_HOME");
    return Path.of(checkout == null ? "" : checkout).resolve(".sluice");
  }

  Path configFile() {
    return config != null ? config : homeDirectory().resolve("devnet.json");
  }
}
