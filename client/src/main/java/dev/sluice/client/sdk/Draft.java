package dev.sluice.client.sdk;

import dev.sluice.primitives.transaction.Transaction;

/**
 * A transaction that still lacks the signer's account and nonce, which {@link Wallet} fills in when
 * it signs.
 */
@FunctionalInterface
public interface Draft {
  /** The transaction of this account with this nonce. */
  Transaction.WalletSigned at(long account, long nonce);
}
