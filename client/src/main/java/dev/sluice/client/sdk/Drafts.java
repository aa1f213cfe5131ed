package dev.sluice.client.sdk;

import dev.sluice.primitives.crypto.Bls12381;
import dev.sluice.primitives.crypto.BlsSecretKey;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import org.apache.tuweni.bytes.Bytes;

/**
 * Every wallet-signed transaction as a {@link Draft} whose maximum fee is exactly the chain's
 * price, the form that costs the fewest bytes on L1. Amounts are in base units; nothing is checked
 * that the chain itself refuses with a reason.
 */
public final class Drafts {
  private final Chain chain;

  Drafts(Chain chain) {
    this.chain = chain;
  }

  /** Pays {@code amount} to an address, which opens an account if it has none. */
  public Draft transfer(Address to, int token, Uint128 amount) {
    Uint128 fee = chain.price(TransactionKind.TRANSFER, token);
    return (account, nonce) -> new Transaction.Transfer(account, nonce, to, token, amount, fee);
  }

  /** Burns {@code amount} on L2, to be claimed by {@code to} on L1. */
  public Draft withdraw(Address to, int token, Uint128 amount) {
    Uint128 fee = chain.price(TransactionKind.WITHDRAW, token);
    return (account, nonce) -> new Transaction.Withdraw(account, nonce, to, token, amount, fee);
  }

  /** Locks {@code deposit} for {@code payee}; vouchers are signed by {@code voucherKey}. */
  public Draft channelOpen(
      Address payee, int token, Uint128 deposit, Address voucherKey, long closeDelaySeconds) {
    byte[] padded = new byte[Hash32.BYTES];
    voucherKey.writeTo(padded, Hash32.BYTES - Address.BYTES);
    return metered(
        payee,
        token,
        deposit,
        Transaction.METER_VOUCHER,
        Hash32.of(padded),
        Uint128.ZERO,
        closeDelaySeconds);
  }

  /** Opens a channel that pays {@code rate} base units per second out of {@code deposit}. */
  public Draft timeChannelOpen(
      Address payee, int token, Uint128 deposit, Uint128 rate, long closeDelaySeconds) {
    return metered(
        payee, token, deposit, Transaction.METER_TIME, Hash32.ZERO, rate, closeDelaySeconds);
  }

  /** Opens a channel that pays {@code rate} base units per tick of the chain of {@code anchor}. */
  public Draft tickChannelOpen(
      Address payee,
      int token,
      Uint128 deposit,
      Hash32 anchor,
      Uint128 rate,
      long closeDelaySeconds) {
    return metered(payee, token, deposit, Transaction.METER_TICKS, anchor, rate, closeDelaySeconds);
  }

  private Draft metered(
      Address payee,
      int token,
      Uint128 deposit,
      int meter,
      Hash32 meterKey,
      Uint128 rate,
      long closeDelaySeconds) {
    Uint128 fee = chain.price(TransactionKind.CHANNEL_OPEN, token);
    return (account, nonce) ->
        new Transaction.ChannelOpen(
            account, nonce, payee, token, deposit, meter, meterKey, rate, closeDelaySeconds, fee);
  }

  /** Starts closing a channel of {@code token}; by its payer or payee. */
  public Draft channelClose(Hash32 channel, int token) {
    Uint128 fee = chain.price(TransactionKind.CHANNEL_CLOSE, token);
    return (account, nonce) -> new Transaction.ChannelCloseStart(account, nonce, channel, fee);
  }

  /**
   * Registers a device of {@code owner}, with a proof that its key signs for this owner on this
   * chain only.
   */
  public Draft providerRegister(Address owner, BlsSecretKey device, ProviderTerms terms) {
    Uint128 fee = chain.price(TransactionKind.PROVIDER_REGISTER, terms.token());
    byte[] key = device.publicKey().toBytes();
    byte[] message = Ids.possessionMessage(chain.domain(), owner, key).toBytes();
    Bytes possession =
        Bytes.wrap(Bls12381.sign(device, message, Bls12381.Domain.POSSESSION).toBytes());
    return (account, nonce) ->
        new Transaction.ProviderRegister(
            account,
            nonce,
            terms.payout(),
            terms.deviceClass(),
            terms.capabilities(),
            terms.cell(),
            terms.token(),
            terms.price(),
            Bytes.wrap(key),
            possession,
            fee);
  }

  /** Changes a registered device; by the wallet that registered it. */
  public Draft providerUpdate(ProviderChange change) {
    Uint128 fee = chain.price(TransactionKind.PROVIDER_UPDATE, change.token());
    return (account, nonce) ->
        new Transaction.ProviderUpdate(
            account,
            nonce,
            change.provider(),
            change.payout(),
            change.cell(),
            change.price(),
            change.endpointHash(),
            change.retire(),
            fee);
  }

  /** Puts an escrow on a job. */
  public Draft jobOpen(JobTerms terms) {
    Uint128 fee = chain.price(TransactionKind.JOB_OPEN, terms.token());
    return (account, nonce) ->
        new Transaction.JobOpen(
            account,
            nonce,
            terms.providers(),
            terms.mode() instanceof JobMode.Quorum(int k) ? k : 0,
            terms.token(),
            terms.escrow(),
            number(terms.mode()),
            terms.specHash(),
            terms.mode() instanceof JobMode.ExpectedHash(Hash32 expected) ? expected : Hash32.ZERO,
            terms.deadline(),
            terms.windowSeconds(),
            terms.refusalBps(),
            fee);
  }

  private static int number(JobMode mode) {
    return switch (mode) {
      case JobMode.BuyerAccepts _ -> Transaction.MODE_BUYER;
      case JobMode.ExpectedHash _ -> Transaction.MODE_EXPECTED_HASH;
      case JobMode.Quorum _ -> Transaction.MODE_QUORUM;
    };
  }

  /** Commits a member of a k-of-n job to a result, without showing it. */
  public Draft jobCommit(Hash32 job, int token, int member, Hash32 resultHash, Hash32 salt) {
    Uint128 fee = chain.price(TransactionKind.JOB_RESULT, token);
    Hash32 commitment = Ids.commitment(job, member, resultHash, salt);
    return (account, nonce) ->
        new Transaction.JobResult(account, nonce, job, member, commitment, fee);
  }

  /** Shows what a member of a k-of-n job has committed to. */
  public Draft jobReveal(Hash32 job, int token, int member, Hash32 resultHash, Hash32 salt) {
    Uint128 fee = chain.price(TransactionKind.JOB_RESULT, token);
    return (account, nonce) ->
        new Transaction.JobReveal(account, nonce, job, member, resultHash, salt, fee);
  }

  /** Reports the result of a job of {@code token}; by the account of its provider. */
  public Draft jobResult(Hash32 job, int token, Hash32 resultHash) {
    Uint128 fee = chain.price(TransactionKind.JOB_RESULT, token);
    return (account, nonce) -> new Transaction.JobResult(account, nonce, job, 0, resultHash, fee);
  }

  /** Accepts or refuses a result; by the buyer. {@code reason} is any {@code u16}. */
  public Draft jobVerdict(Hash32 job, Transaction.Verdict verdict, int reason) {
    return (account, nonce) -> new Transaction.JobVerdict(account, nonce, job, verdict, reason);
  }
}
