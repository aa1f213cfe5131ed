package dev.sluice.state.transition;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Accounts;
import dev.sluice.state.ledger.Fees;
import dev.sluice.state.ledger.Ledger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The checks that all wallet-signed kinds share and what a transaction costs its signer ({@code
 * docs/protocol.md} §6.1). A check returns the refusal, or null if it passes.
 */
final class WalletRules {
  private static final long LEAVES_MAX = 0xffff_ffffL;
  private static final int TOKENS = Transaction.TOKENS;

  private final Ledger ledger;
  private final Accounts accounts;
  private final Fees fees;
  private final TypedData domain;
  private final Uint128[] prices;
  private final boolean[] listed = new boolean[TOKENS];

  WalletRules(Ledger ledger, TypedData domain) {
    this.ledger = ledger;
    this.accounts = ledger.accounts();
    this.fees = ledger.fees();
    this.domain = domain;
    Genesis genesis = ledger.genesis();
    this.prices = new Uint128[16 * TOKENS];
    for (int token = 0; token < TOKENS; token++) {
      listed[token] = genesis.isListed(token);
      for (TransactionKind kind : TransactionKind.values()) {
        prices[kind.number() * TOKENS + token] = genesis.price(kind, token);
      }
    }
  }

  Uint128 price(TransactionKind kind, int token) {
    return prices[kind.number() * TOKENS + token];
  }

  boolean isListed(int token) {
    return listed[token];
  }

  /**
   * What a transaction takes from its signer.
   *
   * @param maxFee as posted: null if it is the price
   */
  Payment payment(
      TransactionKind kind, long account, int token, Uint128 amount, @Nullable Uint128 maxFee) {
    Uint128 price = price(kind, token);
    return new Payment(
        (int) account, token, amount, price, PostedTransaction.signedMaxFee(maxFee, price));
  }

  /** One check of a chain: the refusal, or null if it passes. */
  @FunctionalInterface
  interface Check {
    @Nullable Refusal refusal();
  }

  /** The refusal of the first check that does not pass, or null if all pass. */
  static @Nullable Refusal first(Check... checks) {
    for (Check check : checks) {
      Refusal refusal = check.refusal();
      if (refusal != null) {
        return refusal;
      }
    }
    return null;
  }

  /** Step 1 for the signer. */
  @Nullable Refusal known(long account) {
    return account < accounts.count() ? null : Refusal.UNKNOWN_ACCOUNT;
  }

  /** Step 1 for a recipient. */
  @Nullable Refusal known(Recipient recipient) {
    return recipient instanceof Recipient.Existing existing
            && existing.account() >= accounts.count()
        ? Refusal.UNKNOWN_RECIPIENT
        : null;
  }

  /** Steps 2 and 3. */
  @Nullable Refusal signed(
      int account,
      Submission by,
      WalletSignature signature,
      Supplier<Transaction.WalletSigned> completed) {
    Long wireNonce = by.wireNonce();
    if (wireNonce != null && wireNonce != accounts.nonce(account)) {
      return Refusal.BAD_NONCE;
    }
    return by.source().isSignedBy(accounts.owner(account), signature, domain, completed)
        ? null
        : Refusal.BAD_SIGNATURE;
  }

  /** Steps 2 to 5. */
  @Nullable Refusal authorized(
      Payment payment,
      Submission by,
      WalletSignature signature,
      Supplier<Transaction.WalletSigned> completed) {
    Refusal refusal = signed(payment.account(), by, signature, completed);
    if (refusal != null) {
      return refusal;
    }
    if (!listed[payment.token()]) {
      return Refusal.TOKEN_NOT_LISTED;
    }
    return payment.maxFee().isLessThan(payment.price()) ? Refusal.FEE_ABOVE_MAXIMUM : null;
  }

  /**
   * The id of what a transaction opens.
   *
   * @param completed before the account's nonce counts it
   */
  Hash32 idOpenedBy(int account, Transaction.WalletSigned completed) {
    return Ids.of(accounts.owner(account), domain.digest(completed));
  }

  /** Step 7. */
  @Nullable Refusal funded(Payment payment) {
    int token = payment.token();
    Uint128 available = accounts.balance(payment.account(), token);
    if (payment.account() == fees.recipient()) {
      available = available.plus(fees.balance(token));
    }
    Uint128 amount = payment.amount();
    Uint128 price = payment.price();
    boolean enough = !amount.addOverflows(price) && !available.isLessThan(amount.plus(price));
    return enough ? null : Refusal.INSUFFICIENT_BALANCE;
  }

  /** Step 8 for an account. */
  @Nullable Refusal roomFor(Recipient recipient) {
    return recipient instanceof Recipient.Opened ? room(ledger.meta().accounts()) : null;
  }

  /** Step 8. */
  @Nullable Refusal room(long leaves) {
    return leaves >= LEAVES_MAX ? Refusal.CAPACITY_EXHAUSTED : null;
  }

  /**
   * After all checks: the nonce moves, amount and price leave the signer, the price becomes a fee.
   */
  void charge(Payment payment) {
    int account = payment.account();
    int token = payment.token();
    if (account == fees.recipient()) {
      sweep(account);
    }
    countNonce(account);
    Uint128 cost = payment.amount().plus(payment.price());
    if (!cost.isZero()) {
      accounts.balance(account, token, accounts.balance(account, token).minus(cost));
    }
    fees.collect(token, payment.price());
  }

  void countNonce(int account) {
    accounts.nonce(account, accounts.nonce(account) + 1);
  }

  private void sweep(int account) {
    for (int token = 0; token < TOKENS; token++) {
      Uint128 collected = fees.balance(token);
      if (!collected.isZero()) {
        accounts.credit(account, token, collected);
        fees.balance(token, Uint128.ZERO);
      }
    }
  }

  /** The recipient's account, opened if the posted form says so. */
  int open(Recipient recipient) {
    return switch (recipient) {
      case Recipient.Existing existing -> (int) existing.account();
      case Recipient.Opened opened -> accounts.open(opened.owner());
    };
  }
}
