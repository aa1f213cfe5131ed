package dev.sluice.systemtests.acceptance;

import dev.sluice.client.devnet.ChildProcess;
import dev.sluice.client.devnet.DevnetFiles;
import dev.sluice.client.sdk.SluiceClient;
import dev.sluice.client.sdk.SluiceException;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Endpoint;
import dev.sluice.l1.connection.L1Exception;
import dev.sluice.l1.connection.L1Receipt;
import dev.sluice.l1.contract.BridgeContract;
import dev.sluice.l1.contract.ContractErrors;
import dev.sluice.l1.contract.L1Call;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.l1.deployment.ContractArtifact;
import dev.sluice.l1.deployment.Deployment;
import dev.sluice.l1.deployment.DevnetAccounts;
import dev.sluice.l1.node.AnvilNode;
import dev.sluice.l1.node.AnvilOptions;
import dev.sluice.l1.sender.Outcome;
import dev.sluice.l1.sender.SendJournal;
import dev.sluice.l1.sender.SenderPolicy;
import dev.sluice.l1.sender.TransactionSender;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.value.Address;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * L1 node, sequencer and batcher as processes, on free ports and in a directory of their own;
 * started once for all tests of this JVM. A test that stops something starts it again.
 */
final class RealStack {
  static final String L1 = "l1";
  static final String SEQUENCER = "sequencer";
  static final String BATCHER = "batcher";

  /** What a loaded machine may take; a test that reaches it fails. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Room for a segment of the block log, the journal, the store, and to fill. */
  private static final int SMALL_DISK_MEBIBYTES = 256;

  /** Mounts an empty file system at its first argument, then becomes the rest of them. */
  private static final String ON_SMALL_DISK =
      "mount -t tmpfs -o size=" + SMALL_DISK_MEBIBYTES + "m sluice-test \"$0\" && exec \"$@\"";

  private static @Nullable RealStack running;

  final Path home;
  final DevnetFiles files;
  private final int l1Port;
  private final int grpcPort;
  private final Map<String, Integer> httpPorts;
  private final Map<String, ChildProcess> children = new TreeMap<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final ChainConfig chain;
  private final ContractErrors errors;
  private final boolean smallDisk;
  private int depositsMade;

  private RealStack(boolean smallDisk) throws Exception {
    this.smallDisk = smallDisk;
    // Under target: the logs are there when a test has failed.
    home =
        Files.createTempDirectory(
            Files.createDirectories(Path.of("target").toAbsolutePath()), "acceptance-");
    files = DevnetFiles.find().withHome(home);
    List<Integer> ports = freePorts(4);
    l1Port = ports.get(0);
    grpcPort = ports.get(1);
    httpPorts = Map.of(SEQUENCER, ports.get(2), BATCHER, ports.get(3));
    errors = ContractArtifact.errors();
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopAll, "stack-stop"));
    startL1();
    try (L1Client l1 = l1()) {
      chain = Deployment.deployDevnet(l1);
    }
    chain.write(files.chainConfig());
    start(SEQUENCER);
    start(BATCHER);
    awaitReady(SEQUENCER);
    awaitReady(BATCHER);
  }

  /**
   * A stack of its own whose sequencer keeps its data on a small file system that only its process
   * sees, in a user and mount namespace: no root is needed. The caller stops it with {@link
   * #stopAll}.
   */
  static RealStack onSmallDisk() throws Exception {
    return new RealStack(true);
  }

  /** Whether this machine lets a user without rights mount a file system for himself. */
  static boolean canMountSmallDisk(Path directory) throws IOException, InterruptedException {
    return new ProcessBuilder(
                "unshare", "-rm", "sh", "-c", ON_SMALL_DISK, directory.toString(), "true")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  /** The sequencer's data directory as its process sees it. */
  Path sequencerData() {
    return Path.of("/proc", Long.toString(child(SEQUENCER).pid()), "root")
        .resolve(Path.of("/").relativize(home.resolve(SEQUENCER)));
  }

  /** The stack, started if it is not. */
  static synchronized RealStack running() throws Exception {
    RealStack stack = running;
    if (stack == null) {
      stack = new RealStack(false);
      running = stack;
    }
    return stack;
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      sockets.add(socket);
      ports.add(socket.getLocalPort());
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return ports;
  }

  ChainConfig chain() {
    return chain;
  }

  String target() {
    return "127.0.0.1:" + grpcPort;
  }

  int grpcPort() {
    return grpcPort;
  }

  URI l1Url() {
    return URI.create("http://127.0.0.1:" + l1Port);
  }

  /** Where sequencer or batcher serves health and metrics. */
  URI http(String module) {
    return URI.create("http://127.0.0.1:" + httpPorts.get(module));
  }

  L1Client l1() {
    return new L1Client(L1Endpoint.at(l1Url()));
  }

  /** A new connection of the SDK; waits until the sequencer answers. */
  SluiceClient connect() throws InterruptedException {
    List<SluiceClient> connected = new ArrayList<>();
    await(
        "a sequencer that answers",
        () -> {
          try {
            connected.add(SluiceClient.connect(target(), chain.chainId(), chain.rollup()));
            return true;
          } catch (SluiceException notYet) {
            return false;
          }
        });
    return connected.getFirst();
  }

  void startL1() throws Exception {
    AnvilOptions options =
        new AnvilOptions(
            AnvilOptions.binaryIn(files.repository()),
            l1Port,
            Optional.of(Duration.ofSeconds(1)),
            Optional.of(files.l1State()));
    startChild(L1, AnvilNode.command(options, l1Port), Map.of());
    try (L1Client l1 = l1()) {
      await(
          "an L1 node that answers",
          () -> {
            try {
              return l1.chainId() == AnvilNode.CHAIN_ID;
            } catch (L1Exception notYet) {
              return false;
            }
          });
    }
  }

  /** Starts sequencer or batcher; see {@link #awaitReady}. */
  void start(String module) throws Exception {
    Path jar = files.applicationJar(module);
    if (!Files.exists(jar)) {
      throw new AssertionError(jar + " is not built; build it: ./mvnw -DskipTests package");
    }
    Path data = Files.createDirectories(home.resolve(module));
    List<String> command = new ArrayList<>();
    if (smallDisk && module.equals(SEQUENCER)) {
      command.addAll(List.of("unshare", "-rm", "sh", "-c", ON_SMALL_DISK, data.toString()));
    }
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Dquarkus.grpc.server.port=" + grpcPort,
            "-Dquarkus.http.host=127.0.0.1",
            "-Dquarkus.http.port=" + httpPorts.get(module),
            "-jar",
            jar.toString()));
    startChild(
        module,
        command,
        Map.of(
            "SLUICE_HOME", files.repository().toString(),
            "SLUICE_CHAIN_CONFIG", files.chainConfig().toString(),
            "SLUICE_L1_URL", l1Url().toString(),
            "SLUICE_DATA_DIRECTORY", data.toString(),
            "SLUICE_SEQUENCER", target(),
            // No sweep in the middle of a test; payees claim when they like.
            "SLUICE_CLAIM_INTERVAL_SECONDS", "86400"));
  }

  private void startChild(String name, List<String> command, Map<String, String> environment)
      throws Exception {
    children.put(
        name, ChildProcess.start(name, command, environment, files.repository(), files.log(name)));
  }

  /** Asks it to stop, and waits. */
  void stop(String name) throws InterruptedException {
    child(name).stop();
  }

  /** {@code kill -9}, and waits. */
  void kill(String name) throws InterruptedException {
    ChildProcess child = child(name);
    ProcessHandle.of(child.pid()).ifPresent(ProcessHandle::destroyForcibly);
    if (!child.awaitExit(PATIENCE)) {
      throw new AssertionError(name + " survives kill -9");
    }
  }

  private ChildProcess child(String name) {
    ChildProcess child = children.get(name);
    if (child == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return child;
  }

  /** Status and text of its health answer; empty if there is no answer. */
  Optional<HttpResponse<String>> health(String module) throws InterruptedException {
    URI uri = http(module).resolve("/q/health/ready");
    try {
      return Optional.of(
          http.send(
              HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
              HttpResponse.BodyHandlers.ofString()));
    } catch (IOException notListening) {
      return Optional.empty();
    }
  }

  void awaitReady(String module) throws InterruptedException {
    await(
        module + " to be ready",
        () -> {
          if (!child(module).isAlive()) {
            throw new AssertionError(obituary(module));
          }
          return health(module).filter(answer -> answer.statusCode() == 200).isPresent();
        });
  }

  private String obituary(String module) {
    try {
      return child(module).obituary(40);
    } catch (IOException e) {
      return module + " died, and its log cannot be read: " + e;
    }
  }

  /** Something that becomes true. */
  interface Condition {
    boolean holds() throws InterruptedException;
  }

  /** Waits until it holds. */
  static void await(String what, Condition condition) throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.holds()) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new AssertionError("waited " + PATIENCE + " in vain for " + what);
      }
      Thread.sleep(50);
    }
  }

  /** A new key with one ETH on L2. */
  PrivateKey customer(SluiceClient client) throws Exception {
    PrivateKey key =
        PrivateKey.of(
                Keccak256.hash(
                    ("customer " + depositsMade++ + home).getBytes(StandardCharsets.UTF_8)))
            .orElseThrow();
    deposit(key.address());
    await("the deposit", () -> !client.accounts(key.address()).isEmpty());
    return key;
  }

  /** One ETH from L1, not waited for. */
  void deposit(Address owner) throws Exception {
    try (L1Client l1 = l1()) {
      included(
          l1,
          // The demo uses the first ones.
          DevnetAccounts.key(DevnetAccounts.COUNT - 1),
          new BridgeContract(l1, chain.bridge()).depositEth(owner, BigInteger.TEN.pow(18)));
    }
  }

  private L1Receipt included(L1Client l1, PrivateKey key, L1Call call) throws Exception {
    TransactionSender sender =
        new TransactionSender(l1, AnvilNode.CHAIN_ID, key, SenderPolicy.defaults(), errors);
    Outcome outcome = sender.send(call, SendJournal.VOLATILE);
    if (outcome instanceof Outcome.Included included) {
      return included.receipt();
    }
    throw new AssertionError(call.purpose() + ": " + outcome);
  }

  void stopAll() {
    for (String name : List.of(BATCHER, SEQUENCER, L1)) {
      ChildProcess child = children.get(name);
      if (child != null && child.isAlive()) {
        ProcessHandle.of(child.pid()).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }
}
