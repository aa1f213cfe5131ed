package dev.sluice.client.sdk;

import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * A key with its account on one chain: finds the account's index, counts its nonces, signs and
 * submits. Safe for many threads; transactions take effect in the order of the calls.
 */
public final class Wallet {
  /**
   * How often {@link #send} signs again after a nonce was out of step, which another process with
   * the same key can cause.
   */
  private static final int RESYNCS_MAX = 3;

  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(60);

  private final SluiceClient client;
  private final PrivateKey key;
  private final Drafts drafts;
  private final NonceTracker nonces = new NonceTracker(ANSWER_PATIENCE);
  private final Object order = new Object();
  private OptionalLong account = OptionalLong.empty();

  /** A wallet on the client's chain. Nothing is asked before the first transaction. */
  public Wallet(SluiceClient client, PrivateKey key) {
    this.client = client;
    this.key = key;
    this.drafts = new Drafts(client.chain());
  }

  /** A transaction on its way: what was signed, and the answer to come. */
  public record Sent(SignedTransaction signed, CompletableFuture<Ack> answer) {}

  /** The address that signs and owns. */
  public Address address() {
    return key.address();
  }

  /** The key; for L1 transactions of the same owner. */
  public PrivateKey key() {
    return key;
  }

  /** The client that it submits to. */
  public SluiceClient client() {
    return client;
  }

  /** What this wallet can sign. */
  public Drafts drafts() {
    return drafts;
  }

  /**
   * The account's index, the lowest if the address has several; empty while nothing was ever paid
   * to the address.
   */
  public OptionalLong account() {
    synchronized (order) {
      if (account.isEmpty()) {
        List<AccountView> accounts = client.accounts(address());
        account =
            accounts.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(accounts.getFirst().index());
      }
      return account;
    }
  }

  /**
   * The account's index; throws {@link UnreachableException} with what to do if there is none yet.
   */
  public long requireAccount() {
    return account()
        .orElseThrow(
            () ->
                new UnreachableException(
                    "the address " + address() + " has no account on this chain yet",
                    "deposit to it (sluice deposit) or transfer to it first"));
  }

  /** The balance of a token at the sequencer's head, base units; 0 without an account. */
  public Uint128 balance(int token) {
    OptionalLong index = account();
    return index.isEmpty()
        ? Uint128.ZERO
        : client
            .account(index.getAsLong())
            .map(view -> view.balances().get(token))
            .orElse(Uint128.ZERO);
  }

  /** Signs without sending, at the nonce that the chain expects now; takes no nonce here. */
  public SignedTransaction sign(Draft draft) {
    long index = requireAccount();
    return signed(draft.at(index, nextNonce(index)));
  }

  /**
   * Signs and submits on the client's shared stream without waiting; blocks only while the stream's
   * window is full.
   */
  public Sent submit(Draft draft) {
    synchronized (order) {
      long index = requireAccount();
      long nonce = nonces.take(() -> nextNonce(index));
      SignedTransaction signed;
      CompletableFuture<Ack> answer;
      try {
        signed = signed(draft.at(index, nonce));
        answer = client.submissions().submit(signed);
      } catch (RuntimeException e) {
        nonces.settled(false);
        throw e;
      }
      return new Sent(
          signed, answer.whenComplete((ack, _) -> nonces.settled(ack instanceof Ack.Included)));
    }
  }

  /**
   * Submits and waits for the confirmation; signs again if the nonce was out of step.
   *
   * @throws NotIncludedException if the sequencer refuses it
   */
  public Confirmed send(Draft draft) {
    for (int attempt = 0; ; attempt++) {
      Sent sent = submit(draft);
      Ack ack = Answers.await(sent.answer(), ANSWER_PATIENCE);
      boolean again =
          attempt < RESYNCS_MAX && ack instanceof Ack.Refused refused && refused.isOutOfStep();
      if (!again) {
        return new Confirmed(
            (Transaction.WalletSigned) sent.signed().transaction(), ack.orElseThrow());
      }
    }
  }

  /** Pays {@code amount} base units of a token to an address. */
  public Confirmed transfer(Address to, int token, Uint128 amount) {
    return send(drafts.transfer(to, token, amount));
  }

  /**
   * Burns {@code amount} base units on L2; {@link WithdrawalTracker} claims them for {@code to} on
   * L1.
   */
  public Confirmed withdraw(Address to, int token, Uint128 amount) {
    return send(drafts.withdraw(to, token, amount));
  }

  /** The id of the channel, job or provider that a transaction of this wallet opens. */
  public Hash32 idOpenedBy(Transaction.WalletSigned transaction) {
    return Ids.of(address(), client.chain().typedData().digest(transaction));
  }

  private SignedTransaction signed(Transaction.WalletSigned transaction) {
    Hash32 digest = client.chain().typedData().digest(transaction);
    return new SignedTransaction(transaction, WalletSignature.of(Secp256k1.sign(digest, key)));
  }

  private long nextNonce(long index) {
    return client
        .account(index)
        .orElseThrow(() -> new DishonestSequencerException("account " + index + " has disappeared"))
        .nextNonce();
  }
}
