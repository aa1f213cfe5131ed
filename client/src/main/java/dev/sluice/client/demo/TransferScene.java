package dev.sluice.client.demo;

import dev.sluice.client.console.Progress;
import dev.sluice.client.demo.Stage.Participant;
import dev.sluice.client.demo.model.Check;
import dev.sluice.primitives.value.Address;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Payments among the participants and to addresses that had no account before, in both tokens, all
 * in flight together.
 */
final class TransferScene {
  private static final int NEW_ADDRESSES = 20;

  private TransferScene() {}

  static void play(Stage stage) {
    List<Address> newcomers = new ArrayList<>();
    for (int i = 0; i < NEW_ADDRESSES; i++) {
      newcomers.add(stage.freshAddress());
    }
    Set<Long> blocks = new HashSet<>();
    try (Progress progress = stage.progress("transfers", stage.size.transfers);
        Pipeline pipeline = new Pipeline(stage, progress)) {
      for (int i = 0; i < stage.size.transfers; i++) {
        Participant from = stage.participant(i);
        Address to =
            i % 4 == 0
                ? newcomers.get(i / 4 % NEW_ADDRESSES)
                : stage.participant(i + 1 + i % 3).wallet().address();
        int token = i % 5 == 0 ? Stage.TOKEN : Stage.ETH;
        BigInteger amount = BigInteger.valueOf(1_000_000L + i);
        stage.model.transfer(from.name(), to.toString(), token, amount);
        pipeline.add(
            "a transfer",
            from.wallet().submit(from.wallet().drafts().transfer(to, token, Stage.amount(amount))),
            included -> blocks.add(included.block()));
      }
    }
    List<Check> checks = new ArrayList<>();
    for (Address newcomer : newcomers) {
      for (int token : List.of(Stage.ETH, Stage.TOKEN)) {
        checks.add(
            Check.equal(
                "balance of newcomer " + newcomer + " in token " + token,
                stage.model.balance(newcomer.toString(), token),
                Readings.balance(stage.client, newcomer, token)));
      }
    }
    stage.scoreboard.add(
        "transfers",
        stage.size.transfers
            + " in "
            + blocks.size()
            + " blocks, to "
            + NEW_ADDRESSES
            + " new accounts",
        "each ack's signature and proof, new balances",
        checks);
  }
}
