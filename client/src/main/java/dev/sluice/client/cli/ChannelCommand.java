package dev.sluice.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.sdk.Ack;
import dev.sluice.client.sdk.Answers;
import dev.sluice.client.sdk.ChannelTick;
import dev.sluice.client.sdk.ChannelView;
import dev.sluice.client.sdk.PayeeChannel;
import dev.sluice.client.sdk.PayerChannel;
import dev.sluice.client.sdk.RelayOutcome;
import dev.sluice.client.sdk.SignedVoucher;
import dev.sluice.client.sdk.TickChain;
import dev.sluice.client.sdk.TickCheck;
import dev.sluice.client.sdk.TickPayee;
import dev.sluice.client.sdk.TickPayer;
import dev.sluice.client.sdk.TickReceiver;
import dev.sluice.client.sdk.TickStream;
import dev.sluice.client.sdk.TimeChannel;
import dev.sluice.client.sdk.VoucherCheck;
import dev.sluice.client.sdk.VoucherReceiver;
import dev.sluice.client.sdk.VoucherStream;
import dev.sluice.client.sdk.Wallet;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.v1.ChannelState;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
    description = {
      "Micropayment channels: vouchers, ticks of a hash chain, or a stream that pays by the second;",
      "nothing costs anything until it is claimed."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ChannelCommand.Open.class,
      ChannelCommand.Pay.class,
      ChannelCommand.Tick.class,
      ChannelCommand.Watch.class,
      ChannelCommand.Receive.class,
      ChannelCommand.Claim.class,
      ChannelCommand.Close.class,
      ChannelCommand.Finalize.class,
      ChannelCommand.Show.class
    })
final class ChannelCommand extends CommandGroup {
  private static final String RECORDS = "promises";

  /** By anchor: {@code seed length}; by channel: {@code anchor spent}. */
  private static final String CHAINS = "tick-chains";

  private static final String TICKS = "ticks";
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(30);

  /** How a channel counts what it owes. */
  enum Meter {
    voucher,
    ticks,
    time
  }

  private static CommandFailure refused(Ack.Refused refusal) {
    return new CommandFailure(
        "the relay refused it: " + refusal.name() + ": " + refusal.message(), refusal.remedy());
  }

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

    @Option(
        names = "--meter",
        defaultValue = "voucher",
        description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Meter meter = Meter.voucher;

    @Option(names = "--rate", paramLabel = "AMOUNT", description = "Of one second, or of one tick.")
    private @Nullable String rate;

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      int index = Session.token(token);
      Wallet payer = session.wallet();
      long delay =
          closeDelaySeconds == null
              ? session.client().chain().protectiveDelaySeconds()
              : closeDelaySeconds;
      Address to = session.address(payee);
      Uint128 locked = session.amount(deposit, index);
      return switch (meter) {
        case voucher ->
            session.send(
                payer.drafts().channelOpen(to, index, locked, payer.address(), delay),
                transaction.dryRun);
        case time ->
            session.send(
                payer.drafts().timeChannelOpen(to, index, locked, rate(session, index), delay),
                transaction.dryRun);
        case ticks -> openTicks(session, to, index, locked, delay);
      };
    }

    private ObjectNode openTicks(
        Session session, Address to, int index, Uint128 locked, long delay) {
      Uint128 worth = rate(session, index);
      BigInteger length = locked.toBigInteger().divide(worth.toBigInteger());
      if (length.signum() == 0 || length.compareTo(BigInteger.valueOf(TickChain.LENGTH_MAX)) > 0) {
        throw new CommandFailure(
            "the deposit is worth " + length + " ticks",
            "choose deposit and rate for 1 to " + TickChain.LENGTH_MAX + " ticks");
      }
      byte[] seed = new byte[TickChain.SEED_BYTES];
      new SecureRandom().nextBytes(seed);
      TickChain chain = new TickChain(seed, length.intValueExact());
      if (!transaction.dryRun) {
        // Kept before the deposit is locked: without the seed it could only be refunded.
        session
            .records()
            .write(
                CHAINS,
                chain.anchor().toString(),
                HexFormat.of().formatHex(seed) + " " + chain.length());
      }
      ObjectNode report =
          session.send(
              session
                  .wallet()
                  .drafts()
                  .tickChannelOpen(to, index, locked, chain.anchor(), worth, delay),
              transaction.dryRun);
      if (!transaction.dryRun) {
        session
            .records()
            .write(TICKS, report.path("channel").asText(), chain.anchor().toString() + " 0");
      }
      report.put("ticks", chain.length());
      return report;
    }

    private Uint128 rate(Session session, int index) {
      String text = rate;
      if (text == null) {
        throw new CommandFailure("a rate is missing", "--rate AMOUNT, of a second or of a tick");
      }
      Uint128 worth = session.amount(text, index);
      if (worth.isZero()) {
        throw new CommandFailure("a rate of 0 pays nothing", "--rate AMOUNT above 0");
      }
      return worth;
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
      if (view.meter() != Transaction.METER_VOUCHER) {
        throw new CommandFailure(
            "channel " + view.index() + " takes no vouchers",
            view.isTicks() ? "sluice channel tick" : "nothing: it pays by itself");
      }
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
            case RelayOutcome.Accepted<SignedVoucher> accepted ->
                put(session, report, view, accepted.payment());
            case RelayOutcome.Refused<SignedVoucher> refused -> throw refused(refused.refusal());
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
      name = "tick",
      description = "Pays the next ticks of a tick channel, one by one, through the relay.")
  static final class Tick extends ReportingCommand {
    @Mixin private Target target = new Target();

    @Option(
        names = "--count",
        paramLabel = "N",
        defaultValue = "1",
        description = "How many (default: ${DEFAULT-VALUE}).")
    private int count;

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      ChannelView view = session.channel(target.id);
      TickPayer payer = payer(session, view);
      if (count < 1 || count > payer.length() - payer.spent()) {
        throw new CommandFailure(
            payer.spent() + " of " + payer.length() + " ticks are spent",
            "pay fewer, or open another channel");
      }
      ObjectNode report = Output.object();
      report.put("channel", view.id().toString());
      if (transaction.dryRun) {
        report.put("dryRun", true);
        put(session, report, view, payer.next(count));
        return report;
      }
      // Remembered before they leave: a tick is spent once it is shown.
      String anchor = record(session, view)[0];
      session.records().write(TICKS, view.id().toString(), anchor + " " + (payer.spent() + count));
      List<CompletableFuture<RelayOutcome<ChannelTick>>> answers = new ArrayList<>();
      try (TickStream stream = session.client().openTickStream()) {
        for (int i = 0; i < count; i++) {
          answers.add(payer.pay(stream));
        }
        for (CompletableFuture<RelayOutcome<ChannelTick>> answer : answers) {
          switch (Answers.await(answer, ANSWER_PATIENCE)) {
            case RelayOutcome.Accepted<ChannelTick> accepted ->
                put(session, report, view, accepted.payment());
            case RelayOutcome.Refused<ChannelTick> refused -> throw refused(refused.refusal());
          }
        }
      }
      report.put("payments", count);
      report.put("status", "accepted by the relay");
      return report;
    }

    private static String[] record(Session session, ChannelView view) {
      return session
          .records()
          .read(TICKS, view.id().toString())
          .map(line -> line.split(" ", -1))
          .filter(words -> words.length == 2)
          .orElseThrow(() -> lost(view));
    }

    private static CommandFailure lost(ChannelView view) {
      return new CommandFailure(
          "the hash chain of channel " + view.index() + " is not on this machine",
          "restore the directory records from a backup, or close the channel");
    }

    private static TickPayer payer(Session session, ChannelView view) {
      String[] words = record(session, view);
      String[] chain =
          session
              .records()
              .read(CHAINS, words[0])
              .map(line -> line.split(" ", -1))
              .filter(parts -> parts.length == 2)
              .orElseThrow(() -> lost(view));
      return TickPayer.resume(
          session.client(),
          view.id(),
          new TickChain(HexFormat.of().parseHex(chain[0]), Integer.parseInt(chain[1])),
          Integer.parseInt(words[1]));
    }

    private static void put(
        Session session, ObjectNode report, ChannelView view, ChannelTick tick) {
      report.put("position", tick.position());
      session.putAmount(
          report,
          "promised",
          view.token(),
          view.meterRate().tryTimes(tick.position()).orElseThrow());
      report.put("tick", tick.value().toString());
    }
  }

  @Command(
      name = "watch",
      description =
          "Shows how the entitlement of a channel grows, until Ctrl-C or the given bound.")
  static final class Watch extends ReportingCommand {
    private static final long INTERVAL_MILLIS = 1_000;

    @Mixin private Target target = new Target();

    @Option(
        names = "--for",
        paramLabel = "SECONDS",
        defaultValue = "0",
        description = "Stop after so long; 0: never (default: ${DEFAULT-VALUE}).")
    private long seconds;

    @Override
    ObjectNode report(Session session) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      while (true) {
        ChannelView view = session.channel(target.id);
        ObjectNode report = Output.object();
        session.putAmount(report, "entitled", view.token(), entitled(session, view));
        session.putAmount(report, "claimed", view.token(), view.claimed());
        progress(
            "entitled "
                + report.path("entitled").asText()
                + ", claimed "
                + report.path("claimed").asText());
        if (view.isClosed() || seconds > 0 && System.nanoTime() >= end) {
          return report;
        }
        try {
          Thread.sleep(INTERVAL_MILLIS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return report;
        }
      }
    }

    /** At which clock a claim would be executed now: the head's, or that of the next block. */
    private static long now(Session session) {
      return Math.max(session.client().status().getClock(), System.currentTimeMillis() / 1_000);
    }

    /** A stream goes on between two blocks; what the relay holds is what it says. */
    private static Uint128 entitled(Session session, ChannelView view) {
      return view.meter() == Transaction.METER_TIME
          ? TimeChannel.entitledAt(view, now(session))
          : view.entitled();
    }
  }

  @Command(
      name = "receive",
      description =
          "Receives and verifies vouchers and ticks for this wallet, until Ctrl-C or the given bounds.")
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
      List<Long> accounts = List.of(session.wallet().requireAccount());
      try (VoucherReceiver receiver =
              new VoucherReceiver(
                  session.client(),
                  accounts,
                  (channel, check) -> heard(session, channel, check, left));
          TickReceiver ticks =
              new TickReceiver(
                  session.client(),
                  accounts,
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
        for (TickPayee channel : ticks.channels()) {
          ObjectNode one = channels.addObject();
          one.put("channel", channel.opened().id().toString());
          one.put("received", channel.received());
          session.putAmount(one, "total", channel.opened().token(), channel.total());
        }
        receiver
            .failure()
            .or(ticks::failure)
            .ifPresent(failure -> report.put("failure", failure.getMessage()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return report;
    }

    private void heard(Session session, TickPayee channel, TickCheck check, CountDownLatch left) {
      switch (check) {
        case TickCheck.Valid valid -> {
          progress(
              "channel "
                  + channel.opened().index()
                  + ": "
                  + valid.steps()
                  + " more, "
                  + valid.tick().position()
                  + " ticks in all");
          left.countDown();
        }
        case TickCheck.Invalid invalid ->
            session.notice(
                "channel " + channel.opened().index() + ": not a valid tick: " + invalid.reason());
      }
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
      description =
          "Pays the payee what the latest voucher or tick promises, or what a stream has earned. Anybody may.")
  static final class Claim extends ReportingCommand {
    @Mixin private Target target = new Target();

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      ChannelView view = session.channel(target.id);
      if (view.meter() == Transaction.METER_TIME) {
        ObjectNode report = session.sendSigned(TimeChannel.claim(view.id()), transaction.dryRun);
        session.putAmount(report, "claimed", view.token(), session.channel(target.id).claimed());
        return report;
      }
      return view.isTicks() ? ticks(session, view) : voucher(session, view);
    }

    private ObjectNode ticks(Session session, ChannelView view) {
      TickPayee payee = new TickPayee(view);
      view.tick().ifPresent(payee::receive);
      List<SignedTransaction> claims = payee.claims();
      if (claims.isEmpty()) {
        throw nothingToClaim("tick");
      }
      ObjectNode report = Output.object();
      for (SignedTransaction claim : claims) {
        report = session.sendSigned(claim, transaction.dryRun);
      }
      report.put("claims", claims.size());
      session.putAmount(report, "claimed", view.token(), payee.total());
      return report;
    }

    private static CommandFailure nothingToClaim(String what) {
      return new CommandFailure(
          "the relay holds no valid " + what + " above what is claimed",
          "ask the payer to pay: sluice channel " + (what.equals("tick") ? "tick" : "pay"));
    }

    private ObjectNode voucher(Session session, ChannelView view) {
      SignedVoucher voucher =
          view.voucher()
              .filter(held -> held.isSignedBy(session.client().chain(), view.voucherKey()))
              .orElseThrow(() -> nothingToClaim("voucher"));
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
      switch (view.meter()) {
        case Transaction.METER_VOUCHER -> report.put("voucherKey", view.voucherKey().toString());
        case Transaction.METER_TICKS -> {
          session.putAmount(report, "perTick", view.token(), view.meterRate());
          report.put("claimedTicks", view.claimedTicks());
        }
        default -> session.putAmount(report, "perSecond", view.token(), view.meterRate());
      }
      report.put("closeDelaySeconds", view.closeDelaySeconds());
      report.put("closeAt", view.closeAt());
      return report;
    }
  }
}
