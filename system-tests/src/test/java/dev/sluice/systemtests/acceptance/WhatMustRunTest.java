package dev.sluice.systemtests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.client.devnet.DevnetFiles;
import dev.sluice.client.devnet.Ports;
import dev.sluice.client.sdk.AccountView;
import dev.sluice.client.sdk.SluiceClient;
import dev.sluice.client.sdk.Wallet;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Endpoint;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.l1.deployment.DevnetAccounts;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Uint128;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./sluice devnet} as a process: up, stopped by Ctrl-C, continued, refused when L1 has lost
 * its state, started over. ({@code ./sluice demo} is in {@link ShownByTest}.)
 */
final class WhatMustRunTest {
  private static final Uint128 PAID = Uint128.of(123_456_789);
  private static final int CHILDREN = 3;

  private final Path home;
  private final int offset = DevnetProcess.freePortOffset();
  private final Ports ports = Ports.movedBy(offset);
  private final DevnetFiles files;

  WhatMustRunTest() throws Exception {
    home =
        Files.createTempDirectory(
            Files.createDirectories(Path.of("target").toAbsolutePath()), "devnet-");
    files = DevnetFiles.find().withHome(home);
  }

  private DevnetProcess devnet(String... more) throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of("devnet", "--home", home.toString(), "--port-offset", String.valueOf(offset)));
    words.addAll(List.of(more));
    return DevnetProcess.start(words, Map.of());
  }

  private SluiceClient connect() throws Exception {
    ChainConfig chain = ChainConfig.read(files.chainConfig());
    return SluiceClient.connect("127.0.0.1:" + ports.grpc(), chain.chainId(), chain.rollup());
  }

  private static void requireHealthy(int port) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/health/ready"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer.body());
  }

  /** Ctrl-C, and then nothing of it is left. */
  private void stop(DevnetProcess devnet) throws Exception {
    List<ProcessHandle> children = devnet.descendants();
    assertTrue(children.size() >= CHILDREN, "L1 node, sequencer, batcher: " + children);
    devnet.interrupt();
    devnet.awaitExit();
    for (ProcessHandle child : children) {
      assertFalse(child.isAlive(), "left over: " + child.info());
    }
    assertFalse(devnet.text().contains("killed"), devnet.text());
    ports.requireFree();
    assertFalse(Files.exists(files.children()));
  }

  private static Uint128 balance(SluiceClient client, Address owner) {
    List<AccountView> accounts = client.accounts(owner);
    return accounts.isEmpty() ? Uint128.ZERO : accounts.getFirst().balances().getFirst();
  }

  @Test
  void devnet_startsStopsContinuesAndStartsOver() throws Exception {
    Address alice;
    Address rollup;
    try (DevnetProcess devnet = devnet("--fresh").awaitUp()) {
      ChainConfig chain = ChainConfig.read(files.chainConfig());
      rollup = chain.rollup();
      String printed = devnet.text();
      for (Object shown :
          List.of(
              chain.inbox(),
              rollup,
              chain.bridge(),
              chain.genesis().tokens().get(1),
              "http://127.0.0.1:" + ports.l1(),
              "127.0.0.1:" + ports.grpc(),
              "127.0.0.1:" + ports.sequencerHttp(),
              "127.0.0.1:" + ports.batcherHttp())) {
        assertTrue(printed.contains(shown.toString()), shown + " is not in:\n" + printed);
      }
      requireHealthy(ports.sequencerHttp());
      requireHealthy(ports.batcherHttp());
      List<String> commands =
          devnet.lines().stream()
              .filter(line -> line.startsWith("  ./sluice "))
              .map(String::strip)
              .toList();
      assertEquals(3, commands.size(), printed);
      for (String command : commands) {
        try (DevnetProcess run = DevnetProcess.typed(command)) {
          assertEquals(0, run.awaitExit(), command + ":\n" + run.text());
        }
      }
      Path key = home.resolve("wallets/alice.key");
      assertTrue(Files.exists(key), "one of the three makes a wallet");
      alice = Address.fromHex("0x" + "a11ce".repeat(8));
      try (SluiceClient client = connect();
          L1Client l1 = new L1Client(L1Endpoint.at(URI.create("http://127.0.0.1:" + ports.l1())))) {
        Wallet user = new Wallet(client, DevnetAccounts.key(DevnetAccounts.FIRST_USER));
        new dev.sluice.client.sdk.L1Wallet(l1, chain.chainId(), user.key())
            .send(
                new dev.sluice.l1.contract.BridgeContract(l1, chain.bridge())
                    .depositEth(user.address(), java.math.BigInteger.TEN.pow(18)));
        RealStack.await("the deposit", () -> !client.accounts(user.address()).isEmpty());
        user.transfer(alice, 0, PAID);
        assertEquals(PAID, balance(client, alice));
      }
      stop(devnet);
    }

    try (DevnetProcess devnet = devnet().awaitUp()) {
      assertEquals(rollup, ChainConfig.read(files.chainConfig()).rollup());
      try (SluiceClient client = connect()) {
        assertEquals(PAID, balance(client, alice), "it continues where it stopped");
        new Wallet(client, DevnetAccounts.key(DevnetAccounts.FIRST_USER)).transfer(alice, 0, PAID);
        assertEquals(PAID.plus(PAID), balance(client, alice));
      }
      stop(devnet);
    }

    Files.delete(files.l1State());
    try (DevnetProcess devnet = devnet()) {
      assertEquals(1, devnet.awaitExit(), devnet.text());
      assertTrue(devnet.text().contains("./sluice devnet --fresh"), devnet.text());
      ports.requireFree();
    }

    try (DevnetProcess devnet = devnet("--fresh").awaitUp()) {
      try (SluiceClient client = connect()) {
        assertEquals(List.of(), client.accounts(alice), "started over");
      }
      stop(devnet);
    }
  }

  @Test
  void launcher_namesTheLineThatMends_eachPrerequisiteThatIsMissing(@TempDir Path bin)
      throws Exception {
    // A path with what the script itself needs and an old Node, and nothing else.
    for (String program : List.of("bash", "dirname", "cat")) {
      Files.createSymbolicLink(bin.resolve(program), Path.of("/usr/bin", program));
    }
    Files.writeString(bin.resolve("node"), "#!/bin/sh\necho 18\n");
    Files.setPosixFilePermissions(
        bin.resolve("node"), PosixFilePermissions.fromString("rwxr-xr-x"));
    try (DevnetProcess devnet =
        DevnetProcess.start(List.of("devnet"), Map.of("PATH", bin.toString()))) {
      assertNotEquals(0, devnet.awaitExit());
      for (String missing : List.of("no Maven", "no Node 20 or later (this one is 18)", "no npm")) {
        Optional<String> line =
            devnet.lines().stream()
                .filter(printed -> printed.startsWith("sluice: " + missing + ": "))
                .findFirst();
        assertTrue(
            line.filter(text -> text.contains("install")).isPresent(),
            missing + " is not mended by:\n" + devnet.text());
      }
    }
  }
}
