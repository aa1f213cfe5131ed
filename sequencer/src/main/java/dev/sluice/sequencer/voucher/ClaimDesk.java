package dev.sluice.sequencer.voucher;

import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.sequencer.admission.Rejection;
import dev.sluice.sequencer.confirmation.FrameAnswer;
import dev.sluice.sequencer.confirmation.FrameReply;
import dev.sluice.sequencer.production.DurableGroup;
import dev.sluice.sequencer.production.SealedBlock;
import dev.sluice.state.store.BlockWrite;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Turns latest vouchers into ChannelClaims: when a payee asks, when a channel begins to close, and
 * in the sweep from time to time. Thread-safe.
 */
public final class ClaimDesk implements DurableGroup.Listener {
  private static final System.Logger LOG = System.getLogger(ClaimDesk.class.getName());

  /** The sweep leaves alone what is worth less than so many prices. */
  private static final long SWEEP_PRICES_MIN = 20;

  /** How a claim is submitted: as any transaction is. */
  @FunctionalInterface
  public interface Submitter {
    void submit(byte[] wire, FrameReply reply);
  }

  private final VoucherRelay relay;
  private final Channels channels;
  private final Genesis genesis;
  private final Submitter submitter;
  private final Executor background;

  /**
   * @param background where the reactions to blocks run; they block
   */
  public ClaimDesk(
      VoucherRelay relay,
      Channels channels,
      Genesis genesis,
      Submitter submitter,
      Executor background) {
    this.relay = relay;
    this.channels = channels;
    this.genesis = genesis;
    this.submitter = submitter;
    this.background = background;
  }

  /**
   * A claim that was answered.
   *
   * @param wire as submitted
   */
  public record Claim(byte[] wire, Uint128 amount, FrameAnswer answer) {}

  /** Why there is nothing to claim, or the claim that will be answered. */
  public CompletableFuture<Claim> settle(long channel) {
    Optional<Channels.Terms> terms = channels.channel(channel);
    if (terms.isEmpty()) {
      return refused(Rejection.of(Refusal.UNKNOWN_CHANNEL, "channel " + channel));
    }
    Optional<SignedVoucher> latest = relay.latest(terms.get());
    if (latest.isEmpty() || !isWorth(terms.get(), latest.get(), 1)) {
      return refused(
          Rejection.of(
              Refusal.CLAIM_BELOW_FEE, "no voucher that is above what is claimed by the price"));
    }
    return submit(terms.get(), latest.get());
  }

  private static CompletableFuture<Claim> refused(Rejection rejection) {
    return CompletableFuture.completedFuture(
        new Claim(
            new byte[0],
            Uint128.ZERO,
            FrameAnswer.refusals(List.of(new FrameAnswer.Refused(0, rejection)))));
  }

  private CompletableFuture<Claim> submit(Channels.Terms terms, SignedVoucher voucher) {
    byte[] wire = wire(terms, voucher);
    CompletableFuture<Claim> claim = new CompletableFuture<>();
    submitter.submit(wire, answer -> claim.complete(new Claim(wire, voucher.amount(), answer)));
    return claim;
  }

  private static byte[] wire(Channels.Terms terms, SignedVoucher voucher) {
    return WireCodec.encode(
        new SignedTransaction(
            new Transaction.VoucherClaim(terms.id(), voucher.amount()), voucher.signature()));
  }

  private boolean isWorth(Channels.Terms terms, SignedVoucher voucher, long prices) {
    if (!terms.claimed().isLessThan(voucher.amount())) {
      return false;
    }
    Uint128 least =
        genesis
            .price(TransactionKind.CHANNEL_CLAIM, terms.token())
            .tryTimes(prices)
            .orElse(Uint128.MAX);
    return !voucher.amount().minus(terms.claimed()).isLessThan(least);
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
      case CLOSED -> background.execute(() -> relay.forget(terms.index()));
    }
  }

  /** Claims in every channel in which it pays; called from time to time. */
  public void sweep() {
    for (long index : relay.channelsWithVouchers()) {
      channels.channel(index).ifPresent(terms -> claim(terms, SWEEP_PRICES_MIN));
    }
  }

  private void claim(Channels.Terms terms, long prices) {
    relay
        .latest(terms)
        .filter(voucher -> isWorth(terms, voucher, prices))
        .ifPresent(
            voucher ->
                submitter.submit(wire(terms, voucher), answer -> logRefusals(terms, answer)));
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
