package dev.sluice.l1.sender;

import dev.sluice.l1.connection.BlockTag;
import dev.sluice.l1.connection.CallResult;
import dev.sluice.l1.connection.L1Block;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1ErrorException;
import dev.sluice.l1.connection.L1Exception;
import dev.sluice.l1.connection.L1Receipt;
import dev.sluice.l1.connection.L1UnavailableException;
import dev.sluice.l1.contract.ContractErrors;
import dev.sluice.l1.contract.DecodedError;
import dev.sluice.l1.contract.L1Call;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionDecoder;
import org.web3j.crypto.TransactionEncoder;

/**
 * The only writer of one L1 account. Blocking, meant for virtual threads; calls wait for each
 * other, so an account has at most one intent in flight.
 *
 * <p>An outcome with attempts is <em>undecided</em>: the caller {@link #resume}s them before it
 * sends anything else, and {@link #send} insists on that.
 */
public final class TransactionSender {
  /**
   * Looks for a receipt after the nonce is used, before it is said to be somebody else's: receipts
   * can lag their block.
   */
  private static final int LAGGING_RECEIPT_LOOKS = 25;

  private static final BigInteger GAS_MARGIN_PERCENT = BigInteger.valueOf(120);
  private static final BigInteger HUNDRED = BigInteger.valueOf(100);

  private final L1Client client;
  private final long chainId;
  private final Credentials credentials;
  private final Address account;
  private final SenderPolicy policy;
  private final ContractErrors errors;
  private final ReentrantLock turn = new ReentrantLock();
  private List<Attempt> undecided = List.of();

  /**
   * @param chainId goes into every signature
   * @param errors to put reverts into words
   */
  public TransactionSender(
      L1Client client, long chainId, PrivateKey key, SenderPolicy policy, ContractErrors errors) {
    this.client = client;
    this.chainId = chainId;
    this.credentials = Credentials.create(ECKeyPair.create(key.exportSecret()));
    this.account = key.address();
    this.policy = policy;
    this.errors = errors;
  }

  /** The account that signs and pays. */
  public Address account() {
    return account;
  }

  /**
   * Carries out one intent.
   *
   * @param journal gets every attempt before it is sent
   * @throws IOException if the journal fails; nothing was sent then that the journal does not have
   * @throws IllegalStateException if an earlier intent is undecided
   */
  public Outcome send(L1Call call, SendJournal journal) throws IOException, InterruptedException {
    turn.lockInterruptibly();
    try {
      if (!undecided.isEmpty()) {
        throw new IllegalStateException(
            "nonce "
                + undecided.getFirst().nonce()
                + " of "
                + account
                + " is undecided: resume it first");
      }
      Prepared prepared;
      try {
        prepared = prepare(call);
      } catch (L1UnavailableException away) {
        return new Outcome.Unreachable(away.getMessage(), List.of());
      } catch (L1ErrorException refused) {
        return new Outcome.Refused(refused.getMessage());
      }
      return switch (prepared) {
        case Ready ready -> {
          journal.beforeSend(ready.attempt);
          yield settle(new ArrayList<>(List.of(ready.attempt)), journal);
        }
        case NotSent notSent -> notSent.outcome;
      };
    } finally {
      turn.unlock();
    }
  }

  /**
   * Goes on with an intent whose attempts were journaled, after a restart or an undecided outcome.
   * Sends the last attempt again if the node does not know it, and replaces it as {@link #send}
   * would.
   *
   * @param attempts of one nonce, in the order in which they were journaled; at least one
   */
  public Outcome resume(List<Attempt> attempts, SendJournal journal)
      throws IOException, InterruptedException {
    if (attempts.isEmpty()) {
      throw new IllegalArgumentException("nothing to resume");
    }
    turn.lockInterruptibly();
    try {
      return settle(new ArrayList<>(attempts), journal);
    } finally {
      turn.unlock();
    }
  }

  private sealed interface Prepared {}

  private record Ready(Attempt attempt) implements Prepared {}

  private record NotSent(Outcome outcome) implements Prepared {}

  private Prepared prepare(L1Call call) throws L1Exception {
    CallResult estimate = client.estimateGas(account, call.to(), call.valueWei(), call.calldata());
    BigInteger gas;
    switch (estimate) {
      case CallResult.Reverted reverted -> {
        if (reverted.bytes().length == 0 && isFundsMessage(reverted.message())) {
          return new NotSent(
              new Outcome.InsufficientFunds(client.balanceWei(account), call.valueWei()));
        }
        return new NotSent(new Outcome.Reverted(errors.decode(reverted.bytes()), Optional.empty()));
      }
      case CallResult.Returned returned -> gas = new BigInteger(1, returned.bytes());
    }
    if (gas.compareTo(BigInteger.valueOf(SenderPolicy.TRANSACTION_GAS_MAX)) > 0) {
      return new NotSent(
          new Outcome.OverLimit("gas", gas.longValueExact(), SenderPolicy.TRANSACTION_GAS_MAX));
    }
    BigInteger gasLimit =
        gas.multiply(GAS_MARGIN_PERCENT)
            .divide(HUNDRED)
            .min(BigInteger.valueOf(SenderPolicy.TRANSACTION_GAS_MAX));
    L1Block latest = client.latestBlock();
    BigInteger priority = client.priorityFeeWei().min(policy.maxFeeCapWei());
    if (latest.baseFeeWei().compareTo(policy.maxFeeCapWei()) > 0) {
      return new NotSent(
          new Outcome.Underpriced(latest.baseFeeWei(), policy.maxFeeCapWei(), List.of()));
    }
    BigInteger maxFee = fee(latest, priority).min(policy.maxFeeCapWei());
    BigInteger need = maxFee.multiply(gasLimit).add(call.valueWei());
    BigInteger have = client.balanceWei(account);
    if (have.compareTo(need) < 0) {
      return new NotSent(new Outcome.InsufficientFunds(have, need));
    }
    Attempt attempt =
        sign(
            client.minedNonce(account),
            gasLimit,
            call.to().map(Address::toString).orElse(""),
            call.valueWei(),
            HexFormat.of().formatHex(call.calldata()),
            priority,
            maxFee,
            latest.number());
    if (attempt.signed().length > SenderPolicy.TRANSACTION_BYTES_MAX) {
      return new NotSent(
          new Outcome.OverLimit(
              "bytes", attempt.signed().length, SenderPolicy.TRANSACTION_BYTES_MAX));
    }
    return new Ready(attempt);
  }

  private Outcome settle(List<Attempt> attempts, SendJournal journal)
      throws IOException, InterruptedException {
    undecided = List.copyOf(attempts);
    long deadline = System.nanoTime() + policy.patience().toNanos();
    int looksAfterUse = 0;
    String away = "";
    Optional<BigInteger> unaffordable = Optional.empty();
    boolean first = true;
    while (first || System.nanoTime() < deadline) {
      if (!first) {
        Thread.sleep(policy.pollInterval());
      }
      try {
        long used = client.minedNonce(account);
        Optional<Outcome> mined = mined(attempts);
        if (mined.isPresent()) {
          undecided = List.of();
          return mined.get();
        }
        Attempt last = attempts.getLast();
        if (used > last.nonce()) {
          looksAfterUse++;
          if (looksAfterUse > LAGGING_RECEIPT_LOOKS) {
            undecided = List.of();
            return new Outcome.Displaced(last.nonce(), List.copyOf(attempts));
          }
          first = false;
          away = "";
          continue;
        }
        if (client.transaction(last.transactionHash()).isEmpty()) {
          Optional<String> refusal = broadcast(last);
          if (refusal.isPresent() && attempts.size() == 1 && first) {
            // Nothing of this intent has ever been accepted by the node, and it says why.
            undecided = List.of();
            return new Outcome.Refused(refusal.get());
          }
        }
        L1Block latest = client.latestBlock();
        if (latest.number() - last.sentAtBlock() >= policy.bumpAfterBlocks()) {
          Optional<Attempt> replacement = replacement(last, latest);
          if (replacement.isPresent()) {
            journal.beforeSend(replacement.get());
            attempts.add(replacement.get());
            undecided = List.copyOf(attempts);
          } else {
            unaffordable = Optional.of(fee(latest, last.priorityFeeWei()));
          }
        }
        away = "";
      } catch (L1Exception silent) {
        away = silent.getMessage();
      }
      first = false;
    }
    if (!away.isEmpty()) {
      return new Outcome.Unreachable(away, List.copyOf(attempts));
    }
    if (unaffordable.isPresent()) {
      return new Outcome.Underpriced(
          unaffordable.get(), policy.maxFeeCapWei(), List.copyOf(attempts));
    }
    return new Outcome.Pending(List.copyOf(attempts));
  }

  private Optional<Outcome> mined(List<Attempt> attempts) throws L1Exception {
    for (Attempt attempt : attempts) {
      Optional<L1Receipt> receipt = client.receipt(attempt.transactionHash());
      if (receipt.isPresent()) {
        return Optional.of(
            receipt.get().succeeded()
                ? new Outcome.Included(receipt.get())
                : new Outcome.Reverted(replay(attempt, receipt.get()), receipt));
      }
    }
    return Optional.empty();
  }

  /** Runs a failed transaction again on top of the block before it: receipts do not say why. */
  private DecodedError replay(Attempt attempt, L1Receipt receipt) throws L1Exception {
    RawTransaction raw = decode(attempt);
    if (raw.getTo().isEmpty()) {
      return errors.decode(new byte[0]);
    }
    CallResult again =
        client.call(
            account,
            Address.fromHex(raw.getTo()),
            raw.getValue(),
            HexFormat.of().parseHex(stripped(raw.getData())),
            new BlockTag.AtNumber(receipt.blockNumber() - 1));
    return switch (again) {
      case CallResult.Reverted reverted -> errors.decode(reverted.bytes());
      case CallResult.Returned returned ->
          new DecodedError("NotReproduced", List.of("gasUsed=" + receipt.gasUsed()));
    };
  }

  /** Empty if the node took it or has it already; else the node's words. */
  private Optional<String> broadcast(Attempt attempt) throws L1UnavailableException {
    try {
      client.sendRaw(attempt.signed());
      return Optional.empty();
    } catch (L1UnavailableException away) {
      throw away;
    } catch (L1Exception refused) {
      String words = refused.getMessage().toLowerCase(Locale.ROOT);
      // The node has it, has it mined, or wants more for it: the next looks and replacements tell.
      boolean known =
          words.contains("already")
              || words.contains("nonce too low")
              || words.contains("underpriced")
              || words.contains("base fee");
      return known ? Optional.empty() : Optional.of(refused.getMessage());
    }
  }

  /**
   * The same intent with fees × 1.25 (pools want 1.125), or empty if the cap does not allow a
   * replacement.
   */
  private Optional<Attempt> replacement(Attempt last, L1Block latest) {
    BigInteger least = scaled(last.maxFeeWei(), 1125, 1000);
    BigInteger priority = scaled(last.priorityFeeWei(), 5, 4);
    BigInteger wanted = scaled(last.maxFeeWei(), 5, 4).max(fee(latest, priority));
    BigInteger maxFee = wanted.min(policy.maxFeeCapWei());
    if (maxFee.compareTo(least) < 0) {
      return Optional.empty();
    }
    RawTransaction raw = decode(last);
    return Optional.of(
        sign(
            last.nonce(),
            raw.getGasLimit(),
            raw.getTo(),
            raw.getValue(),
            stripped(raw.getData()),
            priority.min(maxFee),
            maxFee,
            latest.number()));
  }

  private static RawTransaction decode(Attempt attempt) {
    return TransactionDecoder.decode("0x" + HexFormat.of().formatHex(attempt.signed()));
  }

  private Attempt sign(
      long nonce,
      BigInteger gasLimit,
      String to,
      BigInteger valueWei,
      String calldata,
      BigInteger priorityWei,
      BigInteger maxFeeWei,
      long atBlock) {
    RawTransaction raw =
        RawTransaction.createTransaction(
            chainId,
            BigInteger.valueOf(nonce),
            gasLimit,
            to,
            valueWei,
            calldata,
            priorityWei,
            maxFeeWei);
    byte[] signed = TransactionEncoder.signMessage(raw, credentials);
    return new Attempt(
        nonce, Hash32.of(Keccak256.hash(signed)), signed, maxFeeWei, priorityWei, atBlock);
  }

  /** Twice the base fee stays enough for five full blocks in a row. */
  private static BigInteger fee(L1Block latest, BigInteger priority) {
    return latest.baseFeeWei().shiftLeft(1).add(priority);
  }

  private static BigInteger scaled(BigInteger value, long up, long down) {
    return value
        .multiply(BigInteger.valueOf(up))
        .add(BigInteger.valueOf(down - 1))
        .divide(BigInteger.valueOf(down));
  }

  private static boolean isFundsMessage(String message) {
    return message.toLowerCase(Locale.ROOT).contains("insufficient funds");
  }

  private static String stripped(String hex) {
    return hex.startsWith("0x") ? hex.substring(2) : hex;
  }
}
