package dev.sluice.client.sdk;

import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Uint128;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The payee's side of a voucher channel: judges each voucher and keeps the best. Safe for many
 * threads.
 *
 * <p>A voucher is valid if the channel's voucher key signed it for this channel, its amount is
 * above every one before and not above the deposit.
 */
public final class PayeeChannel {
  private final Chain chain;
  private final ChannelView opened;
  private Uint128 total;
  private long received;
  private @Nullable SignedVoucher best;

  /** A channel as the sequencer shows it; vouchers count from what is claimed already. */
  public PayeeChannel(Chain chain, ChannelView opened) {
    this.chain = chain;
    this.opened = opened;
    this.total = opened.claimed();
  }

  /** As it was when this object was made. */
  public ChannelView opened() {
    return opened;
  }

  /** Judges a voucher, and keeps it if it is valid. */
  public synchronized VoucherCheck receive(SignedVoucher voucher) {
    if (!voucher.channel().equals(opened.id())) {
      return new VoucherCheck.Invalid(
          voucher, "it is for channel " + voucher.channel() + ", not " + opened.id());
    }
    if (voucher.amount().compareTo(total) <= 0) {
      return new VoucherCheck.Invalid(voucher, "it is not above " + total);
    }
    if (opened.deposit().isLessThan(voucher.amount())) {
      return new VoucherCheck.Invalid(voucher, "it is above the deposit of " + opened.deposit());
    }
    if (!voucher.isSignedBy(chain, opened.voucherKey())) {
      return new VoucherCheck.Invalid(voucher, "it is not signed by " + opened.voucherKey());
    }
    Uint128 increment = voucher.amount().minus(total);
    total = voucher.amount();
    best = voucher;
    received++;
    return new VoucherCheck.Valid(voucher, increment);
  }

  /** Everything that the payee can claim, claimed amounts included, base units. */
  public synchronized Uint128 total() {
    return total;
  }

  /** How many valid vouchers came. */
  public synchronized long received() {
    return received;
  }

  /** The voucher to claim with; empty if none came. */
  public synchronized Optional<SignedVoucher> best() {
    return Optional.ofNullable(best);
  }

  /**
   * Claims the best voucher on the chain; empty if none came. The price of a {@link
   * Transaction.VoucherClaim} comes out of it.
   */
  public Optional<Ack> settle(SluiceClient client) {
    return best().map(voucher -> client.submitOne(voucher.claim()));
  }
}
