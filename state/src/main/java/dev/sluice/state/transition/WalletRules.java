package dev.sluice.state.transition;

import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.typeddata.TypedData;
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

  /** Step 1 for the signer and nobody else. */
  @Nullable Refusal known(long account) {
    if (account >= accounts.count()) {
      return Refusal.UNKNOWN_ACCOUNT;
    }
    accounts.touch((int) account);
    return null;
  }

  /**
   * Step 1. Both accounts are touched before either is refused, because a witness holds every
   * account named that exists.
   */
  @Nullable Refusal known(long account, Recipient recipient) {
    Refusal unknown = null;
    if (recipient instanceof Recipient.Existing existing) {
      if (existing.account() >= accounts.count()) {
        unknown = Refusal.UNKNOWN_RECIPIENT;
      } else {
        accounts.touch((int) existing.account());
      }
    }
    Refusal signer = known(account);
    return signer != null ? signer : unknown;
  }

  /** Steps 2 and 3. */
  @Nullable Refusal authorized(
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

  /** Steps 4 and 5. */
  @Nullable Refusal affordable(int token, Uint128 price, Uint128 maxFee) {
    if (!listed[token]) {
      return Refusal.TOKEN_NOT_LISTED;
    }
    return maxFee.isLessThan(price) ? Refusal.FEE_ABOVE_MAXIMUM : null;
  }

  /** Step 7. */
  @Nullable Refusal funded(int account, int token, Uint128 amount, Uint128 price) {
    Uint128 available = accounts.balance(account, token);
    if (account == fees.recipient()) {
      available = available.plus(fees.balance(token));
    }
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
  void charge(int account, int token, Uint128 amount, Uint128 price) {
    if (account == fees.recipient()) {
      sweep(account);
    }
    countNonce(account);
    Uint128 cost = amount.plus(price);
    if (!cost.isZero()) {
      accounts.balance(account, token, accounts.balance(account, token).minus(cost));
    }
    fees.collect(token, price);
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
