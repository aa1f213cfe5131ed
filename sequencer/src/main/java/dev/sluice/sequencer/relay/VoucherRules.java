package dev.sluice.sequencer.relay;

import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.transaction.AdmissionError;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.sequencer.admission.CoreExecutor;
import dev.sluice.sequencer.admission.Rejection;
import dev.sluice.sequencer.relay.Channels.Terms;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Vouchers are signed by the key that their channel names. */
final class VoucherRules implements RelayRules<SignedVoucher> {
  /** One recovery is about 35 µs. */
  private static final int SLICE_VOUCHERS = 64;

  private final CoreExecutor cores;
  private final TypedData typedData;
  private final Channels channels;

  VoucherRules(CoreExecutor cores, TypedData typedData, Channels channels) {
    this.cores = cores;
    this.typedData = typedData;
    this.channels = channels;
  }

  @Override
  public int meter() {
    return Transaction.METER_VOUCHER;
  }

  @Override
  public List<Checked> check(
      List<SignedVoucher> vouchers, Function<Terms, Optional<SignedVoucher>> latest) {
    return cores.map(vouchers, SLICE_VOUCHERS, this::check).join();
  }

  private Checked check(SignedVoucher voucher) {
    Optional<Terms> found = channels.channel(voucher.channel());
    if (found.isEmpty()) {
      return Checked.bad(Refusal.UNKNOWN_CHANNEL, "channel " + voucher.channel());
    }
    Terms terms = found.get();
    if (terms.meter() != Transaction.METER_VOUCHER) {
      return Checked.bad(
          Refusal.METER_MISMATCH,
          "a voucher in channel " + voucher.channel() + " of meter " + terms.meter());
    }
    Hash32 digest = typedData.digest(new Transaction.VoucherClaim(terms.id(), voucher.amount()));
    boolean signed =
        Secp256k1.recoverAddress(digest, voucher.signature().toBytes())
            .map(terms::isVoucherKey)
            .orElse(false);
    if (!signed) {
      return Checked.bad(
          Refusal.BAD_SIGNATURE, "not signed by the channel's voucher key " + terms.meterKey());
    }
    if (terms.state() == Channels.State.CLOSED) {
      return Checked.bad(Refusal.CHANNEL_CLOSED, "channel " + voucher.channel());
    }
    if (terms.deposit().isLessThan(voucher.amount())) {
      return Checked.bad(
          Refusal.VOUCHER_EXCEEDS_DEPOSIT,
          "amount " + voucher.amount() + ", deposit " + terms.deposit());
    }
    return new Checked.Good(terms);
  }

  @Override
  public Rejection notIncreasing(
      SignedVoucher voucher, Optional<SignedVoucher> latest, Terms terms) {
    return Rejection.of(
        AdmissionError.VOUCHER_NOT_INCREASING,
        "amount "
            + voucher.amount()
            + ", the latest is "
            + latest.map(SignedVoucher::amount).orElse(terms.claimed())
            + ", claimed "
            + terms.claimed());
  }
}
