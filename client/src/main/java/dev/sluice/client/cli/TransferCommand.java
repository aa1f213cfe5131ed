package dev.sluice.client.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.primitives.value.Uint128;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** From account to account. */
@Command(
    name = "transfer",
    description = "Pays an address on L2; opens an account for it if it has none.")
final class TransferCommand extends ReportingCommand {
  @Parameters(index = "0", paramLabel = "TO", description = "An address, or the name of a wallet.")
  private String to = "";

  @Parameters(
      index = "1",
      paramLabel = "AMOUNT",
      description = "Whole tokens (1.5) or base units (1500wei).")
  private String amount = "";

  @Option(
      names = "--token",
      defaultValue = "eth",
      description = "eth, or a token's index (default: ${DEFAULT-VALUE}).")
  private String token = "";

  @Mixin private TransactionOptions transaction = new TransactionOptions();

  @Override
  ObjectNode report(Session session) {
    int index = Session.token(token);
    Uint128 value = session.amount(amount, index);
    ObjectNode report =
        session.send(
            session.wallet().drafts().transfer(session.address(to), index, value),
            transaction.dryRun);
    session.putAmount(report, "amount", index, value);
    return report;
  }
}
