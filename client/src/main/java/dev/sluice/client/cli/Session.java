package dev.sluice.client.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.sdk.Ack;
import dev.sluice.client.sdk.ChannelView;
import dev.sluice.client.sdk.Confirmed;
import dev.sluice.client.sdk.Draft;
import dev.sluice.client.sdk.JobView;
import dev.sluice.client.sdk.L1Side;
import dev.sluice.client.sdk.L1Wallet;
import dev.sluice.client.sdk.ProviderView;
import dev.sluice.client.sdk.SluiceClient;
import dev.sluice.client.sdk.SluiceException;
import dev.sluice.client.sdk.TokenUnit;
import dev.sluice.client.sdk.Wallet;
import dev.sluice.l1.contract.L1Call;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.l1.deployment.DevnetAccounts;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What one run of a command uses: opened when it is first asked for, closed at the end. */
final class Session implements AutoCloseable {
  /** The chain id of local development nodes, whose keys everybody knows. */
  private static final long DEVNET_CHAIN_ID = 31_337;

  private static final String DEVNET_PREFIX = "devnet:";

  private final CommonOptions options;
  private final PrintWriter notices;
  private final WalletFiles files;
  private @Nullable SluiceClient client;
  private @Nullable L1Side l1;
  private @Nullable Wallet wallet;
  private boolean l1Away;

  /**
   * A session that has opened nothing.
   *
   * @param notices for what the user should know beside the report
   */
  Session(CommonOptions options, PrintWriter notices) {
    this.options = options;
    this.notices = notices;
    this.files = new WalletFiles(options.homeDirectory().resolve("wallets"), new SecureRandom());
  }

  WalletFiles files() {
    return files;
  }

  LocalRecords records() {
    return new LocalRecords(options.homeDirectory().resolve("records"));
  }

  void notice(String text) {
    notices.println(text);
    notices.flush();
  }

  SluiceClient client() {
    SluiceClient open = client;
    if (open == null) {
      Optional<ChainConfig> config = config();
      if (config.isPresent()) {
        open =
            SluiceClient.connect(options.sequencer, config.get().chainId(), config.get().rollup());
      } else {
        notice(
            "note: there is no "
                + options.configFile()
                + "; believing the sequencer about which chain it serves");
        open = SluiceClient.connect(options.sequencer);
      }
      client = open;
    }
    return open;
  }

  L1Side l1() {
    L1Side open = l1;
    if (open == null) {
      open = L1Side.connect(options.l1, client().chain());
      l1 = open;
    }
    return open;
  }

  L1Wallet l1Wallet() {
    return new L1Wallet(l1().client(), client().chain().chainId(), key());
  }

  Wallet wallet() {
    Wallet open = wallet;
    if (open == null) {
      open = new Wallet(client(), key());
      wallet = open;
    }
    return open;
  }

  private Optional<ChainConfig> config() {
    if (!Files.exists(options.configFile())) {
      return Optional.empty();
    }
    try {
      return Optional.of(ChainConfig.read(options.configFile()));
    } catch (IOException e) {
      throw new CommandFailure(
          "cannot read " + options.configFile() + ": " + e.getMessage(),
          "restore it, or start the devnet over with --fresh");
    }
  }

  private boolean isDevnet() {
    return client != null
        ? client.chain().chainId() == DEVNET_CHAIN_ID
        : config().filter(known -> known.chainId() == DEVNET_CHAIN_ID).isPresent();
  }

  /**
   * The name of the wallet that signs; {@code devnet:10} if there is none and the chain is a
   * devnet.
   */
  String walletName() {
    String named = options.wallet;
    if (named != null && !named.isEmpty()) {
      return named;
    }
    List<String> names = files.names();
    if (names.size() == 1) {
      return names.getFirst();
    }
    if (names.contains("default")) {
      return "default";
    }
    if (!names.isEmpty()) {
      throw new CommandFailure(
          "there are several wallets: " + String.join(", ", names), "name one with --wallet");
    }
    if (isDevnet()) {
      notice(
          "note: no wallet is configured; using the devnet's well-known user 10, whose key everybody has");
      return DEVNET_PREFIX + DevnetAccounts.FIRST_USER;
    }
    throw new CommandFailure(
        "there is no wallet in " + files.directory(), "make one: sluice wallet new");
  }

  PrivateKey key() {
    return key(walletName());
  }

  PrivateKey key(String name) {
    if (!name.startsWith(DEVNET_PREFIX)) {
      return files
          .wallet(name)
          .orElseThrow(
              () ->
                  new CommandFailure(
                      "there is no wallet " + name + " in " + files.directory(),
                      "make it: sluice wallet new " + name));
    }
    String user = name.substring(DEVNET_PREFIX.length());
    if (!user.matches("[0-9]{1,2}") || Integer.parseInt(user) >= DevnetAccounts.COUNT) {
      throw new CommandFailure(
          "a devnet has no user " + user, "use devnet:10 to devnet:" + (DevnetAccounts.COUNT - 1));
    }
    if (!isDevnet()) {
      throw new CommandFailure(
          "the keys of a devnet are public and this is no devnet",
          "make a wallet: sluice wallet new");
    }
    return DevnetAccounts.key(Integer.parseInt(user));
  }

  /** An address: 40 hexadecimal digits after {@code 0x}, or the name of a wallet. */
  Address address(String text) {
    if (text.matches("0x[0-9a-fA-F]{40}")) {
      return Address.fromHex(text);
    }
    if (text.startsWith("0x")) {
      throw new CommandFailure(
          "'" + text + "' is no address", "an address is 0x and 40 hexadecimal digits");
    }
    return key(text).address();
  }

  /** A token: {@code eth} or its index. */
  static int token(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "eth", "0" -> 0;
      case "1" -> 1;
      case "2" -> 2;
      case "3" -> 3;
      default ->
          throw new CommandFailure(
              "'" + text + "' is no token",
              "write eth, or the index of a listed token (see: sluice status)");
    };
  }

  /** An amount as the user wrote it, in base units. */
  Uint128 amount(String text, int token) {
    boolean baseUnits = text.toLowerCase(Locale.ROOT).endsWith(TokenUnit.BASE_UNIT_SUFFIX);
    TokenUnit unit =
        token == 0 || baseUnits
            ? new TokenUnit(token, "", TokenUnit.ETH.decimals())
            : l1().unit(token);
    return unit.parse(text)
        .orElseThrow(
            () ->
                new CommandFailure(
                    "'" + text + "' is no amount",
                    "write whole tokens with at most "
                        + unit.decimals()
                        + " digits after the point (1.5), or base units (1500wei)"));
  }

  /** Puts an amount twice: for people, and exactly in base units. */
  void putAmount(ObjectNode report, String field, int token, Uint128 amount) {
    report.put(field, unitToPrint(token).format(amount));
    report.put(field + Output.BASE_UNITS, amount.toString());
  }

  private TokenUnit unitToPrint(int token) {
    if (token == 0) {
      return TokenUnit.ETH;
    }
    try {
      if (!l1Away) {
        return l1().unit(token);
      }
    } catch (SluiceException e) {
      l1Away = true;
      notice("note: " + e.getMessage() + "; amounts of tokens are in base units");
    }
    return new TokenUnit(token, "base units of token " + token, 0);
  }

  static Hash32 hash(String text, String what) {
    if (!text.matches("(0x)?[0-9a-fA-F]{64}")) {
      throw new CommandFailure(
          "'" + text + "' is no " + what, "it is 0x and 64 hexadecimal digits");
    }
    return Hash32.fromHex(text);
  }

  ChannelView channel(String text) {
    return named(text, "channel", client()::channel, client()::channel);
  }

  ProviderView provider(String text) {
    return named(text, "provider", client()::provider, client()::provider);
  }

  JobView job(String text) {
    return named(text, "job", client()::job, client()::job);
  }

  private static <T> T named(
      String text,
      String what,
      Function<Hash32, Optional<T>> byId,
      Function<Long, Optional<T>> byIndex) {
    Optional<T> found =
        text.matches("[0-9]{1,9}")
            ? byIndex.apply(Long.parseLong(text))
            : byId.apply(hash(text, what + " id"));
    return found.orElseThrow(
        () -> new CommandFailure("there is no " + what + " " + text, "check its id or index"));
  }

  /** Signs and sends, or with {@code dryRun} only signs; reports either. */
  ObjectNode send(Draft draft, boolean dryRun) {
    ObjectNode report = Output.object();
    if (dryRun) {
      putSigned(report, wallet().sign(draft));
      return report;
    }
    Confirmed confirmed = wallet().send(draft);
    putAck(report, confirmed.ack());
    switch (confirmed.transaction()) {
      case Transaction.ChannelOpen opened ->
          report.put("channel", wallet().idOpenedBy(opened).toString());
      case Transaction.ProviderRegister opened ->
          report.put("provider", wallet().idOpenedBy(opened).toString());
      case Transaction.JobOpen opened -> report.put("job", wallet().idOpenedBy(opened).toString());
      case Transaction.Transfer _,
          Transaction.Withdraw _,
          Transaction.ChannelCloseStart _,
          Transaction.ProviderUpdate _,
          Transaction.JobResult _,
          Transaction.JobReveal _,
          Transaction.JobVerdict _ -> {}
    }
    return report;
  }

  /** Sends what needs no wallet signature of ours, or with {@code dryRun} only shows it. */
  ObjectNode sendSigned(SignedTransaction signed, boolean dryRun) {
    ObjectNode report = Output.object();
    if (dryRun) {
      putSigned(report, signed);
    } else {
      Ack.Included ack = client().submitOne(signed).orElseThrow();
      putAck(report, ack);
    }
    return report;
  }

  private static void putAck(ObjectNode report, Ack.Included ack) {
    report.put("transaction", ack.transactionId().toString());
    report.put("status", "confirmed");
    report.put("block", ack.block());
    report.put("position", ack.position());
    report.put("postBy", ack.confirmation().postBy());
  }

  private static void putSigned(ObjectNode report, SignedTransaction signed) {
    report.put("dryRun", true);
    report.put("transaction", WireCodec.id(signed).toString());
    report.put("kind", signed.kind().name());
    ObjectNode fields = report.putObject("fields");
    for (RecordComponent component : signed.transaction().getClass().getRecordComponents()) {
      try {
        fields.put(
            component.getName(),
            String.valueOf(component.getAccessor().invoke(signed.transaction())));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("a public record of ours", e);
      }
    }
    report.put("wire", "0x" + HexFormat.of().formatHex(WireCodec.encode(signed)));
  }

  /** What an L1 transaction would be. */
  static void putCall(ObjectNode report, L1Call call, Address from) {
    report.put("dryRun", true);
    report.put("purpose", call.purpose());
    report.put("from", from.toString());
    report.put("to", call.to().map(Address::toString).orElse(""));
    report.put("valueWei", call.valueWei().toString());
    report.put("calldata", "0x" + HexFormat.of().formatHex(call.calldata()));
  }

  @Override
  public void close() {
    if (l1 != null) {
      l1.close();
    }
    if (client != null) {
      client.close();
    }
  }
}
