package dev.sluice.client.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.client.fake.FakeChain;
import dev.sluice.client.fake.FakeSequencer;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.l1.deployment.DevnetAccounts;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole command line against a sequencer on a socket. */
@Timeout(120)
class SluiceCliTest {
  private static final Address BOB = FakeChain.key(2).address();
  private static final Uint128 TEN_ETHER = Uint128.parse("10000000000000000000").orElseThrow();

  @TempDir private Path directory;
  private FakeSequencer fake;

  /** What a run of the program left behind. */
  private record Run(int exit, String out, String err) {
    JsonNode json() throws IOException {
      assertEquals(1, out.lines().count(), out);
      return new ObjectMapper().readTree(out);
    }
  }

  @BeforeEach
  void start() throws IOException {
    fake = new FakeSequencer();
    fake.open(FakeChain.ROLLUP, Uint128.ZERO);
    fake.open(DevnetAccounts.key(DevnetAccounts.FIRST_USER).address(), TEN_ETHER);
    new ChainConfig(
            FakeChain.CHAIN_ID,
            FakeChain.GENESIS,
            FakeChain.ROLLUP,
            FakeChain.ROLLUP,
            FakeChain.ROLLUP,
            FakeChain.ROLLUP,
            Hash32.ZERO,
            0,
            1)
        .write(directory.resolve("devnet.json"));
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  private Run run(String... words) {
    List<String> arguments = new ArrayList<>(Arrays.asList(words));
    arguments.addAll(
        List.of(
            "--home",
            directory.toString(),
            "--sequencer",
            fake.target(),
            "--l1",
            "http://127.0.0.1:1"));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        SluiceCli.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments.toArray(String[]::new));
    return new Run(exit, out.toString(), err.toString());
  }

  @Test
  void transfer_usesTheDevnetsUser_andSaysSo() throws IOException {
    Run run = run("transfer", BOB.toString(), "1.5", "--json");
    assertEquals(0, run.exit(), run.err());
    assertEquals("confirmed", run.json().path("status").asText());
    assertEquals("1500000000000000000", run.json().path("amountBaseUnits").asText());
    assertTrue(run.err().contains("well-known user 10"), run.err());
    assertEquals(Uint128.of(1_500_000_000_000_000_000L), fake.balance(2));
    Run found = run("tx", run.json().path("transaction").asText(), "--json");
    assertEquals("applied", found.json().path("status").asText());
    assertEquals("TRANSFER", found.json().path("kind").asText());
  }

  @Test
  void transfer_printsLinesForPeople_withoutJson() {
    Run run = run("transfer", BOB.toString(), "7wei");
    assertEquals(0, run.exit(), run.err());
    assertTrue(run.out().contains("status       confirmed"), run.out());
    assertFalse(run.out().contains("base units"), run.out());
  }

  @Test
  void dryRun_showsWhatWouldBeSigned_andSendsNothing() throws IOException {
    Run run = run("transfer", BOB.toString(), "1", "--dry-run", "--json");
    assertEquals(0, run.exit(), run.err());
    assertTrue(run.json().path("dryRun").asBoolean());
    assertEquals(BOB.toString(), run.json().path("fields").path("to").asText());
    assertEquals(2 + 2 * 130, run.json().path("wire").asText().length());
    assertEquals(0, fake.submitted());
  }

  @Test
  void refusal_exitsWithOne_andSaysWhatToDo() throws IOException {
    Run run = run("transfer", BOB.toString(), "11");
    assertEquals(1, run.exit());
    assertEquals("", run.out());
    assertTrue(run.err().contains("INSUFFICIENT_BALANCE (10)"), run.err());
    assertTrue(run.err().contains("what to do: deposit more"), run.err());
    Run json = run("transfer", BOB.toString(), "11", "--json");
    assertEquals("", json.out());
    String last = json.err().lines().toList().getLast();
    assertTrue(
        new ObjectMapper().readTree(last).path("error").asText().contains("INSUFFICIENT"), last);
  }

  @Test
  void arguments_thatMeanNothing_areRefusedBeforeAnythingIsSent() {
    for (List<String> words :
        List.of(
            List.of("transfer", BOB.toString(), "-1"),
            List.of("transfer", BOB.toString(), "one"),
            List.of("transfer", "0x1234", "1"),
            List.of("transfer", BOB.toString(), "1", "--token", "dollar"),
            List.of("transfer", BOB.toString(), "0.0000000000000000001"),
            List.of("tx", "0x12"),
            List.of("job", "show", "zz"),
            List.of("transfer", BOB.toString()),
            List.of("channel"),
            List.of("nonsense"))) {
      Run run = run(words.toArray(String[]::new));
      assertTrue(run.exit() == 1 || run.exit() == 2, words + " exits with " + run.exit());
      assertEquals("", run.out(), words.toString());
      assertFalse(run.err().contains("\tat "), run.err());
    }
    assertEquals(0, fake.submitted());
  }

  @Test
  void argumentsThatAreMisread_areOneJsonObject_whenAsked() throws IOException {
    for (List<String> words :
        List.of(
            List.of("transfer"),
            List.of("job", "open", "0"),
            List.of("channel"),
            List.of("nonsense"),
            List.of("transfer", BOB.toString(), "1", "--nonsense"),
            List.of("channel", "receive", "--count", "many"))) {
      List<String> json = new ArrayList<>(words);
      json.add("--json");
      Run run = run(json.toArray(String[]::new));
      assertEquals(2, run.exit(), words.toString());
      assertEquals("", run.out(), words.toString());
      assertEquals(1, run.err().lines().count(), run.err());
      JsonNode error = new ObjectMapper().readTree(run.err());
      assertFalse(error.path("error").asText().isEmpty(), run.err());
      assertTrue(error.path("remedy").asText().startsWith("see sluice"), run.err());
      Run people = run(words.toArray(String[]::new));
      assertEquals(2, people.exit());
      assertTrue(people.err().lines().count() > 1, people.err());
    }
    assertEquals(0, fake.submitted());
  }

  @Test
  void sequencerThatIsAway_isNamed_withoutAStackTrace() {
    fake.close();
    Run run = run("status");
    assertEquals(1, run.exit());
    assertTrue(run.err().contains("gives no answer: UNAVAILABLE"), run.err());
    assertTrue(run.err().contains("what to do: check that it runs"), run.err());
    assertFalse(run.err().contains("\tat "), run.err());
  }

  @Test
  void configurationOfAnotherChain_isRefused() throws IOException {
    Path other = directory.resolve("other.json");
    new ChainConfig(FakeChain.CHAIN_ID, FakeChain.GENESIS, BOB, BOB, BOB, BOB, Hash32.ZERO, 0, 1)
        .write(other);
    Run run = run("transfer", BOB.toString(), "1", "--config", other.toString());
    assertEquals(1, run.exit());
    assertTrue(run.err().contains("the sequencer serves chain 31337"), run.err());
    assertEquals(0, fake.submitted());
  }

  @Test
  void status_reportsHeadsFeesAndTheHealthOfL1() throws IOException {
    Run run = run("status", "--json");
    assertEquals(0, run.exit(), run.err());
    assertTrue(run.json().path("heads").has("finalized"));
    assertTrue(run.json().path("health").path("l1").asText().startsWith("down: "));
    assertEquals("0.000000001 ETH", run.json().path("fees").get(0).path("token0").asText());
  }

  @Test
  void wallet_livesInAFileOfItsOwnerOnly_andIsShownOnlyWhenAsked() throws IOException {
    Run made = run("wallet", "new", "carol", "--json");
    assertEquals(0, made.exit(), made.err());
    Path file = directory.resolve("wallets/carol.key");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    String secret = Files.readString(file).strip();
    assertFalse(made.out().contains(secret));
    Run shown = run("wallet", "show", "--json");
    assertEquals(made.json().path("address"), shown.json().path("address"));
    assertFalse(shown.out().contains(secret));
    assertEquals(
        "0x" + secret, run("wallet", "show", "--secret", "--json").json().path("secret").asText());
    assertEquals(1, run("wallet", "new", "carol").exit());
    assertEquals(secret, Files.readString(file).strip());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    Run open = run("wallet", "show", "--secret");
    assertEquals(1, open.exit());
    assertTrue(open.err().contains("chmod 600"), open.err());
    assertEquals(1, run("wallet", "new", "../escape").exit());
  }

  @Test
  void wallet_mustBeNamed_whenThereAreSeveral() {
    run("wallet", "new", "carol");
    run("wallet", "new", "dave");
    Run unnamed = run("wallet", "show");
    assertEquals(1, unnamed.exit());
    assertTrue(unnamed.err().contains("--wallet"), unnamed.err());
    assertEquals(0, run("wallet", "show", "--wallet", "dave").exit());
    assertEquals(0, run("wallet", "show", "--wallet", "devnet:11").exit());
    assertEquals(1, run("wallet", "show", "--wallet", "devnet:64").exit());
  }

  @Test
  void channel_isOpenedPaidReceivedAndClaimed() throws IOException {
    Run opened = run("channel", "open", "devnet:11", "2", "--json");
    assertEquals(0, opened.exit(), opened.err());
    String id = opened.json().path("channel").asText();
    Run paid = run("channel", "pay", id, "0.25", "--count", "3", "--json");
    assertEquals(0, paid.exit(), paid.err());
    assertEquals("0.75 ETH", paid.json().path("promised").asText());
    Run more = run("channel", "pay", "0", "0.25", "--json");
    assertEquals("1 ETH", more.json().path("promised").asText());
    assertEquals(1, run("channel", "pay", id, "1.1").exit());
    Run received =
        run("channel", "receive", "--wallet", "devnet:11", "--count", "1", "--for", "30", "--json");
    assertEquals(0, received.exit(), received.err());
    assertEquals("1 ETH", received.json().path("channels").get(0).path("total").asText());
    Run claimed = run("channel", "claim", id, "--json");
    assertEquals(0, claimed.exit(), claimed.err());
    assertEquals(Uint128.of(1_000_000_000_000_000_000L).minus(FakeChain.FEE_UNIT), fake.balance(2));
    assertEquals("1 ETH", run("channel", "show", id, "--json").json().path("claimed").asText());
  }

  @Test
  void withdrawal_isRequested_andItsSubcommandsNeedNoAmount() throws IOException {
    Run made = run("withdraw", "1", "--json");
    assertEquals(0, made.exit(), made.err());
    assertEquals("confirmed", made.json().path("status").asText());
    assertEquals(1, run("withdraw").exit());
    for (String subcommand : List.of("status", "claim")) {
      Run away = run("withdraw", subcommand, "0"); // understood, and then L1 is away
      assertEquals(1, away.exit(), away.err());
      assertTrue(away.err().contains("L1 gives no answer"), away.err());
    }
  }

  @Test
  void everyCommand_offersJsonAndHelp_andEverySenderADryRun() {
    int leaves = 0;
    List<CommandLine> groups =
        new ArrayList<>(Set.copyOf(SluiceCli.commandLine().getSubcommands().values()));
    while (!groups.isEmpty()) {
      CommandLine command = groups.removeLast();
      groups.addAll(
          Set.copyOf(command.getSubcommands().values())); // an alias is not another command
      String name = command.getCommandSpec().qualifiedName();
      assertTrue(command.getCommandSpec().findOption("--help") != null, name);
      if (command.getCommand() instanceof ReportingCommand) {
        leaves++;
        assertTrue(command.getCommandSpec().findOption("--json") != null, name);
        boolean sends =
            name.matches(
                "sluice (deposit|transfer|withdraw|withdraw claim|provider (register|update|move|retire)|job (open|result|commit|reveal|accept|refuse|settle)"
                    + "|channel (open|pay|tick|claim|close|finalize))");
        assertEquals(sends, command.getCommandSpec().findOption("--dry-run") != null, name);
      }
    }
    assertEquals(33, leaves);
  }
}
