package dev.sluice.client.demo;

import dev.sluice.client.console.Progress;
import dev.sluice.client.demo.Closings.Closing;
import dev.sluice.client.demo.Stage.Participant;
import dev.sluice.client.demo.model.Check;
import dev.sluice.client.demo.model.PaymentModel;
import dev.sluice.client.sdk.Ack;
import dev.sluice.client.sdk.Answers;
import dev.sluice.client.sdk.PayeeChannel;
import dev.sluice.client.sdk.PayerChannel;
import dev.sluice.client.sdk.RelayOutcome;
import dev.sluice.client.sdk.SignedVoucher;
import dev.sluice.client.sdk.SluiceClient;
import dev.sluice.client.sdk.VoucherCheck;
import dev.sluice.client.sdk.VoucherReceiver;
import dev.sluice.client.sdk.VoucherStream;
import dev.sluice.client.sdk.Wallet;
import dev.sluice.primitives.transaction.Transaction.WalletSigned;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Voucher channels, half in ETH and half in tokens: many micropayments in each, received and
 * verified by the payee over a connection of its own; then each channel is claimed, closed and
 * finalized.
 */
final class ChannelScene {
  private static final BigInteger DEPOSIT = BigInteger.TEN.pow(13);
  private static final BigInteger TOKEN_DEPOSIT = BigInteger.TEN.pow(8);
  private static final Duration DELIVERY_PATIENCE = Duration.ofSeconds(60);

  private record Opened(Participant payer, Address payee, int token, Hash32 id) {}

  private ChannelScene() {}

  static void play(Stage stage) throws IOException, InterruptedException {
    List<Opened> channels = open(stage);
    PaymentModel payments = new PaymentModel();
    ConcurrentLinkedQueue<String> invalid = new ConcurrentLinkedQueue<>();
    pay(stage, channels, payments, invalid);
    List<Check> checks = new ArrayList<>(payments.check());
    checks.add(Check.equal("vouchers that a payee found invalid", List.of(), List.copyOf(invalid)));
    checks.addAll(
        Closings.play(
            stage,
            "channels",
            channels.stream()
                .map(channel -> new Closing(channel.payer, channel.token, channel.id))
                .toList()));
    stage.scoreboard.add(
        "channels",
        channels.size()
            + " opened, "
            + stage.size.payments
            + " micropayments, all claimed and closed",
        "every voucher's bytes at its payee, every leaf",
        checks);
  }

  private static List<Opened> open(Stage stage) {
    List<Opened> channels = new ArrayList<>();
    long delay = stage.client.chain().protectiveDelaySeconds();
    try (Progress progress = stage.progress("channels opened", stage.size.channels);
        Pipeline pipeline = new Pipeline(stage, progress)) {
      for (int i = 0; i < stage.size.channels; i++) {
        Participant payer = stage.participant(i);
        Address payee = stage.freshAddress();
        int token = i % 2 == 0 ? Stage.ETH : Stage.TOKEN;
        BigInteger deposit = token == Stage.ETH ? DEPOSIT : TOKEN_DEPOSIT;
        Wallet wallet = payer.wallet();
        Wallet.Sent sent =
            wallet.submit(
                wallet
                    .drafts()
                    .channelOpen(payee, token, Stage.amount(deposit), wallet.address(), delay));
        Hash32 id = wallet.idOpenedBy((WalletSigned) sent.signed().transaction());
        stage.model.openChannel(id.toString(), payer.name(), payee.toString(), token, deposit);
        channels.add(new Opened(payer, payee, token, id));
        pipeline.add("opening a channel", sent, _ -> {});
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
    List<PayerChannel> payers = new ArrayList<>();
    List<Long> payeeAccounts = new ArrayList<>();
    for (Opened channel : channels) {
      PayerChannel payer = PayerChannel.resume(channel.payer.wallet(), channel.id, Uint128.ZERO);
      payers.add(payer);
      payeeAccounts.add(payer.opened().payee());
    }
    try (Progress progress = stage.progress("micropayments received", stage.size.payments);
        SluiceClient payeeSide = SluiceClient.connect(stage.target);
        VoucherReceiver receiver =
            new VoucherReceiver(
                payeeSide,
                payeeAccounts,
                (_, check) -> {
                  switch (check) {
                    case VoucherCheck.Valid(SignedVoucher voucher, Uint128 _) -> {
                      payments.received(
                          voucher.channel().toString(),
                          voucher.amount().toBigInteger(),
                          bytes(voucher));
                      progress.step();
                    }
                    case VoucherCheck.Invalid(SignedVoucher voucher, String reason) ->
                        invalid.add(voucher.channel() + " " + voucher.amount() + ": " + reason);
                  }
                });
        VoucherStream stream = stage.client.openVoucherStream()) {
      // The relay sends a late receiver only the latest voucher of a channel; the demo wants to see
      // each of them, so it begins when the
      // receiver is there: its first voucher has come through.
      List<CompletableFuture<RelayOutcome<SignedVoucher>>> answers = new ArrayList<>();
      for (int i = 0; i < stage.size.payments; i++) {
        int at = i % payers.size();
        PayerChannel payer = payers.get(at);
        SignedVoucher voucher =
            payer.sign(
                Stage.amount(
                    channels.get(at).token == Stage.ETH ? 10_000_000_000L + i : 1_000 + i));
        payments.sent(
            voucher.channel().toString(), voucher.amount().toBigInteger(), bytes(voucher));
        answers.add(stream.send(voucher));
        if (i == 0) {
          Stage.await(
              "the first voucher at its payee",
              DELIVERY_PATIENCE,
              () -> payments.receivedCount() == 1);
        }
      }
      for (CompletableFuture<RelayOutcome<SignedVoucher>> answer : answers) {
        if (Answers.await(answer, Stage.PATIENCE)
            instanceof RelayOutcome.Refused<SignedVoucher> refused) {
          throw new DemoFailure("a voucher was refused: " + refused.refusal());
        }
      }
      Stage.await(
          "every voucher at its payee",
          DELIVERY_PATIENCE,
          () ->
              payments.receivedCount() >= stage.size.payments
                  || !invalid.isEmpty()
                  || receiver.failure().isPresent());
      if (receiver.failure().isPresent()) {
        throw new DemoFailure("the payees stopped: " + receiver.failure().get().getMessage());
      }
      claim(stage, receiver);
    }
  }

  /** Each payee claims the best voucher that it holds. */
  private static void claim(Stage stage, VoucherReceiver receiver) {
    try (Progress progress = stage.progress("channels claimed", receiver.channels().size())) {
      List<CompletableFuture<Ack>> answers = new ArrayList<>();
      for (PayeeChannel payee : receiver.channels()) {
        SignedVoucher best = payee.best().orElseThrow();
        answers.add(stage.client.submissions().submit(best.claim()));
        stage.model.claimChannel(best.channel().toString(), best.amount().toBigInteger());
      }
      for (CompletableFuture<Ack> answer : answers) {
        Stage.included("a claim", answer);
        progress.step();
      }
    }
  }

  private static byte[] bytes(SignedVoucher voucher) {
    return ByteBuffer.allocate(Hash32.BYTES + Uint128.BYTES + 64)
        .put(voucher.channel().toBytes())
        .put(voucher.amount().toBytes())
        .put(voucher.signature().toBytes())
        .array();
  }
}
