package dev.sluice.primitives.transaction;

/**
 * A transaction with 64 bytes in the place of its signature, as decoded or as made by a client; the
 * signature is not checked yet.
 *
 * @param signature by the wallet, by the voucher key for a {@link Transaction.VoucherClaim}, {@link
 *     WalletSignature#NONE} for an {@link Transaction.Unsigned} one
 */
public record SignedTransaction(Transaction transaction, WalletSignature signature) {
  public SignedTransaction {
    if (transaction instanceof Transaction.Unsigned && !signature.equals(WalletSignature.NONE)) {
      throw new IllegalArgumentException(transaction.kind() + " of this form is not signed");
    }
  }

  /** A transaction that nobody signs. */
  public static SignedTransaction unsigned(Transaction.Unsigned transaction) {
    return new SignedTransaction(transaction, WalletSignature.NONE);
  }

  /** The kind. */
  public TransactionKind kind() {
    return transaction.kind();
  }
}
