package dev.sluice.sequencer.voucher;

import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Uint128;

/**
 * A payer's cumulative promise.
 *
 * @param channel index, a {@code u32}
 * @param amount everything promised so far in the channel
 * @param signature by the voucher key over (channel id, amount)
 */
public record SignedVoucher(long channel, Uint128 amount, WalletSignature signature) {}
