package dev.sluice.client.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.sdk.JobTerms;
import dev.sluice.client.sdk.JobView;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Hash32;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Jobs in escrow. */
@Command(
    name = "job",
    description = "Jobs in escrow: open, deliver, accept or refuse, settle.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      JobCommand.Open.class,
      JobCommand.Result.class,
      JobCommand.Accept.class,
      JobCommand.Refuse.class,
      JobCommand.Settle.class,
      JobCommand.Show.class
    })
final class JobCommand extends CommandGroup {
  /** 64 hexadecimal digits as they are; any other text by its Keccak-256. */
  private static Hash32 hashOf(String text) {
    return text.matches("0x[0-9a-fA-F]{64}")
        ? Hash32.fromHex(text)
        : Keccak256.hash32(text.getBytes(StandardCharsets.UTF_8));
  }

  @Command(name = "open", description = "Orders a job from a provider and locks the escrow.")
  static final class Open extends ReportingCommand {
    @Parameters(index = "0", paramLabel = "PROVIDER", description = "The provider's id or index.")
    private String provider = "";

    @Parameters(
        index = "1",
        paramLabel = "ESCROW",
        description = "Whole tokens (1.5) or base units (1500wei).")
    private String escrow = "";

    @Option(
        names = "--token",
        defaultValue = "eth",
        description = "eth, or a token's index (default: ${DEFAULT-VALUE}).")
    private String token = "";

    @Option(
        names = "--spec",
        defaultValue = "",
        description = "What is to be done: a text, or its hash (0x and 64 digits).")
    private String spec = "";

    @Option(
        names = "--deadline",
        paramLabel = "SECONDS",
        defaultValue = "600",
        description = "From now until when a result is taken (default: ${DEFAULT-VALUE}).")
    private long deadlineSeconds;

    @Option(
        names = "--window",
        paramLabel = "SECONDS",
        description = "After a result, to refuse it (default: the chain's protective delay).")
    private @Nullable Long windowSeconds;

    @Option(
        names = "--refusal-bps",
        paramLabel = "BPS",
        defaultValue = "5000",
        description =
            "The provider's share if you refuse, in basis points (default: ${DEFAULT-VALUE}).")
    private int refusalBps;

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      int index = Session.token(token);
      long window =
          windowSeconds == null ? session.client().chain().protectiveDelaySeconds() : windowSeconds;
      long deadline = session.client().status().getClock() + deadlineSeconds;
      JobTerms terms =
          new JobTerms(
              session.provider(provider).id(),
              index,
              session.amount(escrow, index),
              hashOf(spec),
              deadline,
              window,
              refusalBps);
      ObjectNode report =
          session.send(session.wallet().drafts().jobOpen(terms), transaction.dryRun);
      report.put("deadline", deadline);
      return report;
    }
  }

  @Command(
      name = "result",
      description = "Delivers the result of a job; by the wallet of its provider.")
  static final class Result extends ReportingCommand {
    @Mixin private Target target = new Target();

    @Parameters(
        index = "1",
        paramLabel = "RESULT",
        description = "A text, or its hash (0x and 64 digits).")
    private String result = "";

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      JobView view = session.job(target.id);
      return session.send(
          session.wallet().drafts().jobResult(view.id(), view.token(), hashOf(result)),
          transaction.dryRun);
    }
  }

  @Command(name = "accept", description = "Accepts a result: the provider is paid.")
  static final class Accept extends ReportingCommand {
    @Mixin private Target target = new Target();

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      return session.send(
          session
              .wallet()
              .drafts()
              .jobVerdict(session.job(target.id).id(), Transaction.Verdict.ACCEPT, 0),
          transaction.dryRun);
    }
  }

  @Command(
      name = "refuse",
      description = "Refuses a result within the window: the escrow is split as agreed.")
  static final class Refuse extends ReportingCommand {
    @Mixin private Target target = new Target();

    @Option(
        names = "--reason",
        paramLabel = "CODE",
        defaultValue = "1",
        description = "0 to 65535 (default: ${DEFAULT-VALUE}).")
    private int reason;

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      return session.send(
          session
              .wallet()
              .drafts()
              .jobVerdict(session.job(target.id).id(), Transaction.Verdict.REFUSE, reason),
          transaction.dryRun);
    }
  }

  @Command(
      name = "settle",
      description =
          "Settles a job whose time is over: by silence if there is a result, else by time-out. Anybody may.")
  static final class Settle extends ReportingCommand {
    @Mixin private Target target = new Target();

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      JobView view = session.job(target.id);
      Transaction.Expiry expiry =
          switch (view.state()) {
            case JOB_STATE_DONE -> Transaction.Expiry.SILENCE;
            case JOB_STATE_OPEN -> Transaction.Expiry.TIME_OUT;
            case JOB_STATE_ACCEPTED,
                JOB_STATE_ACCEPTED_BY_SILENCE,
                JOB_STATE_REFUSED,
                JOB_STATE_TIMED_OUT,
                JOB_STATE_UNSPECIFIED,
                UNRECOGNIZED ->
                throw new CommandFailure(
                    "job " + view.index() + " is over: " + Output.name(view.state(), "JOB_STATE_"),
                    "nothing; sluice job show " + view.index());
          };
      return session.sendSigned(
          SignedTransaction.unsigned(new Transaction.JobExpiry(view.id(), expiry)),
          transaction.dryRun);
    }
  }

  @Command(name = "show", description = "Shows a job.")
  static final class Show extends ReportingCommand {
    @Mixin private Target target = new Target();

    @Override
    ObjectNode report(Session session) {
      JobView view = session.job(target.id);
      ObjectNode report = Output.object();
      report.put("job", view.id().toString());
      report.put("index", view.index());
      report.put("state", Output.name(view.state(), "JOB_STATE_"));
      report.put("buyer", view.buyer());
      report.put("provider", view.provider());
      session.putAmount(report, "escrow", view.token(), view.escrow());
      report.put("resultHash", view.resultHash().toString());
      report.put("deadline", view.deadline());
      report.put("windowEnd", view.windowEnd());
      report.put("windowSeconds", view.windowSeconds());
      report.put("refusalBps", view.refusalBps());
      report.put("reason", view.reason());
      return report;
    }
  }
}
