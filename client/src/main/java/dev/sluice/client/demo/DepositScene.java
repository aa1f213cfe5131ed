package dev.sluice.client.demo;

import dev.sluice.client.console.Progress;
import dev.sluice.client.demo.Stage.Participant;
import dev.sluice.client.demo.model.Check;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Every participant deposits ETH and tokens from an L1 account of its own; all at once. */
final class DepositScene {
  private static final BigInteger ETH_DEPOSIT = BigInteger.TEN.pow(18);
  private static final BigInteger TOKEN_DEPOSIT = BigInteger.TEN.pow(12);
  private static final Duration ARRIVAL_PATIENCE = Duration.ofSeconds(60);

  private DepositScene() {}

  static void play(Stage stage) throws IOException, InterruptedException {
    int deposits = 2 * stage.participants.size();
    List<BigInteger> custodyBefore =
        List.of(stage.bridge.custodyOf(Stage.ETH), stage.bridge.custodyOf(Stage.TOKEN));
    try (Progress progress = stage.progress("deposits on L1", deposits)) {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < stage.participants.size(); i++) {
        Participant participant = stage.participant(i);
        BigInteger eth = ETH_DEPOSIT.add(BigInteger.valueOf(i));
        BigInteger token = TOKEN_DEPOSIT.add(BigInteger.valueOf(i));
        tasks.add(() -> deposit(stage, participant, eth, token, progress));
        stage.model.deposit(participant.name(), Stage.ETH, eth);
        stage.model.deposit(participant.name(), Stage.TOKEN, token);
      }
      runAll(tasks);
    }
    try (Progress progress = stage.progress("deposits on L2", stage.participants.size())) {
      for (Participant participant : stage.participants) {
        Stage.await(
            "the deposits of " + participant.name() + " on L2",
            ARRIVAL_PATIENCE,
            () -> !participant.wallet().balance(Stage.TOKEN).isZero());
        progress.step();
      }
    }
    List<Check> checks = new ArrayList<>();
    for (Participant participant : stage.participants) {
      for (int token : List.of(Stage.ETH, Stage.TOKEN)) {
        checks.add(
            Check.equal(
                "deposit of " + participant.name() + " in token " + token,
                stage.model.balance(participant.name(), token),
                participant.wallet().balance(token).toBigInteger()));
      }
    }
    for (int token : List.of(Stage.ETH, Stage.TOKEN)) {
      checks.add(
          Check.equal(
              "what the bridge holds more of token " + token,
              stage.model.deposited(token),
              stage.bridge.custodyOf(token).subtract(custodyBefore.get(token))));
    }
    stage.scoreboard.add(
        "deposits",
        stage.participants.size() + " of ETH, " + stage.participants.size() + " of an ERC-20",
        "each balance on L2, the bridge's gain",
        checks);
  }

  private static boolean deposit(
      Stage stage, Participant participant, BigInteger eth, BigInteger token, Progress progress)
      throws IOException, InterruptedException {
    L1Purse purse = participant.purse();
    purse.send("deposit ETH", stage.bridge.depositEth(participant.wallet().address(), eth));
    progress.step();
    purse.send("mint test token", stage.token.mint(purse.address(), token));
    purse.send("approve test token", stage.token.approve(stage.bridge.address(), token));
    purse.send(
        "deposit ERC-20",
        stage.bridge.depositToken(
            Stage.TOKEN, Stage.amount(token), participant.wallet().address()));
    progress.step();
    return true;
  }

  /** Runs all at once; the first failure is thrown. */
  static <T> List<T> runAll(List<Callable<T>> tasks) throws IOException, InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<T> results = new ArrayList<>();
      for (Future<T> task : threads.invokeAll(tasks)) {
        results.add(task.get());
      }
      return results;
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException known -> throw known;
        case IOException io -> throw io;
        case null, default -> throw new IllegalStateException("a task failed", e);
      }
    }
  }
}
