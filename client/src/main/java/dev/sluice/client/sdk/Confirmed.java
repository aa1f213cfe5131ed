package dev.sluice.client.sdk;

import dev.sluice.primitives.transaction.Transaction;

/**
 * A wallet's transaction that is applied and confirmed.
 *
 * @param transaction as signed, with the account and nonce that it used
 * @param ack verified
 */
public record Confirmed(Transaction.WalletSigned transaction, Ack.Included ack) {}
