package dev.sluice.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.sdk.AccountView;
import dev.sluice.client.sdk.Chain;
import dev.sluice.client.sdk.L1Side;
import dev.sluice.client.sdk.SluiceException;
import dev.sluice.client.sdk.TokenUnit;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.value.Address;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Keys and balances. */
@Command(
    name = "wallet",
    description = "Keys and balances.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {WalletCommand.New.class, WalletCommand.Show.class, WalletCommand.Balance.class})
final class WalletCommand extends CommandGroup {
  @Command(name = "new", aliases = "create", description = "Makes a wallet with a fresh key.")
  static final class New extends ReportingCommand {
    @Parameters(
        arity = "0..1",
        defaultValue = "default",
        description = "Its name (default: ${DEFAULT-VALUE}).")
    private String name = "";

    @Override
    ObjectNode report(Session session) {
      PrivateKey key = session.files().create(name);
      ObjectNode report = Output.object();
      report.put("wallet", name);
      report.put("address", key.address().toString());
      report.put("directory", session.files().directory().toString());
      return report;
    }
  }

  @Command(name = "show", description = "Shows the wallet that signs, and the names of all.")
  static final class Show extends ReportingCommand {
    @Option(
        names = "--secret",
        description = "Print the secret key too. Whoever sees it owns everything.")
    private boolean secret;

    @Override
    ObjectNode report(Session session) {
      String name = session.walletName();
      PrivateKey key = session.key(name);
      ObjectNode report = Output.object();
      report.put("wallet", name);
      report.put("address", key.address().toString());
      if (secret) {
        report.put("secret", "0x" + HexFormat.of().formatHex(key.exportSecret()));
      }
      ArrayNode names = report.putArray("wallets");
      session.files().names().forEach(names::add);
      return report;
    }
  }

  @Command(name = "balance", description = "Balances on L2, and the ETH on L1.")
  static final class Balance extends ReportingCommand {
    @Parameters(
        arity = "0..1",
        paramLabel = "ADDRESS",
        description = "An address or wallet (default: the wallet that signs).")
    private @Nullable String of;

    @Override
    ObjectNode report(Session session) {
      Address address = of == null ? session.key().address() : session.address(of);
      Chain chain = session.client().chain();
      ObjectNode report = Output.object();
      report.put("address", address.toString());
      ArrayNode accounts = report.putArray("accounts");
      for (AccountView account : session.client().accounts(address)) {
        ObjectNode one = accounts.addObject();
        one.put("account", account.index());
        one.put("nonce", account.nonce());
        for (int token = 0; token < account.balances().size(); token++) {
          if (chain.isListed(token)) {
            session.putAmount(one, "token" + token, token, account.balances().get(token));
          }
        }
      }
      try {
        L1Side l1 = session.l1();
        report.put("l1", TokenUnit.ETH.decimal(l1.balanceWei(address)) + " ETH");
      } catch (SluiceException e) {
        session.notice("note: " + e.getMessage());
      }
      return report;
    }
  }
}
