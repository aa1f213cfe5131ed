package dev.sluice.client.demo;

import dev.sluice.client.console.Progress;
import dev.sluice.client.demo.Closings.Closing;
import dev.sluice.client.demo.Stage.Participant;
import dev.sluice.client.demo.model.Check;
import dev.sluice.client.sdk.Ack;
import dev.sluice.client.sdk.ChannelView;
import dev.sluice.client.sdk.TimeChannel;
import dev.sluice.client.sdk.Wallet;
import dev.sluice.primitives.transaction.Transaction.WalletSigned;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.proto.v1.BlockRequest;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Time streams, half in ETH and half in tokens, every other one with a deposit that runs out:
 * watched, claimed once in the middle, closed, and paid to the second of the closing.
 */
final class StreamScene {
  private static final BigInteger RATE = BigInteger.TEN.pow(10);
  private static final BigInteger TOKEN_RATE = BigInteger.valueOf(1_000);
  private static final long AMPLE_SECONDS = 3_600;

  /** What a deposit that runs out pays for; also how long nobody does anything. */
  private static final long SHORT_SECONDS = 3;

  private StreamScene() {}

  static void play(Stage stage) throws IOException, InterruptedException {
    AtomicLong lastOpening = new AtomicLong();
    List<Closing> streams = open(stage, lastOpening);
    long due = lastOpening.get() + SHORT_SECONDS + 1;
    Stage.await(
        "seconds that earn", Stage.PATIENCE, () -> System.currentTimeMillis() / 1_000 >= due);
    claim(stage, streams);
    List<Check> checks = new ArrayList<>();
    for (Closing stream : streams) {
      ChannelView view = stage.client.channel(stream.id()).orElseThrow();
      long clock =
          stage
              .client
              .query()
              .block(BlockRequest.newBuilder().setNumber(view.asOf()).build())
              .getHeader()
              .getClock();
      checks.add(
          Check.equal(
              "entitlement of stream " + stream.name() + " at " + clock,
              stage.model.entitled(stream.name(), clock),
              view.entitled()));
      checks.add(
          Check.equal(
              "the same by the SDK",
              stage.model.entitled(stream.name(), clock),
              TimeChannel.entitledAt(view, clock)));
    }
    checks.addAll(Closings.play(stage, "streams", streams));
    stage.scoreboard.add(
        "streams",
        streams.size()
            + " by the second, "
            + streams.size() / 2
            + " ran out, all claimed and closed",
        "each entitlement to the second, every leaf",
        checks);
  }

  private static List<Closing> open(Stage stage, AtomicLong lastOpening) {
    List<Closing> streams = new ArrayList<>();
    long delay = stage.client.chain().protectiveDelaySeconds();
    try (Progress progress = stage.progress("streams opened", stage.size.streams);
        Pipeline pipeline = new Pipeline(stage, progress)) {
      for (int i = 0; i < stage.size.streams; i++) {
        Participant payer = stage.participant(i);
        Address payee = stage.freshAddress();
        int token = i % 4 < 2 ? Stage.ETH : Stage.TOKEN;
        BigInteger rate = (token == Stage.ETH ? RATE : TOKEN_RATE).add(BigInteger.valueOf(i));
        long seconds = i % 2 == 1 ? SHORT_SECONDS : AMPLE_SECONDS;
        BigInteger deposit = rate.multiply(BigInteger.valueOf(seconds)).add(BigInteger.ONE);
        Wallet wallet = payer.wallet();
        Wallet.Sent sent =
            wallet.submit(
                wallet
                    .drafts()
                    .timeChannelOpen(
                        payee, token, Stage.amount(deposit), Stage.amount(rate), delay));
        Hash32 id = wallet.idOpenedBy((WalletSigned) sent.signed().transaction());
        streams.add(new Closing(payer, token, id));
        pipeline.add(
            "opening a stream",
            sent,
            ack -> {
              long clock = stage.clockOf(ack);
              lastOpening.accumulateAndGet(clock, Math::max);
              stage.model.openStream(
                  id.toString(), payer.name(), payee.toString(), token, deposit, rate, clock);
            });
      }
    }
    return streams;
  }

  private static void claim(Stage stage, List<Closing> streams) {
    try (Progress progress = stage.progress("streams claimed", streams.size())) {
      List<CompletableFuture<Ack>> answers = new ArrayList<>();
      for (Closing stream : streams) {
        answers.add(stage.client.submissions().submit(TimeChannel.claim(stream.id())));
      }
      for (int i = 0; i < streams.size(); i++) {
        Ack.Included ack = Stage.included("a claim of a stream", answers.get(i));
        stage.model.claimStream(streams.get(i).name(), stage.clockOf(ack));
        progress.step();
      }
    }
  }
}
