package dev.sluice.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.sdk.Answers;
import dev.sluice.client.sdk.ChannelView;
import dev.sluice.client.sdk.PayeeChannel;
import dev.sluice.client.sdk.PayerChannel;
import dev.sluice.client.sdk.SignedVoucher;
import dev.sluice.client.sdk.VoucherCheck;
import dev.sluice.client.sdk.VoucherOutcome;
import dev.sluice.client.sdk.VoucherReceiver;
import dev.sluice.client.sdk.VoucherStream;
import dev.sluice.client.sdk.Wallet;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.v1.ChannelState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Micropayments. */
@Command(
    name = "channel",
    description = "Micropayment channels: vouchers that cost nothing until they are claimed.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ChannelCommand.Open.class,
      ChannelCommand.Pay.class,
      ChannelCommand.Receive.class,
      ChannelCommand.Claim.class,
      ChannelCommand.Close.class,
      ChannelCommand.Finalize.class,
      ChannelCommand.Show.class
    })
final class ChannelCommand extends CommandGroup {
  private static final String RECORDS = "promises";
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(30);

  @Command(name = "open", description = "Locks a deposit for a payee.")
  static final class Open extends ReportingCommand {
    @Parameters(
        index = "0",
        paramLabel = "PAYEE",
        description = "An address, or the name of a wallet.")
    private String payee = "";

    @Parameters(
        index = "1",
        paramLabel = "DEPOSIT",
        description = "Whole tokens (1.5) or base units (1500wei).")
    private String deposit = "";

    @Option(
        names = "--token",
        defaultValue = "eth",
        description = "eth, or a token's index (default: ${DEFAULT-VALUE}).")
    private String token = "";

    @Option(
        names = "--close-delay",
        paramLabel = "SECONDS",
        description =
            "Between the start of closing and its end (default: the chain's protective delay).")
    private @Nullable Long closeDelaySeconds;

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      int index = Session.token(token);
      Wallet payer = session.wallet();
      long delay =
          closeDelaySeconds == null
              ? session.client().chain().protectiveDelaySeconds()
              : closeDelaySeconds;
      return session.send(
          payer
              .drafts()
              .channelOpen(
                  session.address(payee),
                  index,
                  session.amount(deposit, index),
                  payer.address(),
                  delay),
          transaction.dryRun);
    }
  }

  @Command(
      name = "pay",
      description = "Promises more to the payee; the voucher goes through the relay.")
  static final class Pay extends ReportingCommand {
    @Mixin private Target target = new Target();

    @Parameters(index = "1", paramLabel = "AMOUNT", description = "Of each payment.")
    private String amount = "";

    @Option(
        names = "--count",
        paramLabel = "N",
        defaultValue = "1",
        description = "How many payments (default: ${DEFAULT-VALUE}).")
    private int count;

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      ChannelView view = session.channel(target.id);
      Uint128 increment = session.amount(amount, view.token());
      Uint128 before = promised(session, view);
      PayerChannel payer = PayerChannel.resume(session.wallet(), view.id(), before);
      requireCovered(view, before, increment);
      ObjectNode report = Output.object();
      report.put("channel", view.id().toString());
      if (transaction.dryRun) {
        report.put("dryRun", true);
        put(session, report, view, payer.sign(increment));
        return report;
      }
      try (VoucherStream stream = session.client().openVoucherStream()) {
        for (int i = 0; i < count; i++) {
          // Remembered before it leaves: a promise counts as made once it is signed.
          Uint128 total = payer.promised().plus(increment);
          session.records().write(RECORDS, view.id().toString(), total.toString());
          switch (Answers.await(payer.pay(stream, increment), ANSWER_PATIENCE)) {
            case VoucherOutcome.Accepted accepted -> put(session, report, view, accepted.voucher());
            case VoucherOutcome.Refused refused ->
                throw new CommandFailure(
                    "the relay refused the voucher: "
                        + refused.refusal().name()
                        + ": "
                        + refused.refusal().message(),
                    refused.refusal().remedy());
          }
        }
      }
      report.put("payments", count);
      report.put("status", "accepted by the relay");
      return report;
    }

    private void requireCovered(ChannelView view, Uint128 before, Uint128 increment) {
      if (view.state() == ChannelState.CHANNEL_STATE_CLOSED) {
        throw new CommandFailure(
            "channel " + view.index() + " is closed", "open another: sluice channel open");
      }
      boolean covered =
          count >= 1
              && !increment.isZero()
              && increment
                  .tryTimes(count)
                  .flatMap(before::tryPlus)
                  .filter(total -> total.compareTo(view.deposit()) <= 0)
                  .isPresent();
      if (!covered) {
        throw new CommandFailure(
            "the deposit of "
                + view.deposit()
                + " base units does not cover it: "
                + before
                + " are promised",
            "pay less, or open another channel");
      }
    }

    /**
     * What this machine remembers; else what the relay can show with our signature; else what was
     * claimed.
     */
    private static Uint128 promised(Session session, ChannelView view) {
      Uint128 remembered =
          session
              .records()
              .read(RECORDS, view.id().toString())
              .flatMap(Uint128::parse)
              .orElse(Uint128.ZERO);
      Uint128 shown =
          view.voucher()
              .filter(
                  voucher ->
                      voucher.isSignedBy(session.client().chain(), session.wallet().address()))
              .map(SignedVoucher::amount)
              .orElse(view.claimed());
      return remembered.isLessThan(shown) ? shown : remembered;
    }

    private static void put(
        Session session, ObjectNode report, ChannelView view, SignedVoucher voucher) {
      session.putAmount(report, "promised", view.token(), voucher.amount());
      report.put(
          "signature",
          voucher.signature().r().toString()
              + voucher.signature().yParityAndS().toString().substring(2));
    }
  }

  @Command(
      name = "receive",
      description =
          "Receives and verifies vouchers for this wallet, until Ctrl-C or the given bounds.")
  static final class Receive extends ReportingCommand {
    @Option(
        names = "--count",
        paramLabel = "N",
        defaultValue = "0",
        description = "Stop after so many; 0: never (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
        names = "--for",
        paramLabel = "SECONDS",
        defaultValue = "0",
        description = "Stop after so long; 0: never (default: ${DEFAULT-VALUE}).")
    private long seconds;

    @Override
    ObjectNode report(Session session) {
      CountDownLatch left = new CountDownLatch(count == 0 ? Integer.MAX_VALUE : count);
      ObjectNode report = Output.object();
      try (VoucherReceiver receiver =
          new VoucherReceiver(
              session.client(),
              List.of(session.wallet().requireAccount()),
              (channel, check) -> heard(session, channel, check, left))) {
        progress("receiving for " + session.wallet().address() + "; Ctrl-C stops it");
        boolean complete = left.await(seconds == 0 ? Long.MAX_VALUE : seconds, TimeUnit.SECONDS);
        report.put("complete", count == 0 || complete);
        ArrayNode channels = report.putArray("channels");
        for (PayeeChannel channel : receiver.channels()) {
          ObjectNode one = channels.addObject();
          one.put("channel", channel.opened().id().toString());
          one.put("received", channel.received());
          session.putAmount(one, "total", channel.opened().token(), channel.total());
        }
        receiver.failure().ifPresent(failure -> report.put("failure", failure.getMessage()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return report;
    }

    private void heard(
        Session session, PayeeChannel channel, VoucherCheck check, CountDownLatch left) {
      switch (check) {
        case VoucherCheck.Valid valid -> {
          progress(
              "channel "
                  + channel.opened().index()
                  + ": "
                  + valid.increment()
                  + " more, "
                  + valid.voucher().amount()
                  + " base units in all");
          left.countDown();
        }
        case VoucherCheck.Invalid invalid ->
            session.notice(
                "channel "
                    + channel.opened().index()
                    + ": not a valid voucher: "
                    + invalid.reason());
      }
    }
  }

  @Command(
      name = "claim",
      description = "Pays the payee what the latest voucher promises. Anybody may.")
  static final class Claim extends ReportingCommand {
    @Mixin private Target target = new Target();

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      ChannelView view = session.channel(target.id);
      SignedVoucher voucher =
          view.voucher()
              .filter(held -> held.isSignedBy(session.client().chain(), view.voucherKey()))
              .orElseThrow(
                  () ->
                      new CommandFailure(
                          "the relay holds no voucher above what is claimed",
                          "ask the payer to pay: sluice channel pay"));
      ObjectNode report = session.sendSigned(voucher.claim(), transaction.dryRun);
      session.putAmount(report, "claimed", view.token(), voucher.amount());
      return report;
    }
  }

  @Command(name = "close", description = "Starts closing a channel; by its payer or payee.")
  static final class Close extends ReportingCommand {
    @Mixin private Target target = new Target();

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      ChannelView view = session.channel(target.id);
      ObjectNode report =
          session.send(
              session.wallet().drafts().channelClose(view.id(), view.token()), transaction.dryRun);
      report.put("delaySeconds", view.closeDelaySeconds());
      return report;
    }
  }

  @Command(
      name = "finalize",
      description =
          "Returns the rest of a closing channel to its payer, after the delay. Anybody may.")
  static final class Finalize extends ReportingCommand {
    @Mixin private Target target = new Target();

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      return session.sendSigned(
          SignedTransaction.unsigned(
              new Transaction.ChannelCloseFinalize(session.channel(target.id).id())),
          transaction.dryRun);
    }
  }

  @Command(name = "show", description = "Shows a channel with what the payee is entitled to now.")
  static final class Show extends ReportingCommand {
    @Mixin private Target target = new Target();

    @Override
    ObjectNode report(Session session) {
      ChannelView view = session.channel(target.id);
      ObjectNode report = Output.object();
      report.put("channel", view.id().toString());
      report.put("index", view.index());
      report.put("state", Output.name(view.state(), "CHANNEL_STATE_"));
      report.put("payer", view.payer());
      report.put("payee", view.payee());
      session.putAmount(report, "deposit", view.token(), view.deposit());
      session.putAmount(report, "claimed", view.token(), view.claimed());
      session.putAmount(report, "entitled", view.token(), view.entitled());
      report.put("voucherKey", view.voucherKey().toString());
      report.put("closeDelaySeconds", view.closeDelaySeconds());
      report.put("closeAt", view.closeAt());
      return report;
    }
  }
}
