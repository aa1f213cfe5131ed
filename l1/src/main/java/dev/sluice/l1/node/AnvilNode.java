package dev.sluice.l1.node;

import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Endpoint;
import dev.sluice.l1.connection.L1Exception;
import dev.sluice.l1.connection.L1UnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running anvil. {@link #close} stops it and waits until its state is on disk. */
public final class AnvilNode implements AutoCloseable {
  /** Chain id of every local node. */
  public static final long CHAIN_ID = 31_337;

  /** The mnemonic that every Ethereum development node knows. Worth nothing, guards nothing. */
  public static final String MNEMONIC =
      "test test test test test test test test test test test junk";

  private static final Duration START_WITHIN = Duration.ofSeconds(30);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(20);
  private static final String STATE_INTERVAL_SECONDS = "2";

  /** Users begin at 10; the demo has some. */
  private static final String ACCOUNTS = "64";

  private final Process process;
  private final URI url;

  private AnvilNode(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts a node and waits until it answers.
   *
   * @throws IOException if the binary is missing, the port is taken or the node ends at once; the
   *     text says which
   */
  public static AnvilNode start(AnvilOptions options) throws IOException, InterruptedException {
    if (!Files.isExecutable(options.binary())) {
      throw new IOException(
          "no anvil at " + options.binary() + ": run ./mvnw -pl bridge-contracts compile");
    }
    int port = options.port() == 0 ? freePort() : options.port();
    URI url = URI.create("http://127.0.0.1:" + port);
    requireFree(port);
    if (options.state().isPresent()) {
      Files.createDirectories(options.state().get().toAbsolutePath().getParent());
    }
    List<String> command = command(options, port);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    AnvilNode node = new AnvilNode(process, url);
    try {
      node.awaitAnswer();
    } catch (IOException | InterruptedException failed) {
      node.close();
      throw failed;
    }
    return node;
  }

  /** The command line of a node on a port, for whoever looks after the process itself. */
  public static List<String> command(AnvilOptions options, int port) {
    List<String> command =
        new ArrayList<>(
            List.of(
                options.binary().toString(),
                "--silent",
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--chain-id",
                Long.toString(CHAIN_ID),
                "--hardfork",
                "osaka",
                "--mnemonic",
                MNEMONIC,
                "--accounts",
                ACCOUNTS,
                // Mainnet's EIP-7825 cap, off by default.
                "--enable-tx-gas-limit",
                // So that safe and finalized move within seconds.
                "--slots-in-an-epoch",
                "2"));
    options
        .blockTime()
        .ifPresent(
            every -> command.addAll(List.of("--block-time", Long.toString(every.toSeconds()))));
    if (options.state().isPresent()) {
      Path state = options.state().get();
      command.addAll(
          List.of("--state", state.toString(), "--state-interval", STATE_INTERVAL_SECONDS));
    }
    return command;
  }

  /** Its JSON-RPC address. */
  public URI url() {
    return url;
  }

  /** Its process id, for whoever wants to kill it. */
  public long processId() {
    return process.pid();
  }

  /** Whether the process lives. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** A new client; the caller closes it. */
  public L1Client connect() {
    return new L1Client(L1Endpoint.at(url));
  }

  private void awaitAnswer() throws IOException, InterruptedException {
    L1Endpoint once =
        new L1Endpoint(url, Duration.ofSeconds(1), Duration.ofSeconds(5), 1, Duration.ofMillis(1));
    long deadline = System.nanoTime() + START_WITHIN.toNanos();
    try (L1Client client = new L1Client(once)) {
      while (true) {
        if (!process.isAlive()) {
          throw new IOException("anvil ended at once with code " + process.exitValue());
        }
        try {
          client.requireChainId(CHAIN_ID);
          return;
        } catch (L1UnavailableException notYet) {
          if (System.nanoTime() > deadline) {
            throw new IOException("anvil does not answer at " + url, notYet);
          }
          TimeUnit.MILLISECONDS.sleep(20);
        } catch (L1Exception wrong) {
          throw new IOException("another node answers at " + url, wrong);
        }
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private static void requireFree(int port) throws IOException {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      if (!probe.isBound()) {
        throw new IOException("port " + port + " cannot be bound");
      }
    } catch (java.net.BindException taken) {
      throw new IOException("port " + port + " is taken by another program", taken);
    }
  }

  /** Asks it to stop, waits until it has written its state, and kills it if it does not. */
  @Override
  public void close() {
    process.destroy();
    boolean interrupted = false;
    try {
      if (!process.waitFor(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException stopped) {
      interrupted = true;
      process.destroyForcibly();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
