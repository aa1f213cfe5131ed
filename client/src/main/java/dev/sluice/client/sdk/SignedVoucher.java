package dev.sluice.client.sdk;

import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction.VoucherClaim;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;

/**
 * A payer's cumulative promise in one channel ({@code docs/protocol.md} §4, kind 4).
 *
 * @param channelIndex where the channel is in the data
 * @param channel its id, which is what is signed
 * @param amount everything promised so far, base units
 * @param signature by the channel's voucher key
 */
public record SignedVoucher(
    long channelIndex, Hash32 channel, Uint128 amount, WalletSignature signature) {
  /** Signs a promise; it binds whoever signs as soon as anybody else has seen it. */
  static SignedVoucher sign(
      Chain chain, PrivateKey key, long channelIndex, Hash32 channel, Uint128 amount) {
    Hash32 digest = chain.typedData().digest(new VoucherClaim(channel, amount));
    return new SignedVoucher(
        channelIndex, channel, amount, WalletSignature.of(Secp256k1.sign(digest, key)));
  }

  /** Whether {@code voucherKey} signed it on this chain. */
  public boolean isSignedBy(Chain chain, Address voucherKey) {
    Hash32 digest = chain.typedData().digest(new VoucherClaim(channel, amount));
    return Secp256k1.recoverAddress(digest, signature.toBytes())
        .filter(voucherKey::equals)
        .isPresent();
  }

  /** The ChannelClaim that pays it; anybody may submit it. */
  public SignedTransaction claim() {
    return new SignedTransaction(new VoucherClaim(channel, amount), signature);
  }
}
