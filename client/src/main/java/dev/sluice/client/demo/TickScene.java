package dev.sluice.client.demo;

import dev.sluice.client.console.Progress;
import dev.sluice.client.demo.Closings.Closing;
import dev.sluice.client.demo.Stage.Participant;
import dev.sluice.client.demo.model.Check;
import dev.sluice.client.demo.model.PaymentModel;
import dev.sluice.client.sdk.Answers;
import dev.sluice.client.sdk.ChannelTick;
import dev.sluice.client.sdk.RelayOutcome;
import dev.sluice.client.sdk.SluiceClient;
import dev.sluice.client.sdk.TickChain;
import dev.sluice.client.sdk.TickCheck;
import dev.sluice.client.sdk.TickPayee;
import dev.sluice.client.sdk.TickPayer;
import dev.sluice.client.sdk.TickReceiver;
import dev.sluice.client.sdk.TickStream;
import dev.sluice.client.sdk.Wallet;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction.TickClaim;
import dev.sluice.primitives.transaction.Transaction.WalletSigned;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Tick channels, half in ETH and half in tokens: very many micropayments of one hash each, received
 * and verified by the payee over a connection of its own; then each channel is claimed, closed and
 * finalized.
 */
final class TickScene {
  private static final BigInteger RATE = BigInteger.TEN.pow(9);
  private static final BigInteger TOKEN_RATE = BigInteger.valueOf(100);

  /** Payees see every tick only as long as they keep up: the payers wait for them. */
  private static final int AHEAD_MAX = 8_192;

  private static final Duration DELIVERY_PATIENCE = Duration.ofSeconds(60);

  private record Opened(Closing closing, TickChain chain, BigInteger rate) {}

  private TickScene() {}

  static void play(Stage stage) throws IOException, InterruptedException {
    List<Opened> channels = open(stage);
    PaymentModel payments = new PaymentModel();
    ConcurrentLinkedQueue<String> invalid = new ConcurrentLinkedQueue<>();
    pay(stage, channels, payments, invalid);
    List<Check> checks = new ArrayList<>(payments.check());
    checks.add(Check.equal("ticks that a payee found invalid", List.of(), List.copyOf(invalid)));
    checks.add(Check.equal("ticks received", (long) stage.size.ticks, payments.receivedCount()));
    checks.addAll(
        Closings.play(stage, "tick channels", channels.stream().map(Opened::closing).toList()));
    stage.scoreboard.add(
        "ticks",
        channels.size() + " channels, " + stage.size.ticks + " micropayments, all claimed",
        "every tick's bytes at its payee, every leaf",
        checks);
  }

  private static List<Opened> open(Stage stage) {
    List<Opened> channels = new ArrayList<>();
    long delay = stage.client.chain().protectiveDelaySeconds();
    int length = Math.ceilDiv(stage.size.ticks, stage.size.tickChannels);
    try (Progress progress = stage.progress("tick channels opened", stage.size.tickChannels);
        Pipeline pipeline = new Pipeline(stage, progress)) {
      for (int i = 0; i < stage.size.tickChannels; i++) {
        Participant payer = stage.participant(i);
        Address payee = stage.freshAddress();
        int token = i % 2 == 0 ? Stage.ETH : Stage.TOKEN;
        BigInteger rate = (token == Stage.ETH ? RATE : TOKEN_RATE).add(BigInteger.valueOf(i));
        BigInteger deposit = rate.multiply(BigInteger.valueOf(length));
        TickChain chain = new TickChain(stage.randomBytes(TickChain.SEED_BYTES), length);
        Wallet wallet = payer.wallet();
        Wallet.Sent sent =
            wallet.submit(
                wallet
                    .drafts()
                    .tickChannelOpen(
                        payee,
                        token,
                        Stage.amount(deposit),
                        chain.anchor(),
                        Stage.amount(rate),
                        delay));
        Hash32 id = wallet.idOpenedBy((WalletSigned) sent.signed().transaction());
        stage.model.openTicks(id.toString(), payer.name(), payee.toString(), token, deposit, rate);
        channels.add(new Opened(new Closing(payer, token, id), chain, rate));
        pipeline.add("opening a tick channel", sent, _ -> {});
      }
    }
    return channels;
  }

  private static void pay(
      Stage stage,
      List<Opened> channels,
      PaymentModel payments,
      ConcurrentLinkedQueue<String> invalid)
      throws IOException, InterruptedException {
    List<TickPayer> payers = new ArrayList<>();
    List<Long> payeeAccounts = new ArrayList<>();
    for (Opened channel : channels) {
      TickPayer payer = TickPayer.resume(stage.client, channel.closing.id(), channel.chain, 0);
      payers.add(payer);
      payeeAccounts.add(payer.opened().payee());
    }
    Semaphore ahead = new Semaphore(AHEAD_MAX);
    try (Progress progress = stage.progress("ticks received", stage.size.ticks);
        SluiceClient payeeSide = SluiceClient.connect(stage.target);
        TickReceiver receiver =
            new TickReceiver(
                payeeSide,
                payeeAccounts,
                (_, check) -> {
                  switch (check) {
                    case TickCheck.Valid(ChannelTick tick, long _) -> {
                      payments.received(
                          tick.channel().toString(),
                          BigInteger.valueOf(tick.position()),
                          bytes(tick));
                      progress.step();
                      ahead.release();
                    }
                    case TickCheck.Invalid(ChannelTick tick, String reason) ->
                        invalid.add(tick.channel() + " " + tick.position() + ": " + reason);
                  }
                });
        TickStream stream = stage.client.openTickStream()) {
      List<CompletableFuture<RelayOutcome<ChannelTick>>> answers = new ArrayList<>();
      for (int i = 0; i < stage.size.ticks; i++) {
        if (!ahead.tryAcquire(DELIVERY_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          throw new DemoFailure(
              "after " + i + " ticks, payees hold " + payments.receivedCount() + "; " + invalid);
        }
        ChannelTick tick = payers.get(i % payers.size()).next(1);
        payments.sent(tick.channel().toString(), BigInteger.valueOf(tick.position()), bytes(tick));
        answers.add(stream.send(tick));
        if (i == 0) {
          // The relay sends a late receiver only the latest tick of a channel: begin when it is
          // there.
          Stage.await(
              "the first tick at its payee",
              DELIVERY_PATIENCE,
              () -> payments.receivedCount() == 1);
        }
      }
      for (CompletableFuture<RelayOutcome<ChannelTick>> answer : answers) {
        if (Answers.await(answer, Stage.PATIENCE)
            instanceof RelayOutcome.Refused<ChannelTick> refused) {
          throw new DemoFailure("a tick was refused: " + refused.refusal());
        }
      }
      Stage.await(
          "every tick at its payee",
          DELIVERY_PATIENCE,
          () ->
              payments.receivedCount() >= stage.size.ticks
                  || !invalid.isEmpty()
                  || receiver.failure().isPresent());
      if (receiver.failure().isPresent()) {
        throw new DemoFailure("the payees stopped: " + receiver.failure().get().getMessage());
      }
      claim(stage, receiver);
    }
  }

  /** Each payee claims what its best tick is worth. */
  private static void claim(Stage stage, TickReceiver receiver) {
    try (Progress progress = stage.progress("tick channels claimed", receiver.channels().size())) {
      for (TickPayee payee : receiver.channels()) {
        for (SignedTransaction claim : payee.claims()) {
          Stage.included(
              "a claim of ticks",
              Answers.await(stage.client.submissions().submit(claim), Stage.PATIENCE));
          TickClaim ticks = (TickClaim) claim.transaction();
          stage.model.claimTicks(ticks.channel().toString(), ticks.position(), ticks.steps());
        }
        progress.step();
      }
    }
  }

  private static byte[] bytes(ChannelTick tick) {
    return ByteBuffer.allocate(Hash32.BYTES + Long.BYTES + Hash32.BYTES)
        .put(tick.channel().toBytes())
        .putLong(tick.position())
        .put(tick.value().toBytes())
        .array();
  }
}
