package dev.sluice.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.sdk.L1Wallet;
import dev.sluice.client.sdk.ProvenWithdrawal;
import dev.sluice.client.sdk.WithdrawalStage;
import dev.sluice.client.sdk.WithdrawalTracker;
import dev.sluice.l1.connection.L1Receipt;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Uint128;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** From L2 to L1: the request; then {@code status} and {@code claim}. */
@Command(
    name = "withdraw",
    description = {
      "Burns an amount on L2, to be claimed on L1.",
      "Then: sluice withdraw status ID, sluice withdraw claim ID"
    },
    subcommands = {WithdrawCommand.Stage.class, WithdrawCommand.Claim.class})
final class WithdrawCommand extends ReportingCommand {
  @Parameters(
      arity = "0..1", // not asked for before a subcommand
      paramLabel = "AMOUNT",
      description = "Whole tokens (1.5) or base units (1500wei).")
  private @Nullable String amount;

  @Option(
      names = "--token",
      defaultValue = "eth",
      description = "eth, or a token's index (default: ${DEFAULT-VALUE}).")
  private String token = "";

  @Option(
      names = "--to",
      paramLabel = "ADDRESS",
      description = "Who is paid on L1 (default: the wallet that signs).")
  private @Nullable String to;

  @Mixin private TransactionOptions transaction = new TransactionOptions();

  @Override
  ObjectNode report(Session session) {
    String text = amount;
    if (text == null) {
      throw new CommandFailure(
          "an amount is missing", "sluice withdraw AMOUNT; see sluice withdraw --help");
    }
    int index = Session.token(token);
    Uint128 value = session.amount(text, index);
    Address recipient = to == null ? session.wallet().address() : session.address(to);
    ObjectNode report =
        session.send(
            session.wallet().drafts().withdraw(recipient, index, value), transaction.dryRun);
    session.putAmount(report, "amount", index, value);
    report.put("recipient", recipient.toString());
    return report;
  }

  /** The leaf's index, given as such or by the transaction that made it. */
  private static long index(WithdrawalTracker tracker, String text) {
    return text.matches("[0-9]{1,10}")
        ? Long.parseLong(text)
        : tracker.indexOf(Session.hash(text, "withdrawal: neither an index nor a transaction id"));
  }

  private static void put(Session session, ObjectNode report, ProvenWithdrawal withdrawal) {
    report.put("recipient", withdrawal.recipient().toString());
    session.putAmount(report, "amount", withdrawal.token(), withdrawal.amount());
    report.put("batch", withdrawal.header().number());
  }

  @Command(name = "status", description = "How far a withdrawal is.")
  static final class Stage extends ReportingCommand {
    @Parameters(paramLabel = "ID", description = "The transaction of the withdrawal, or its index.")
    private String id = "";

    @Override
    ObjectNode report(Session session) {
      WithdrawalTracker tracker = new WithdrawalTracker(session.client(), session.l1());
      long index = index(tracker, id);
      ObjectNode report = Output.object();
      report.put("withdrawal", index);
      switch (tracker.stage(index)) {
        case WithdrawalStage.Sequenced _ ->
            report.put("status", "sequenced: waits for its batch on L1");
        case WithdrawalStage.Posted posted -> {
          report.put("status", "posted: its challenge window is running");
          report.put("finalAt", posted.finalAt());
          put(session, report, posted.withdrawal());
        }
        case WithdrawalStage.Claimable claimable -> {
          report.put("status", "claimable");
          put(session, report, claimable.withdrawal());
        }
        case WithdrawalStage.Claimed _ -> report.put("status", "claimed");
      }
      return report;
    }
  }

  @Command(
      name = "claim",
      description =
          "Claims withdrawals on L1, several in one transaction; waits until they can be claimed.")
  static final class Claim extends ReportingCommand {
    @Parameters(
        arity = "1..*",
        paramLabel = "ID",
        description = "Transactions of withdrawals, or their indices.")
    private List<String> ids = new ArrayList<>();

    @Option(
        names = "--wait",
        paramLabel = "SECONDS",
        defaultValue = "120",
        description = "How long to wait for the challenge window (default: ${DEFAULT-VALUE}).")
    private int waitSeconds;

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      WithdrawalTracker tracker = new WithdrawalTracker(session.client(), session.l1());
      L1Wallet payer = session.l1Wallet();
      ObjectNode report = Output.object();
      ArrayNode claimed = report.putArray("withdrawals");
      List<ProvenWithdrawal> claimable = new ArrayList<>();
      for (String id : ids) {
        long index = index(tracker, id);
        switch (tracker.awaitClaimable(index, Duration.ofSeconds(waitSeconds))) {
          case WithdrawalStage.Claimable ready -> claimable.add(ready.withdrawal());
          case WithdrawalStage.Claimed _ ->
              session.notice("note: withdrawal " + index + " is claimed already");
          case WithdrawalStage.Posted posted ->
              throw new CommandFailure(
                  "withdrawal "
                      + index
                      + " is final at "
                      + posted.finalAt()
                      + " (seconds since 1970)",
                  "wait longer: --wait");
          case WithdrawalStage.Sequenced _ ->
              throw new CommandFailure(
                  "withdrawal " + index + " is in no batch on L1 yet",
                  "wait longer (--wait), and check that the batcher runs");
        }
      }
      List<ProvenWithdrawal> together = sameBatch(tracker, claimable);
      for (ProvenWithdrawal withdrawal : together) {
        ObjectNode one = claimed.addObject();
        one.put("withdrawal", withdrawal.index());
        put(session, one, withdrawal);
      }
      if (together.isEmpty()) {
        report.put("status", "nothing to claim");
      } else if (transaction.dryRun) {
        report.put("dryRun", true);
        report.put("from", payer.address().toString());
      } else {
        L1Receipt receipt =
            together.size() == 1
                ? tracker.claim(payer, together.getFirst())
                : tracker.claimBatch(payer, together);
        report.put("status", "claimed");
        report.put("l1Transaction", receipt.transactionHash().toString());
        report.put("gasUsed", receipt.gasUsed());
      }
      return report;
    }

    /** All against the newest of their batches, which is final and has them all. */
    private static List<ProvenWithdrawal> sameBatch(
        WithdrawalTracker tracker, List<ProvenWithdrawal> withdrawals) {
      if (withdrawals.size() < 2) {
        return withdrawals;
      }
      BatchHeader newest =
          withdrawals.stream()
              .map(ProvenWithdrawal::header)
              .max(Comparator.comparingLong(BatchHeader::number))
              .orElseThrow();
      return withdrawals.stream()
          .map(
              withdrawal ->
                  tracker
                      .against(withdrawal.index(), newest)
                      .orElseThrow(
                          () ->
                              new CommandFailure(
                                  "batch "
                                      + newest.number()
                                      + " does not prove withdrawal "
                                      + withdrawal.index(),
                                  "claim it alone")))
          .toList();
    }
  }
}
