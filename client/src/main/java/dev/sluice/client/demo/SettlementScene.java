package dev.sluice.client.demo;

import dev.sluice.client.console.Progress;
import dev.sluice.client.demo.model.Check;
import dev.sluice.client.demo.model.Custody;
import dev.sluice.l1.connection.L1Log;
import dev.sluice.l1.contract.BatchPost;
import dev.sluice.l1.contract.PostedBatch;
import dev.sluice.l1.contract.RollupContract;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The end: every balance, custody per token, and what is on L1 in the end. */
final class SettlementScene {
  private static final Duration POST_PATIENCE = Duration.ofMinutes(2);
  private static final int CUSTODY_READS_MAX = 5;

  private SettlementScene() {}

  static void balances(Stage stage) {
    List<Check> checks = stage.model.checkAccounts(Readings.accounts(stage.client));
    stage.scoreboard.add(
        "balances",
        stage.model.addresses().size() + " accounts used",
        "each balance in each token, each nonce",
        checks);
  }

  /** Reads until nobody else moved the chain in between, a few times at most. */
  static void custody(Stage stage) throws IOException {
    List<Check> checks = new ArrayList<>();
    StringBuilder happened = new StringBuilder();
    for (int token : List.of(Stage.ETH, Stage.TOKEN)) {
      Check check = read(stage, token);
      for (int reads = 1; reads < CUSTODY_READS_MAX && !check.passed(); reads++) {
        check = read(stage, token);
      }
      checks.add(check);
      happened
          .append(token == Stage.ETH ? "" : ", ")
          .append(check.actual())
          .append(token == Stage.ETH ? " wei" : " token units");
    }
    stage.scoreboard.add(
        "custody",
        happened.toString(),
        "Bridge.custodyOf against the sum of everything on L2",
        checks);
  }

  private static Check read(Stage stage, int token) throws IOException {
    Custody custody = Readings.custody(stage, token);
    return custody.check(token, stage.bridge.custodyOf(token));
  }

  /** Waits until everything is posted, and adds up what the posts cost. */
  static CalldataBill batches(Stage stage) throws IOException, InterruptedException {
    long head = stage.client.heads().getUnsafe();
    try (Progress progress = stage.progress("blocks posted to L1", 1)) {
      Stage.await(
          "block " + head + " on L1", POST_PATIENCE, () -> stage.client.heads().getSafe() >= head);
      progress.step();
    }
    CalldataBill bill = new CalldataBill(stage.chain.genesis().committeeSizeLog2());
    int batches = 0;
    for (L1Log log :
        stage.l1.logs(
            stage.firstL1Block,
            stage.l1.latestBlock().number(),
            List.of(stage.chain.rollup()),
            List.of(RollupContract.BATCH_POSTED))) {
      PostedBatch posted = RollupContract.posted(log);
      byte[] calldata = stage.l1.transaction(posted.transactionHash()).orElseThrow().input();
      long gas = stage.l1.receipt(posted.transactionHash()).orElseThrow().gasUsed();
      bill.add(calldata.length, BatchPost.read(calldata).chunks(), gas);
      batches++;
    }
    List<Check> checks = new ArrayList<>();
    checks.add(
        Check.equal(
            "bytes of all kinds and the calldata",
            bill.calldataBytes(),
            bill.lines().stream().mapToLong(CalldataBill.Line::bytes).sum()));
    checks.add(
        Check.equal(
            "gas of all kinds and the receipts",
            bill.gasUsed(),
            bill.lines().stream().mapToLong(CalldataBill.Line::gas).sum()));
    stage.scoreboard.add(
        "batches",
        batches + " posted to L1 since the demo began",
        "every posted byte decoded and attributed",
        checks);
    return bill;
  }
}
