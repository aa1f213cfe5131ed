package dev.sluice.client.demo;

import dev.sluice.client.console.Progress;
import dev.sluice.client.demo.Stage.Participant;
import dev.sluice.client.demo.model.Check;
import dev.sluice.client.demo.model.LedgerModel;
import dev.sluice.client.demo.model.LedgerModel.JobState;
import dev.sluice.client.sdk.Device;
import dev.sluice.client.sdk.JobTerms;
import dev.sluice.client.sdk.JobView;
import dev.sluice.client.sdk.Wallet;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction.Expiry;
import dev.sluice.primitives.transaction.Transaction.JobExpiry;
import dev.sluice.primitives.transaction.Transaction.Verdict;
import dev.sluice.primitives.transaction.Transaction.WalletSigned;
import dev.sluice.primitives.value.Hash32;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Jobs in escrow, in all the ways in which they can end. */
final class JobScene {
  private static final BigInteger ESCROW = BigInteger.TEN.pow(13);
  private static final BigInteger TOKEN_ESCROW = BigInteger.TEN.pow(8);
  private static final int REFUSAL_BPS = 3_333;
  private static final int REASON = 42;

  /** Long enough that nothing ends by itself while the demo runs. */
  private static final long AMPLE_SECONDS = 3_600;

  /**
   * Until the deadline of a job that nobody does: time for it to get into a block on a busy
   * machine.
   */
  private static final long SHORT_SECONDS = 20;

  private record Job(
      Hash32 id, JobState end, Participant buyer, Participant worker, int token, Hash32 result) {}

  private JobScene() {}

  /**
   * {@code devices.get(i)} belongs to the i-th participant in turn, as {@link HeartbeatScene}
   * registered them.
   */
  static void play(Stage stage, List<Device> devices) throws IOException, InterruptedException {
    List<Job> jobs = open(stage, devices);
    result(stage, jobs);
    verdict(stage, jobs);
    expire(stage, jobs);

    Map<String, LedgerModel.JobView> actual = new HashMap<>();
    for (Job job : jobs) {
      JobView view = stage.client.job(job.id).orElseThrow();
      actual.put(
          job.id.toString(),
          new LedgerModel.JobView(
              view.state().getNumber(),
              view.escrow().toBigInteger(),
              view.resultHash().toString(),
              view.reason()));
    }
    List<Check> checks =
        stage.model.checkJobs(jobs.stream().map(job -> job.id.toString()).toList(), actual);
    Map<JobState, Integer> counts = new EnumMap<>(JobState.class);
    jobs.forEach(job -> counts.merge(job.end, 1, Integer::sum));
    stage.scoreboard.add(
        "jobs",
        counts.getOrDefault(JobState.ACCEPTED, 0)
            + " accepted, "
            + counts.getOrDefault(JobState.SILENCE, 0)
            + " accepted by silence, "
            + counts.getOrDefault(JobState.REFUSED, 0)
            + " refused, "
            + counts.getOrDefault(JobState.TIMED_OUT, 0)
            + " timed out",
        "each job's state, escrow, result and reason",
        checks);
  }

  private static JobState end(int i) {
    return switch (i % 10) {
      case 1, 5 -> JobState.SILENCE;
      case 2, 6 -> JobState.REFUSED;
      case 3, 7 -> JobState.TIMED_OUT;
      default -> JobState.ACCEPTED;
    };
  }

  private static List<Job> open(Stage stage, List<Device> devices) throws IOException {
    List<Job> jobs = new ArrayList<>();
    long now = stage.l1.latestBlock().timestamp();
    try (Progress progress = stage.progress("jobs opened", stage.size.jobs);
        Pipeline pipeline = new Pipeline(stage, progress)) {
      for (int i = 0; i < stage.size.jobs; i++) {
        int place = i % devices.size();
        Participant buyer = stage.participant(i + 1);
        Participant worker = stage.participant(place);
        int token = i % 3 == 0 ? Stage.TOKEN : Stage.ETH;
        BigInteger escrow = (token == Stage.ETH ? ESCROW : TOKEN_ESCROW).add(BigInteger.valueOf(i));
        JobState end = end(i);
        long deadline = now + (end == JobState.TIMED_OUT ? SHORT_SECONDS : AMPLE_SECONDS);
        long window =
            end == JobState.SILENCE ? stage.client.chain().protectiveDelaySeconds() : AMPLE_SECONDS;
        Wallet wallet = buyer.wallet();
        Wallet.Sent sent =
            wallet.submit(
                wallet
                    .drafts()
                    .jobOpen(
                        new JobTerms(
                            devices.get(place).id(),
                            token,
                            Stage.amount(escrow),
                            Hash32.of(stage.randomBytes(Hash32.BYTES)),
                            deadline,
                            window,
                            REFUSAL_BPS)));
        Hash32 id = wallet.idOpenedBy((WalletSigned) sent.signed().transaction());
        stage.model.openJob(
            id.toString(), buyer.name(), worker.name(), worker.name(), token, escrow, REFUSAL_BPS);
        jobs.add(
            new Job(id, end, buyer, worker, token, Hash32.of(stage.randomBytes(Hash32.BYTES))));
        pipeline.add("opening a job", sent, _ -> {});
      }
    }
    return jobs;
  }

  private static void result(Stage stage, List<Job> jobs) {
    List<Job> done = jobs.stream().filter(job -> job.end != JobState.TIMED_OUT).toList();
    try (Progress progress = stage.progress("jobs done", done.size());
        Pipeline pipeline = new Pipeline(stage, progress)) {
      for (Job job : done) {
        Wallet wallet = job.worker.wallet();
        stage.model.resultOfJob(job.id.toString(), job.result.toString());
        pipeline.add(
            "the result of a job",
            wallet.submit(wallet.drafts().jobResult(job.id, job.token, job.result)),
            _ -> {});
      }
    }
  }

  private static void verdict(Stage stage, List<Job> jobs) {
    List<Job> judged =
        jobs.stream()
            .filter(job -> job.end == JobState.ACCEPTED || job.end == JobState.REFUSED)
            .toList();
    try (Progress progress = stage.progress("jobs accepted or refused", judged.size());
        Pipeline pipeline = new Pipeline(stage, progress)) {
      for (Job job : judged) {
        Wallet wallet = job.buyer.wallet();
        Verdict verdict = job.end == JobState.ACCEPTED ? Verdict.ACCEPT : Verdict.REFUSE;
        stage.model.settleJob(job.id.toString(), job.end, REASON);
        pipeline.add(
            "a buyer's verdict",
            wallet.submit(wallet.drafts().jobVerdict(job.id, verdict, REASON)),
            _ -> {});
      }
    }
  }

  private static void expire(Stage stage, List<Job> jobs) throws IOException, InterruptedException {
    List<Job> expiring =
        jobs.stream()
            .filter(job -> job.end == JobState.SILENCE || job.end == JobState.TIMED_OUT)
            .toList();
    try (Progress progress = stage.progress("jobs that time ends", expiring.size())) {
      for (Job job : expiring) {
        boolean silence = job.end == JobState.SILENCE;
        stage.submitWhenDue(
            silence ? "acceptance by silence" : "a time-out",
            SignedTransaction.unsigned(
                new JobExpiry(job.id, silence ? Expiry.SILENCE : Expiry.TIME_OUT)),
            silence ? Refusal.WINDOW_RUNNING : Refusal.DEADLINE_NOT_PASSED);
        stage.model.settleJob(job.id.toString(), job.end, 0);
        progress.step();
      }
    }
  }
}
