package dev.sluice.client.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.sdk.Ack;
import dev.sluice.client.sdk.TransactionStatus;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.proto.v1.ChainHeads;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What became of a transaction. */
@Command(name = "tx", description = "What became of a transaction.")
final class TransactionCommand extends ReportingCommand {
  @Parameters(paramLabel = "ID", description = "The transaction's id.")
  private String id = "";

  @Override
  ObjectNode report(Session session) {
    ObjectNode report = Output.object();
    report.put("transaction", Session.hash(id, "transaction id").toString());
    switch (session.client().transaction(Session.hash(id, "transaction id"))) {
      case TransactionStatus.InBlock found -> inBlock(session, report, found);
      case TransactionStatus.Waiting _ -> report.put("status", "waiting for its block");
      case TransactionStatus.RefusedLately lately -> {
        report.put("status", "refused");
        refusal(report, lately.refusal());
      }
      case TransactionStatus.Unknown _ ->
          throw new CommandFailure(
              "the sequencer does not know " + id,
              "check the id; a refused transaction is forgotten after a while");
    }
    return report;
  }

  private static void inBlock(Session session, ObjectNode report, TransactionStatus.InBlock found) {
    ChainHeads heads = session.client().heads();
    report.put("status", found.refused().isPresent() ? "in a block, without effect" : "applied");
    report.put(
        "progress",
        found.block() <= heads.getFinalized()
            ? "finalized"
            : found.block() <= heads.getSafe() ? "safe" : "unsafe");
    report.put(
        "kind",
        TransactionKind.of(found.kind()).map(TransactionKind::name).orElse("kind " + found.kind()));
    report.put("block", found.block());
    report.put("position", found.position());
    report.put("clock", found.clock());
    found.created().ifPresent(index -> report.put("created", index));
    found.refused().ifPresent(refused -> refusal(report, refused));
    report.put("posted", found.posted().toHexString());
  }

  private static void refusal(ObjectNode report, Ack.Refused refused) {
    report.put("refusal", refused.name());
    report.put("number", refused.number());
    report.put("message", refused.message());
    report.put("remedy", refused.remedy());
  }
}
