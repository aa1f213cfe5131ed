package dev.sluice.client.demo;

import dev.sluice.client.console.Progress;
import dev.sluice.client.demo.Stage.Participant;
import dev.sluice.client.demo.model.Check;
import dev.sluice.client.demo.model.LedgerModel.Withdrawal;
import dev.sluice.client.sdk.L1Side;
import dev.sluice.client.sdk.L1Wallet;
import dev.sluice.client.sdk.ProvenWithdrawal;
import dev.sluice.client.sdk.WithdrawalStage;
import dev.sluice.client.sdk.WithdrawalTracker;
import dev.sluice.l1.connection.L1Receipt;
import dev.sluice.primitives.value.Address;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Withdrawals to L1 addresses that have never been used, claimed there one by one and in a batch,
 * by somebody else who pays the gas.
 */
final class WithdrawalScene {
  private static final Duration FINAL_PATIENCE = Duration.ofMinutes(2);

  private WithdrawalScene() {}

  static void play(Stage stage, L1Side l1, L1Wallet claimer)
      throws IOException, InterruptedException {
    List<Address> recipients = new ArrayList<>();
    List<BigInteger> before = new ArrayList<>();
    List<Long> indices = new ArrayList<>();
    WithdrawalTracker tracker = new WithdrawalTracker(stage.client, l1);
    try (Progress progress = stage.progress("withdrawals", stage.size.withdrawals);
        Pipeline pipeline = new Pipeline(stage, progress)) {
      for (int i = 0; i < stage.size.withdrawals; i++) {
        Participant from = stage.participant(i);
        Address recipient = stage.freshAddress();
        int token = i % 2 == 0 ? Stage.ETH : Stage.TOKEN;
        BigInteger amount = BigInteger.valueOf(5_000_000L + i);
        recipients.add(recipient);
        before.add(l1Balance(stage, recipient, token));
        stage.model.withdraw(from.name(), recipient.toString(), token, amount);
        pipeline.add(
            "a withdrawal",
            from.wallet()
                .submit(from.wallet().drafts().withdraw(recipient, token, Stage.amount(amount))),
            included -> indices.add(tracker.indexOf(included.transactionId())));
      }
    }

    List<ProvenWithdrawal> claimable = awaitFinal(stage, tracker, indices);
    int singles = stage.size.singleClaims;
    try (Progress progress = stage.progress("withdrawals claimed on L1", claimable.size())) {
      for (ProvenWithdrawal withdrawal : claimable.subList(0, singles)) {
        charge(stage, "claim, one withdrawal", tracker.claim(claimer, withdrawal));
        progress.step();
      }
      List<ProvenWithdrawal> rest = claimable.subList(singles, claimable.size());
      if (!rest.isEmpty()) {
        charge(stage, "claim, batch of " + rest.size(), tracker.claimBatch(claimer, rest));
        progress.step(rest.size());
      }
    }

    List<Check> checks = new ArrayList<>();
    List<Withdrawal> owed = stage.model.withdrawals();
    for (int i = 0; i < owed.size(); i++) {
      Withdrawal withdrawal = owed.get(i);
      checks.add(
          Check.equal(
              "what L1 paid to " + withdrawal.recipient() + " in token " + withdrawal.token(),
              withdrawal.amount(),
              l1Balance(stage, recipients.get(i), withdrawal.token()).subtract(before.get(i))));
      checks.add(
          Check.equal(
              "withdrawal " + indices.get(i) + " is claimed",
              true,
              stage.bridge.isClaimed(indices.get(i))));
    }
    stage.scoreboard.add(
        "withdrawals",
        owed.size()
            + " claimed on L1, "
            + singles
            + " singly, "
            + (owed.size() - singles)
            + " in one batch",
        "each recipient's L1 balance before and after",
        checks);
  }

  /** All withdrawals, proven against one final batch. */
  private static List<ProvenWithdrawal> awaitFinal(
      Stage stage, WithdrawalTracker tracker, List<Long> indices) {
    try (Progress progress = stage.progress("withdrawals final on L1", 1)) {
      long newest = indices.stream().mapToLong(Long::longValue).max().orElseThrow();
      if (!(tracker.awaitClaimable(newest, FINAL_PATIENCE)
          instanceof WithdrawalStage.Claimable(var last))) {
        throw new DemoFailure(
            "withdrawal "
                + newest
                + " is not claimable within "
                + FINAL_PATIENCE.toSeconds()
                + " s");
      }
      progress.step();
      List<ProvenWithdrawal> proven = new ArrayList<>();
      for (long index : indices) {
        proven.add(
            tracker
                .against(index, last.header())
                .orElseThrow(
                    () ->
                        new DemoFailure(
                            "batch "
                                + last.header().number()
                                + " does not prove withdrawal "
                                + index)));
      }
      return proven;
    }
  }

  private static void charge(Stage stage, String kind, L1Receipt receipt) throws IOException {
    int bytes = stage.l1.transaction(receipt.transactionHash()).orElseThrow().input().length;
    stage.bill.add(kind, bytes, receipt.gasUsed());
  }

  private static BigInteger l1Balance(Stage stage, Address address, int token) throws IOException {
    return token == Stage.ETH ? stage.l1.balanceWei(address) : stage.token.balanceOf(address);
  }
}
