package dev.sluice.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.sdk.Chain;
import dev.sluice.client.sdk.L1Side;
import dev.sluice.client.sdk.SluiceException;
import dev.sluice.l1.connection.L1Exception;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.proto.v1.ChainInfoAnswer;
import picocli.CommandLine.Command;

/** How the chain is. */
@Command(name = "status", description = "Heads, health, parameters, fees, and L1.")
final class StatusCommand extends ReportingCommand {
  @Override
  ObjectNode report(Session session) {
    Chain chain = session.client().chain();
    ChainInfoAnswer now = session.client().status();
    ObjectNode report = Output.object();
    report.put("chain", chain.name());
    report.put("chainId", chain.chainId());
    report.put("rollup", chain.rollup().toString());
    report.put("inbox", chain.inbox().toString());
    report.put("bridge", chain.bridge().toString());
    report.put("sequencer", chain.sequencer().toString());
    ObjectNode heads = report.putObject("heads");
    heads.put("unsafe", now.getHeads().getUnsafe());
    heads.put("safe", now.getHeads().getSafe());
    heads.put("finalized", now.getHeads().getFinalized());
    report.put("clock", now.getClock());
    report.put("epoch", chain.epochAt(now.getClock()));
    ObjectNode counts = report.putObject("counts");
    counts.put("accounts", Integer.toUnsignedLong(now.getAccounts()));
    counts.put("withdrawals", Integer.toUnsignedLong(now.getWithdrawals()));
    counts.put("channels", Integer.toUnsignedLong(now.getChannels()));
    counts.put("providers", Integer.toUnsignedLong(now.getProviders()));
    counts.put("jobs", Integer.toUnsignedLong(now.getJobs()));
    ObjectNode parameters = report.putObject("parameters");
    parameters.put("epochSeconds", chain.epochSeconds());
    parameters.put("protectiveDelaySeconds", chain.protectiveDelaySeconds());
    parameters.put("challengeWindowSeconds", chain.challengeWindowSeconds());
    ObjectNode health = report.putObject("health");
    health.put("sequencer", "up");
    health.put("l1", l1(session));
    ArrayNode fees = report.putArray("fees");
    for (TransactionKind kind : TransactionKind.values()) {
      if (kind.feeMultiplier() > 0) {
        ObjectNode fee = fees.addObject();
        fee.put("kind", kind.name());
        for (int token = 0; token < chain.tokens().size(); token++) {
          if (chain.isListed(token)) {
            session.putAmount(fee, "token" + token, token, chain.price(kind, token));
          }
        }
      }
    }
    return report;
  }

  private static String l1(Session session) {
    try {
      L1Side l1 = session.l1();
      return "up, block " + l1.client().latestBlock().number() + ", batches " + l1.rollup().head();
    } catch (SluiceException | L1Exception e) {
      return "down: " + e.getMessage();
    }
  }
}
