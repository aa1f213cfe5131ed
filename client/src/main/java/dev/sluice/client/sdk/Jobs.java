package dev.sluice.client.sdk;

import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Hash32;

/**
 * Jobs in escrow, from opening to settlement ({@code docs/protocol.md} §6.2, kinds 10 to 12). Each
 * method waits for the confirmation and throws {@link NotIncludedException} if the sequencer
 * refuses.
 */
public final class Jobs {
  private Jobs() {}

  /** Opens a job and returns its id. */
  public static Hash32 open(Wallet buyer, JobTerms terms) {
    Confirmed confirmed = buyer.send(buyer.drafts().jobOpen(terms));
    return buyer.idOpenedBy(confirmed.transaction());
  }

  /** The job; throws if there is none. */
  public static JobView require(SluiceClient client, Hash32 job) {
    return client
        .job(job)
        .orElseThrow(
            () ->
                new UnreachableException("there is no job " + job, "check the id, or open a job"));
  }

  /** Reports a result; by the wallet that registered the job's provider. */
  public static Confirmed result(Wallet provider, Hash32 job, Hash32 resultHash) {
    int token = require(provider.client(), job).token();
    return provider.send(provider.drafts().jobResult(job, token, resultHash));
  }

  /** Commits a member of a k-of-n job; by the wallet that registered that provider. */
  public static Confirmed commit(
      Wallet provider, Hash32 job, int member, Hash32 resultHash, Hash32 salt) {
    int token = require(provider.client(), job).token();
    return provider.send(provider.drafts().jobCommit(job, token, member, resultHash, salt));
  }

  /**
   * Shows what was committed to: once every member has committed, or after the deadline. The reveal
   * that makes k equal results settles the job.
   */
  public static Confirmed reveal(
      Wallet provider, Hash32 job, int member, Hash32 resultHash, Hash32 salt) {
    int token = require(provider.client(), job).token();
    return provider.send(provider.drafts().jobReveal(job, token, member, resultHash, salt));
  }

  /** The buyer accepts; the provider is paid. */
  public static Confirmed accept(Wallet buyer, Hash32 job) {
    return buyer.send(buyer.drafts().jobVerdict(job, Transaction.Verdict.ACCEPT, 0));
  }

  /**
   * The buyer refuses within the window; the escrow is split as the job was opened. {@code reason}
   * is any {@code u16}.
   */
  public static Confirmed refuse(Wallet buyer, Hash32 job, int reason) {
    return buyer.send(buyer.drafts().jobVerdict(job, Transaction.Verdict.REFUSE, reason));
  }

  /** Pays the provider of a job whose buyer said nothing in the window; anybody may. */
  public static Ack.Included settleBySilence(SluiceClient client, Hash32 job) {
    return expire(client, job, Transaction.Expiry.SILENCE);
  }

  /** Refunds the buyer of a job without a result, or without a majority, in time; anybody may. */
  public static Ack.Included settleByTimeOut(SluiceClient client, Hash32 job) {
    return expire(client, job, Transaction.Expiry.TIME_OUT);
  }

  private static Ack.Included expire(SluiceClient client, Hash32 job, Transaction.Expiry expiry) {
    return client
        .submitOne(SignedTransaction.unsigned(new Transaction.JobExpiry(job, expiry)))
        .orElseThrow();
  }
}
