package dev.sluice.sequencer.relay;

import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.sequencer.admission.Rejection;
import dev.sluice.sequencer.confirmation.FrameAnswer;
import dev.sluice.sequencer.confirmation.FrameReply;
import dev.sluice.sequencer.production.DurableGroup;
import dev.sluice.sequencer.production.SealedBlock;
import dev.sluice.state.store.BlockWrite;
import java.lang.System.Logger.Level;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Turns latest promises into ChannelClaims: when a payee asks, when a channel begins to close, and
 * in the sweep from time to time. The same for vouchers and ticks. Thread-safe.
 *
 * <p>A time channel is never claimed from here: its finalization pays what is due.
 */
public final class ClaimDesk implements DurableGroup.Listener {
  private static final System.Logger LOG = System.getLogger(ClaimDesk.class.getName());

  /** The sweep leaves alone what is worth less than so many prices. */
  private static final long SWEEP_PRICES_MIN = 20;

  /** Claims of one channel submitted at once: a million ticks. */
  private static final int CLAIMS_MAX = 256;

  /** How claims are submitted: as any transactions are, in order. */
  @FunctionalInterface
  public interface Submitter {
    void submit(List<byte[]> wires, FrameReply reply);
  }

  private final Relay<SignedVoucher> vouchers;
  private final Relay<Tick> ticks;
  private final Channels channels;
  private final Genesis genesis;
  private final Submitter submitter;
  private final Executor background;

  /**
   * @param background where the reactions to blocks run; they block
   */
  public ClaimDesk(
      Relay<SignedVoucher> vouchers,
      Relay<Tick> ticks,
      Channels channels,
      Genesis genesis,
      Submitter submitter,
      Executor background) {
    this.vouchers = vouchers;
    this.ticks = ticks;
    this.channels = channels;
    this.genesis = genesis;
    this.submitter = submitter;
    this.background = background;
  }

  /**
   * A claim that was answered.
   *
   * @param wire as submitted
   * @param amount cumulative, claimed by it and before
   */
  public record Claim(byte[] wire, Uint128 amount, FrameAnswer answer) {}

  /** A claim to be submitted. */
  private record Draft(byte[] wire, Uint128 amount) {}

  /** Why there is nothing to claim, or the first claim, which will be answered. */
  public CompletableFuture<Claim> settle(long channel, int meter) {
    Optional<Channels.Terms> found = channels.channel(channel);
    if (found.isEmpty()) {
      return refused(Rejection.of(Refusal.UNKNOWN_CHANNEL, "channel " + channel));
    }
    Channels.Terms terms = found.get();
    if (terms.meter() != meter) {
      return refused(
          Rejection.of(
              Refusal.METER_MISMATCH, "channel " + channel + " is of meter " + terms.meter()));
    }
    List<Draft> drafts = drafts(terms, 1);
    if (drafts.isEmpty()) {
      return refused(
          Rejection.of(
              Refusal.CLAIM_BELOW_FEE, "nothing is promised above what is claimed and the price"));
    }
    Draft first = drafts.getFirst();
    CompletableFuture<Claim> claim = new CompletableFuture<>();
    submitter.submit(
        List.of(first.wire()),
        answer -> claim.complete(new Claim(first.wire(), first.amount(), answer)));
    return claim;
  }

  private static CompletableFuture<Claim> refused(Rejection rejection) {
    return CompletableFuture.completedFuture(
        new Claim(
            new byte[0],
            Uint128.ZERO,
            FrameAnswer.refusals(List.of(new FrameAnswer.Refused(0, rejection)))));
  }

  /** The claims of a channel in order, if they are worth so many prices; at most so many. */
  private List<Draft> drafts(Channels.Terms terms, long prices) {
    return switch (terms.meter()) {
      case Transaction.METER_VOUCHER ->
          vouchers
              .latest(terms)
              .filter(voucher -> isWorth(terms, voucher, prices))
              .map(voucher -> List.of(draft(terms, voucher)))
              .orElse(List.of());
      case Transaction.METER_TICKS ->
          ticks
              .latest(terms)
              .filter(tick -> isWorth(terms, tick, prices))
              .map(tick -> drafts(terms, tick, ticksOfAClaim(terms)))
              .orElse(List.of());
      default -> List.of();
    };
  }

  private boolean isWorth(Channels.Terms terms, Promise promise, long prices) {
    Uint128 total = promise.total(terms);
    if (!terms.claimed().isLessThan(total)) {
      return false;
    }
    Uint128 least =
        genesis
            .price(TransactionKind.CHANNEL_CLAIM, terms.token())
            .tryTimes(prices)
            .orElse(Uint128.MAX);
    return !total.minus(terms.claimed()).isLessThan(least);
  }

  private static Draft draft(Channels.Terms terms, SignedVoucher voucher) {
    return new Draft(
        WireCodec.encode(
            new SignedTransaction(
                new Transaction.VoucherClaim(terms.id(), voucher.amount()), voucher.signature())),
        voucher.amount());
  }

  /** How many ticks pay for a claim of them. */
  private long ticksOfAClaim(Channels.Terms terms) {
    BigInteger price = genesis.price(TransactionKind.CHANNEL_CLAIM, terms.token()).toBigInteger();
    BigInteger[] whole = price.divideAndRemainder(terms.meterRate().toBigInteger());
    return whole[0].add(BigInteger.valueOf(whole[1].signum())).longValueExact();
  }

  /**
   * As few claims as the steps of one allow, of equal size, so that none is worth less than another
   * by more than one tick. If that is too little for each to pay for itself, one claim fewer, of as
   * many steps as one may have: the rest waits for more.
   *
   * @param least ticks in a claim; at most {@link Transaction#TICK_STEPS_MAX}, or the channel could
   *     not have been opened
   */
  private static List<Draft> drafts(Channels.Terms terms, Tick latest, long least) {
    long claimed = terms.ticksClaimed();
    long steps = latest.position() - claimed;
    long claims = Math.ceilDiv(steps, Transaction.TICK_STEPS_MAX);
    Hash32 tick = latest.tick();
    if (steps / claims < least) {
      claims--;
      tick = Ids.earlierTick(tick, steps - claims * Transaction.TICK_STEPS_MAX);
      steps = claims * Transaction.TICK_STEPS_MAX;
    }
    List<Draft> fromLast = new ArrayList<>();
    for (long i = claims; i > 0; i--) {
      long to = claimed + steps * i / claims;
      long from = claimed + steps * (i - 1) / claims;
      if (i <= CLAIMS_MAX) {
        fromLast.add(draft(terms, new Tick(latest.channel(), to, tick), (int) (to - from)));
      }
      tick = Ids.earlierTick(tick, to - from);
    }
    return fromLast.reversed();
  }

  private static Draft draft(Channels.Terms terms, Tick tick, int steps) {
    return new Draft(
        WireCodec.encode(
            new SignedTransaction(
                new Transaction.TickClaim(terms.id(), tick.position(), steps, tick.tick()),
                WalletSignature.NONE)),
        tick.total(terms));
  }

  @Override
  public void durable(DurableGroup group) {
    for (SealedBlock block : group.blocks()) {
      for (BlockWrite.Leaf row : block.leaves()) {
        if (row.type() == LeafType.CHANNEL.number()) {
          Leaf leaf =
              Leaf.decode(
                      LeafType.CHANNEL.key(row.index()), row.bytes(), genesis.committeeSizeLog2())
                  .orElseThrow();
          if (leaf instanceof Leaf.Channel channel) {
            react(StoredChannels.terms(row.index(), channel));
          }
        }
      }
    }
  }

  private void react(Channels.Terms terms) {
    switch (terms.state()) {
      case OPEN -> {}
      case CLOSING -> background.execute(() -> claim(terms, 1));
      case CLOSED ->
          background.execute(
              () -> {
                vouchers.forget(terms.index());
                ticks.forget(terms.index());
              });
    }
  }

  /** Claims in every channel in which it pays; called from time to time. */
  public void sweep() {
    List<Long> promised = new ArrayList<>(vouchers.channelsWithPromises());
    promised.addAll(ticks.channelsWithPromises());
    for (long index : promised) {
      channels
          .channel(index)
          .filter(terms -> terms.state() != Channels.State.CLOSED)
          .ifPresent(terms -> claim(terms, SWEEP_PRICES_MIN));
    }
  }

  private void claim(Channels.Terms terms, long prices) {
    List<Draft> drafts = drafts(terms, prices);
    if (!drafts.isEmpty()) {
      submitter.submit(
          drafts.stream().map(Draft::wire).toList(), answer -> logRefusals(terms, answer));
    }
  }

  private static void logRefusals(Channels.Terms terms, FrameAnswer answer) {
    for (FrameAnswer.Refused refused : answer.refused()) {
      LOG.log(
          Level.WARNING,
          "the claim in channel {0} was refused: {1}",
          terms.index(),
          refused.rejection());
    }
  }
}
