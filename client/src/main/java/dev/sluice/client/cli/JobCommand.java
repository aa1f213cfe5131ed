package dev.sluice.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.sdk.JobMode;
import dev.sluice.client.sdk.JobTerms;
import dev.sluice.client.sdk.JobView;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.proto.v1.JobMemberState;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
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
      JobCommand.Commit.class,
      JobCommand.Reveal.class,
      JobCommand.Accept.class,
      JobCommand.Refuse.class,
      JobCommand.Settle.class,
      JobCommand.Show.class
    })
final class JobCommand extends CommandGroup {
  private static final String COMMITMENTS = "commitments";

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

    @Option(
        names = "--expect",
        paramLabel = "RESULT",
        description =
            "Pay for exactly this result, at once: a text, or its hash (0x and 64 digits).")
    private @Nullable String expected;

    @Option(
        names = "--with",
        paramLabel = "PROVIDER",
        split = ",",
        description = "Ask these providers as well; needs --quorum.")
    private List<String> others = new ArrayList<>();

    @Option(
        names = "--quorum",
        paramLabel = "K",
        description = "Pay the first K providers that reveal the same result.")
    private @Nullable Integer quorum;

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      int index = Session.token(token);
      long window =
          windowSeconds == null ? session.client().chain().protectiveDelaySeconds() : windowSeconds;
      long deadline = session.client().status().getClock() + deadlineSeconds;
      JobTerms terms =
          new JobTerms(
              providers(session),
              mode(),
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

    private List<Hash32> providers(Session session) {
      List<Hash32> ids = new ArrayList<>(List.of(session.provider(provider).id()));
      others.forEach(other -> ids.add(session.provider(other).id()));
      return ids;
    }

    private JobMode mode() {
      String result = expected;
      Integer k = quorum;
      if (result != null && k != null || k == null && !others.isEmpty()) {
        throw new CommandFailure(
            "a job has one way to be judged",
            "give --expect alone, or --quorum with --with, or neither");
      }
      if (k != null) {
        int n = 1 + others.size();
        if (n > Transaction.JOB_PROVIDERS_MAX || k < 1 || k > n) {
          throw new CommandFailure(
              "a quorum of " + k + " of " + n, "name 2 to 5 providers, and more than half of them");
        }
        return new JobMode.Quorum(k);
      }
      return result == null
          ? new JobMode.BuyerAccepts()
          : JobMode.ExpectedHash.ofResult(hashOf(result));
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

  /** The member of a k-of-n job that a wallet signs for; with several, one that is due. */
  private static int member(Session session, JobView view, JobMemberState due) {
    int found = -1;
    long account = session.wallet().requireAccount();
    List<JobView.Member> members =
        view.quorum()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        "job " + view.index() + " has one provider", "sluice job result"))
            .members();
    for (int member = 0; member < members.size(); member++) {
      long provider = members.get(member).provider();
      if (session.client().provider(provider).filter(one -> one.account() == account).isPresent()) {
        if (members.get(member).state() == due) {
          return member;
        }
        found = member;
      }
    }
    if (found >= 0) {
      return found; // the sequencer says why it is not due
    }
    throw new CommandFailure(
        "this wallet has no provider in job " + view.index(), "name another with --wallet");
  }

  @Command(
      name = "commit",
      description = "Commits to a result of a k-of-n job; by the wallet of one of its providers.")
  static final class Commit extends ReportingCommand {
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
      int member = member(session, view, JobMemberState.JOB_MEMBER_STATE_AWAITED);
      byte[] random = new byte[Hash32.BYTES];
      new SecureRandom().nextBytes(random);
      Hash32 salt = Hash32.of(random);
      Hash32 hash = hashOf(result);
      if (!transaction.dryRun) {
        // Kept before it is sent: without it nothing can be revealed.
        session.records().write(COMMITMENTS, name(view, member), hash + " " + salt);
      }
      ObjectNode report =
          session.send(
              session.wallet().drafts().jobCommit(view.id(), view.token(), member, hash, salt),
              transaction.dryRun);
      report.put("member", member);
      return report;
    }
  }

  private static String name(JobView view, int member) {
    return view.id() + "-" + member;
  }

  @Command(
      name = "reveal",
      description = "Shows the result that was committed to; the reveal that makes K equal pays.")
  static final class Reveal extends ReportingCommand {
    @Mixin private Target target = new Target();

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      JobView view = session.job(target.id);
      int member = member(session, view, JobMemberState.JOB_MEMBER_STATE_COMMITTED);
      String[] words =
          session
              .records()
              .read(COMMITMENTS, name(view, member))
              .map(line -> line.split(" ", -1))
              .filter(parts -> parts.length == 2)
              .orElseThrow(
                  () ->
                      new CommandFailure(
                          "nothing was committed to job " + view.index() + " from here",
                          "sluice job commit " + view.index() + " RESULT"));
      ObjectNode report =
          session.send(
              session
                  .wallet()
                  .drafts()
                  .jobReveal(
                      view.id(),
                      view.token(),
                      member,
                      Hash32.fromHex(words[0]),
                      Hash32.fromHex(words[1])),
              transaction.dryRun);
      report.put("member", member);
      return report;
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
      view.quorum()
          .ifPresent(
              quorum -> {
                report.put("quorum", quorum.k());
                ArrayNode members = report.putArray("members");
                for (JobView.Member member : quorum.members()) {
                  ObjectNode one = members.addObject();
                  one.put("provider", member.provider());
                  one.put("state", Output.name(member.state(), "JOB_MEMBER_STATE_"));
                  one.put("hash", member.hash().toString());
                }
              });
      return report;
    }
  }
}
