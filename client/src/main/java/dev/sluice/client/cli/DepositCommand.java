package dev.sluice.client.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.sdk.BridgeClient;
import dev.sluice.client.sdk.L1Wallet;
import dev.sluice.client.sdk.TransactionStatus;
import dev.sluice.l1.contract.TestToken;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Uint128;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** From L1 to L2. */
@Command(
    name = "deposit",
    description = "Deposits ETH or a token from L1 and waits until it is credited on L2.")
final class DepositCommand extends ReportingCommand {
  @Parameters(paramLabel = "AMOUNT", description = "Whole tokens (1.5) or base units (1500wei).")
  private String amount = "";

  @Option(
      names = "--token",
      defaultValue = "eth",
      description = "eth, or a token's index (default: ${DEFAULT-VALUE}).")
  private String token = "";

  @Option(
      names = "--to",
      paramLabel = "ADDRESS",
      description = "Who owns it on L2 (default: the wallet that signs).")
  private @Nullable String to;

  @Option(names = "--mint", description = "Mint the amount of the devnet's test token first.")
  private boolean mint;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "How long to wait for the credit on L2 (default: ${DEFAULT-VALUE}).")
  private int waitSeconds;

  @Mixin private TransactionOptions transaction = new TransactionOptions();

  @Override
  ObjectNode report(Session session) {
    int index = Session.token(token);
    Uint128 value = session.amount(amount, index);
    L1Wallet from = session.l1Wallet();
    Address owner = to == null ? from.address() : session.address(to);
    ObjectNode report = Output.object();
    if (transaction.dryRun) {
      Session.putCall(
          report,
          index == 0
              ? session.l1().bridge().depositEth(owner, value.toBigInteger())
              : session.l1().bridge().depositToken(index, value, owner),
          from.address());
      return report;
    }
    if (mint && session.client().chain().isListed(index) && index > 0) {
      Address contract = session.client().chain().tokens().get(index);
      from.send(
          new TestToken(session.l1().client(), contract)
              .mint(from.address(), value.toBigInteger()));
    }
    BridgeClient bridge = new BridgeClient(session.client(), session.l1());
    BridgeClient.Deposit deposit = bridge.deposit(from, index, value, owner);
    report.put("l1Transaction", deposit.receipt().transactionHash().toString());
    report.put("l1Block", deposit.receipt().blockNumber());
    report.put("gasUsed", deposit.receipt().gasUsed());
    report.put("transaction", deposit.messageId().toString());
    report.put("owner", owner.toString());
    session.putAmount(report, "amount", index, value);
    TransactionStatus status = bridge.awaitCredited(deposit, Duration.ofSeconds(waitSeconds));
    if (status instanceof TransactionStatus.InBlock credited) {
      report.put("status", "credited");
      report.put("block", credited.block());
    } else {
      report.put("status", "on L1, not yet credited");
    }
    return report;
  }
}
