package dev.sluice.client.demo;

import dev.sluice.client.console.Progress;
import dev.sluice.client.demo.Stage.Participant;
import dev.sluice.client.demo.model.Check;
import dev.sluice.client.demo.model.LedgerModel;
import dev.sluice.client.demo.model.LedgerModel.JobState;
import dev.sluice.client.sdk.Device;
import dev.sluice.client.sdk.JobMode;
import dev.sluice.client.sdk.JobTerms;
import dev.sluice.client.sdk.JobView;
import dev.sluice.client.sdk.Wallet;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction.Expiry;
import dev.sluice.primitives.transaction.Transaction.JobExpiry;
import dev.sluice.primitives.transaction.Transaction.WalletSigned;
import dev.sluice.primitives.value.Hash32;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Jobs that no buyer judges: two of three providers that reveal the same result are paid, with a
 * liar among them or not; three that disagree are not paid, and the buyer has the escrow back; and
 * jobs whose one right result the buyer knows by its hash.
 */
final class QuorumScene {
  private static final BigInteger ESCROW = BigInteger.TEN.pow(13);
  private static final BigInteger TOKEN_ESCROW = BigInteger.TEN.pow(8);
  private static final int N = 3;
  private static final int K = 2;
  private static final long AMPLE_SECONDS = 3_600;

  /** Time for three commitments to get into blocks on a busy machine. */
  private static final long SHORT_SECONDS = 25;

  private enum End {
    UNANIMOUS,
    OUTVOTED,
    NO_MAJORITY,
    EXPECTED
  }

  /** What a member commits to. */
  private record Member(Participant worker, Hash32 result, Hash32 salt) {}

  private record Job(Hash32 id, End end, int token, List<Member> members) {
    String name() {
      return id.toString();
    }
  }

  private final Stage stage;
  private final List<Job> jobs;

  private QuorumScene(Stage stage, List<Job> jobs) {
    this.stage = stage;
    this.jobs = jobs;
  }

  /**
   * Everything but the refunds, which take their time; as {@link JobScene#play}, with at least
   * three devices.
   */
  static QuorumScene begin(Stage stage, List<Device> devices) throws IOException {
    List<Job> jobs = open(stage, devices);
    commit(stage, jobs);
    // In two rounds, so that no reveal comes after its job was settled: the liars first.
    reveal(stage, jobs, "jobs revealed, first", End.OUTVOTED, member -> member == 0);
    reveal(stage, jobs, "jobs revealed, none alike", End.NO_MAJORITY, member -> true);
    reveal(stage, jobs, "jobs settled against a liar", End.OUTVOTED, member -> member > 0);
    reveal(stage, jobs, "jobs settled by two", End.UNANIMOUS, member -> member < K);
    return new QuorumScene(stage, jobs);
  }

  /** The refunds, and the checks. */
  void end() throws IOException, InterruptedException {
    expire(stage, jobs);
    Map<String, LedgerModel.JobView> actual = new HashMap<>();
    for (Job job : jobs) {
      JobView view = stage.client.job(job.id).orElseThrow();
      actual.put(
          job.name(),
          new LedgerModel.JobView(
              view.state().getNumber(),
              view.escrow().toBigInteger(),
              view.resultHash().toString(),
              view.reason(),
              view.quorum().stream()
                  .flatMap(quorum -> quorum.members().stream())
                  .map(member -> member.hash().toString())
                  .toList()));
    }
    List<Check> checks = stage.model.checkJobs(jobs.stream().map(Job::name).toList(), actual);
    stage.scoreboard.add(
        "k of n",
        count(jobs, End.UNANIMOUS)
            + " by two of three, "
            + count(jobs, End.OUTVOTED)
            + " against a liar, "
            + count(jobs, End.NO_MAJORITY)
            + " without majority refunded, "
            + count(jobs, End.EXPECTED)
            + " by expected hash",
        "each job's state, escrow, result and members",
        checks);
  }

  private static long count(List<Job> jobs, End end) {
    return jobs.stream().filter(job -> job.end == end).count();
  }

  private static List<Job> open(Stage stage, List<Device> devices) throws IOException {
    List<Job> jobs = new ArrayList<>();
    long now = stage.l1.latestBlock().timestamp();
    try (Progress progress = stage.progress("k-of-n jobs opened", stage.size.quorums);
        Pipeline pipeline = new Pipeline(stage, progress)) {
      for (int i = 0; i < stage.size.quorums; i++) {
        End end = End.values()[i % End.values().length];
        Participant buyer = stage.participant(i + 1);
        int token = i % 3 == 0 ? Stage.TOKEN : Stage.ETH;
        BigInteger escrow = (token == Stage.ETH ? ESCROW : TOKEN_ESCROW).add(BigInteger.valueOf(i));
        Hash32 agreed = random(stage);
        List<Hash32> providers = new ArrayList<>();
        List<Member> members = new ArrayList<>();
        for (int member = 0; member < (end == End.EXPECTED ? 1 : N); member++) {
          int place = (N * i + member) % devices.size();
          boolean alone = end == End.NO_MAJORITY || end == End.OUTVOTED && member == 0;
          providers.add(devices.get(place).id());
          members.add(
              new Member(stage.participant(place), alone ? random(stage) : agreed, random(stage)));
        }
        JobMode mode =
            end == End.EXPECTED ? JobMode.ExpectedHash.ofResult(agreed) : new JobMode.Quorum(K);
        Wallet wallet = buyer.wallet();
        Wallet.Sent sent =
            wallet.submit(
                wallet
                    .drafts()
                    .jobOpen(
                        new JobTerms(
                            providers,
                            mode,
                            token,
                            Stage.amount(escrow),
                            random(stage),
                            now + (end == End.NO_MAJORITY ? SHORT_SECONDS : AMPLE_SECONDS),
                            stage.client.chain().protectiveDelaySeconds(),
                            0)));
        Hash32 id = wallet.idOpenedBy((WalletSigned) sent.signed().transaction());
        switch (mode) {
          case JobMode.ExpectedHash(Hash32 expected) ->
              stage.model.openExpectingJob(
                  id.toString(),
                  buyer.name(),
                  members.getFirst().worker.name(),
                  members.getFirst().worker.name(),
                  token,
                  escrow,
                  expected.toString());
          case JobMode.Quorum(int k) ->
              stage.model.openQuorumJob(
                  id.toString(),
                  buyer.name(),
                  members.stream().map(member -> member.worker.name()).toList(),
                  k,
                  token,
                  escrow);
          case JobMode.BuyerAccepts _ -> throw new IllegalStateException("not in this scene");
        }
        jobs.add(new Job(id, end, token, members));
        pipeline.add("opening a k-of-n job", sent, _ -> {});
      }
    }
    return jobs;
  }

  private static Hash32 random(Stage stage) {
    return Hash32.of(stage.randomBytes(Hash32.BYTES));
  }

  /** Every commitment, and every result that is expected. */
  private static void commit(Stage stage, List<Job> jobs) {
    long total = jobs.stream().mapToLong(job -> job.members.size()).sum();
    try (Progress progress = stage.progress("results committed", total);
        Pipeline pipeline = new Pipeline(stage, progress)) {
      for (Job job : jobs) {
        for (int i = 0; i < job.members.size(); i++) {
          Member member = job.members.get(i);
          Wallet wallet = member.worker.wallet();
          if (job.end == End.EXPECTED) {
            stage.model.resultOfExpectingJob(job.name(), member.result.toString());
            pipeline.add(
                "an expected result",
                wallet.submit(wallet.drafts().jobResult(job.id, job.token, member.result)),
                _ -> {});
          } else {
            stage.model.commit(
                job.name(), i, Ids.commitment(job.id, i, member.result, member.salt).toString());
            pipeline.add(
                "a commitment",
                wallet.submit(
                    wallet.drafts().jobCommit(job.id, job.token, i, member.result, member.salt)),
                _ -> {});
          }
        }
      }
    }
  }

  private static void reveal(Stage stage, List<Job> jobs, String title, End end, IntPredicate who) {
    List<Job> concerned = jobs.stream().filter(job -> job.end == end).toList();
    long total = Math.max(1, concerned.size());
    try (Progress progress = stage.progress(title, total);
        Pipeline pipeline = new Pipeline(stage, progress)) {
      for (Job job : concerned) {
        for (int i = 0; i < job.members.size(); i++) {
          if (!who.test(i)) {
            continue;
          }
          Member member = job.members.get(i);
          Wallet wallet = member.worker.wallet();
          stage.model.reveal(job.name(), i, member.result.toString());
          pipeline.add(
              "a reveal",
              wallet.submit(
                  wallet.drafts().jobReveal(job.id, job.token, i, member.result, member.salt)),
              _ -> {});
        }
      }
    }
  }

  private static void expire(Stage stage, List<Job> jobs) throws IOException, InterruptedException {
    List<Job> refunded = jobs.stream().filter(job -> job.end == End.NO_MAJORITY).toList();
    try (Progress progress = stage.progress("jobs refunded", Math.max(1, refunded.size()))) {
      for (Job job : refunded) {
        SignedTransaction timeOut =
            SignedTransaction.unsigned(new JobExpiry(job.id, Expiry.TIME_OUT));
        stage.submitWhenDue(
            "a refund", timeOut, Refusal.DEADLINE_NOT_PASSED, Refusal.WINDOW_RUNNING);
        stage.model.settleJob(job.name(), JobState.TIMED_OUT, 0);
        progress.step();
      }
    }
  }
}
