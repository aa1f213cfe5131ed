package dev.sluice.client.devnet;

import dev.sluice.l1.connection.BlockTag;
import dev.sluice.l1.connection.L1Block;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Endpoint;
import dev.sluice.l1.connection.L1Exception;
import dev.sluice.l1.connection.L1UnavailableException;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.l1.deployment.Deployment;
import dev.sluice.l1.node.AnvilNode;
import dev.sluice.l1.node.AnvilOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A running devnet: L1 node, sequencer and, unless told otherwise, batcher. Whoever starts it
 * closes it; that stops the children in the reverse order.
 */
public final class Devnet implements AutoCloseable {
  private static final Duration L1_PATIENCE = Duration.ofSeconds(30);
  private static final Duration APPLICATION_PATIENCE = Duration.ofMinutes(2);
  private static final Duration L1_BLOCK_TIME = Duration.ofSeconds(1);
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  /**
   * What to start.
   *
   * @param fresh whether to forget the chain that is there
   * @param batcher whether batches are posted to L1
   * @param sequencerFlags more flags for the sequencer's JVM
   */
  public record Options(
      DevnetFiles files, Ports ports, boolean fresh, boolean batcher, List<String> sequencerFlags) {
    /** A whole devnet with default ports. */
    public static Options of(DevnetFiles files, boolean fresh) {
      return new Options(files, Ports.DEFAULT, fresh, true, List.of());
    }
  }

  private final Options options;
  private final DevnetFiles files;
  private final DevnetLock lock;
  private final Consumer<String> say;
  private final Leftovers leftovers;
  private final HealthProbe health = new HealthProbe();
  private final List<ChildProcess> children = new ArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private Devnet(Options options, DevnetLock lock, Consumer<String> say) {
    this.options = options;
    this.files = options.files();
    this.lock = lock;
    this.say = say;
    this.leftovers = new Leftovers(files.children());
  }

  /**
   * Starts everything and waits until it is healthy.
   *
   * @param say gets a line per step
   * @throws DevnetException with the remedy, if it cannot start; then nothing is left running
   */
  public static Devnet start(Options options, Consumer<String> say)
      throws DevnetException, IOException, InterruptedException {
    Devnet devnet = new Devnet(options, DevnetLock.take(options.files().lock()), say);
    // Also when this process is asked to stop in the middle of the start.
    Runtime.getRuntime().addShutdownHook(new Thread(devnet::close, "devnet-stop"));
    boolean started = false;
    try {
      devnet.startChildren();
      started = true;
      return devnet;
    } catch (DevnetException e) {
      // Ctrl-C in the middle of the start kills the children: no reason to print their obituaries.
      throw devnet.closed.get() ? new DevnetException("stopped before it was up", e) : e;
    } finally {
      if (!started) {
        devnet.close();
      }
    }
  }

  private void startChildren() throws DevnetException, IOException, InterruptedException {
    for (String name : leftovers.stop()) {
      say.accept("stopped " + name + ", left over from a devnet that was killed");
    }
    if (options.fresh()) {
      for (Path path : files.chainState()) {
        delete(path);
      }
    } else if (Files.exists(files.sequencer()) && !Files.exists(files.chainConfig())) {
      throw new DevnetException(
          files.chainConfig()
              + " is missing, but a sequencer has data. Start over: ./sluice devnet --fresh");
    }
    options.ports().requireFree();
    requireBuilt();

    say.accept("starting the L1 node");
    startL1();
    ChainConfig chain = deployment();

    say.accept("starting the sequencer");
    ChildProcess sequencer = startApplication("sequencer", options.ports().sequencerHttp());
    HealthProbe.await(
        sequencer, () -> health.isReady(options.ports().sequencerHttp()), APPLICATION_PATIENCE);
    if (options.batcher()) {
      say.accept("starting the batcher");
      ChildProcess batcher = startApplication("batcher", options.ports().batcherHttp());
      HealthProbe.await(
          batcher, () -> health.isReady(options.ports().batcherHttp()), APPLICATION_PATIENCE);
    }
    say.accept("chain " + chain.rollup() + " is up");
  }

  private void requireBuilt() throws DevnetException {
    for (String module : List.of("sequencer", "batcher")) {
      if (!Files.exists(files.applicationJar(module))) {
        throw new DevnetException(
            files.applicationJar(module) + " is not built; build it: ./mvnw -DskipTests package");
      }
    }
    if (!Files.isExecutable(AnvilOptions.binaryIn(files.repository()))) {
      throw new DevnetException(
          "anvil is not installed; install it: ./mvnw -pl bridge-contracts compile");
    }
  }

  private void startL1() throws DevnetException, IOException, InterruptedException {
    Files.createDirectories(files.home());
    AnvilOptions anvil =
        new AnvilOptions(
            AnvilOptions.binaryIn(files.repository()),
            options.ports().l1(),
            Optional.of(L1_BLOCK_TIME),
            Optional.of(files.l1State()));
    ChildProcess node = startChild("l1", AnvilNode.command(anvil, options.ports().l1()), Map.of());
    L1Endpoint once =
        new L1Endpoint(
            l1Url(), Duration.ofSeconds(1), Duration.ofSeconds(5), 1, Duration.ofMillis(1));
    try (L1Client client = new L1Client(once)) {
      HealthProbe.await(
          node,
          () -> {
            try {
              return client.chainId() == AnvilNode.CHAIN_ID;
            } catch (L1UnavailableException notYet) {
              return false;
            }
          },
          L1_PATIENCE);
    }
  }

  /** The deployment that is there, if L1 still has it; else a new one. */
  private ChainConfig deployment() throws DevnetException, IOException, InterruptedException {
    try (L1Client client = l1()) {
      if (Files.exists(files.chainConfig())) {
        ChainConfig chain = ChainConfig.read(files.chainConfig());
        Optional<String> mismatch = chain.mismatchWith(client);
        if (mismatch.isEmpty()) {
          mismatch = lostHistory(client);
        }
        if (mismatch.isPresent()) {
          throw new DevnetException(
              "the L1 node has lost its state or gone back ("
                  + mismatch.get()
                  + "); the L2 chain on top of it cannot go on. Start over: ./sluice devnet"
                  + " --fresh");
        }
        return chain;
      }
      say.accept("deploying the contracts");
      ChainConfig chain = Deployment.deployDevnet(client);
      chain.write(files.chainConfig());
      return chain;
    }
  }

  private Optional<String> lostHistory(L1Client client) throws IOException {
    if (!Files.exists(files.l1Mark())) {
      return Optional.empty();
    }
    String[] mark = Files.readString(files.l1Mark()).strip().split(" ", 2);
    long number = Long.parseLong(mark[0]);
    Optional<L1Block> block = client.block(new BlockTag.AtNumber(number));
    return block.filter(found -> found.hash().toString().equals(mark[1])).isPresent()
        ? Optional.empty()
        : Optional.of("it does not have block " + number + ", which it had before");
  }

  private ChildProcess startApplication(String module, int httpPort)
      throws DevnetException, IOException {
    Path data = files.home().resolve(module);
    Files.createDirectories(data);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED"));
    if (module.equals("sequencer")) {
      command.addAll(options.sequencerFlags());
      command.add("-Dquarkus.grpc.server.port=" + options.ports().grpc());
    }
    command.add("-Dquarkus.http.host=127.0.0.1");
    command.add("-Dquarkus.http.port=" + httpPort);
    command.add("-jar");
    command.add(files.applicationJar(module).toString());
    return startChild(module, command, environment(data));
  }

  private Map<String, String> environment(Path data) {
    return Map.of(
        "SLUICE_HOME", files.repository().toString(),
        "SLUICE_CHAIN_CONFIG", files.chainConfig().toString(),
        "SLUICE_L1_URL", l1Url().toString(),
        "SLUICE_DATA_DIRECTORY", data.toString(),
        "SLUICE_SEQUENCER", "127.0.0.1:" + options.ports().grpc(),
        // No sweep in the middle of a demonstration; payees claim when they like.
        "SLUICE_CLAIM_INTERVAL_SECONDS", "86400");
  }

  private ChildProcess startChild(
      String name, List<String> program, Map<String, String> environment)
      throws DevnetException, IOException {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      // In a session of its own: Ctrl-C in the terminal reaches this process only, which then stops
      // the children in order.
      command.add(SETSID.toString());
    }
    command.addAll(program);
    synchronized (children) {
      if (closed.get()) {
        throw new DevnetException("stopped before it was up");
      }
      ChildProcess child =
          ChildProcess.start(name, command, environment, files.repository(), files.log(name));
      children.add(child);
      leftovers.add(child);
      return child;
    }
  }

  /** Whether every child lives. */
  public boolean isRunning() {
    synchronized (children) {
      return !closed.get() && children.stream().allMatch(ChildProcess::isAlive);
    }
  }

  /** The L1 node's JSON-RPC. */
  public URI l1Url() {
    return URI.create("http://127.0.0.1:" + options.ports().l1());
  }

  /** A new client of the L1 node; the caller closes it. */
  public L1Client l1() {
    return new L1Client(L1Endpoint.at(l1Url()));
  }

  /** The process id of a child. */
  public long pid(String name) {
    return children.stream()
        .filter(child -> child.name().equals(name))
        .findFirst()
        .orElseThrow()
        .pid();
  }

  /**
   * Looks after the children until one dies or the thread is interrupted.
   *
   * @throws DevnetException when a child has died, with its obituary
   */
  public void watch() throws DevnetException, IOException, InterruptedException {
    while (!closed.get()) {
      for (ChildProcess child : children) {
        if (!child.isAlive() && !closed.get()) {
          throw new DevnetException(
              child.obituary(HealthProbe.LOG_LINES)
                  + "\nThe others are stopped too. ./sluice devnet goes on from there.");
        }
      }
      markL1();
      Thread.sleep(L1_BLOCK_TIME);
    }
  }

  private void markL1() throws IOException {
    try (L1Client client = l1()) {
      L1Block latest = client.latestBlock();
      // Some blocks back: the node writes its state every few seconds, and may lose the last ones
      // when it is killed.
      Optional<L1Block> kept =
          client.block(new BlockTag.AtNumber(Math.max(0, latest.number() - 5)));
      if (kept.isPresent()) {
        Files.writeString(files.l1Mark(), kept.get().number() + " " + kept.get().hash() + "\n");
      }
    } catch (L1Exception away) {
      return; // the next look at the children says whether it died
    }
  }

  /** Stops everything, last started first; harmless when repeated. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      synchronized (children) {
        for (ChildProcess child : children.reversed()) {
          if (child.isAlive() && !child.stop()) {
            say.accept(child.name() + " did not stop by itself and was killed");
          }
        }
      }
      leftovers.clear();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      try {
        lock.close();
      } catch (IOException e) {
        say.accept("the lock could not be released: " + e.getMessage());
      }
    }
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(path)) {
      for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
