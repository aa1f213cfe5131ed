package dev.sluice.sequencer.relay;

import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Uint128;

/**
 * A promise by signature.
 *
 * @param channel index, a {@code u32}
 * @param amount everything promised so far in the channel
 * @param signature by the voucher key over (channel id, amount)
 */
public record SignedVoucher(long channel, Uint128 amount, WalletSignature signature)
    implements Promise {
  @Override
  public Uint128 total(Channels.Terms terms) {
    return amount;
  }
}
