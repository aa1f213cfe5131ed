package dev.sluice.state.transition;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Channels;
import dev.sluice.state.ledger.Jobs;
import dev.sluice.state.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/**
 * From the wire form, which names addresses and ids, to the posted form, which names indices
 * ({@code docs/protocol.md} §5, §6.2). For a forced message the index is the sequencer's hint,
 * which may be wrong; for a submission it is looked up.
 */
public final class WirePosting {
  /** What became of a wire transaction. */
  public sealed interface Posting {
    /** It has a posted form. */
    record Posted(PostedTransaction transaction) implements Posting {}

    /** What it names does not exist, or its signer has no part in it. */
    record Unresolved(Refusal refusal) implements Posting {}
  }

  private final Ledger ledger;

  public WirePosting(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * The hint that makes a wire transaction resolve if it can: the index looked up, or 0 if there is
   * none or none is needed.
   */
  public long hint(Transaction transaction) {
    int found =
        switch (transaction) {
          case Transaction.Transfer t -> ledger.accounts().find(t.to());
          case Transaction.Withdraw _ -> 0;
          case Transaction.ChannelOpen t -> ledger.accounts().find(t.payee());
          case Transaction.ChannelClaim t -> ledger.channels().find(t.channel());
          case Transaction.ChannelCloseStart t -> ledger.channels().find(t.channel());
          case Transaction.ChannelCloseFinalize t -> ledger.channels().find(t.channel());
          case Transaction.ProviderRegister t -> ledger.accounts().find(t.payout());
          case Transaction.JobOpen t -> ledger.providers().find(t.provider());
          case Transaction.JobResult t -> ledger.jobs().find(t.job());
          case Transaction.JobVerdict t -> ledger.jobs().find(t.job());
          case Transaction.JobExpiry t -> ledger.jobs().find(t.job());
        };
    return Math.max(0, found);
  }

  /** The posted form with this hint. A maximum fee that equals the price is left out. */
  public Posting post(SignedTransaction signed, long hint) {
    return switch (signed.transaction()) {
      case Transaction.Transfer t ->
          posted(
              new PostedTransaction.Transfer(
                  t.account(),
                  recipient(t.to(), hint),
                  t.token(),
                  t.amount(),
                  maxFee(t, t.token()),
                  signed.signature()));
      case Transaction.Withdraw t ->
          posted(
              new PostedTransaction.Withdraw(
                  t.account(),
                  isOwner(t.account(), t.to()) ? null : t.to(),
                  t.token(),
                  t.amount(),
                  maxFee(t, t.token()),
                  signed.signature()));
      case Transaction.ChannelOpen t ->
          posted(
              new PostedTransaction.ChannelOpen(
                  t.account(),
                  recipient(t.payee(), hint),
                  t.token(),
                  t.deposit(),
                  t.meter(),
                  isOwnersKey(t) ? null : t.meterKey(),
                  t.meterRate(),
                  t.closeDelay(),
                  maxFee(t, t.token()),
                  signed.signature()));
      case Transaction.ChannelClaim t ->
          isChannel(hint, t.channel())
              ? posted(new PostedTransaction.ChannelClaim(hint, t.amount(), signed.signature()))
              : new Posting.Unresolved(Refusal.UNKNOWN_CHANNEL);
      case Transaction.ChannelCloseStart t -> closeStart(t, signed, hint);
      case Transaction.ChannelCloseFinalize t ->
          isChannel(hint, t.channel())
              ? posted(new PostedTransaction.ChannelCloseFinalize(hint))
              : new Posting.Unresolved(Refusal.UNKNOWN_CHANNEL);
      case Transaction.ProviderRegister t ->
          posted(
              new PostedTransaction.ProviderRegister(
                  t.account(),
                  recipient(t.payout(), hint),
                  t.deviceClass(),
                  t.capabilities(),
                  t.cell(),
                  t.token(),
                  t.price(),
                  t.deviceKey(),
                  t.possession(),
                  maxFee(t, t.token()),
                  signed.signature()));
      case Transaction.JobOpen t -> jobOpen(t, signed, hint);
      case Transaction.JobResult t -> jobResult(t, signed, hint);
      case Transaction.JobVerdict t -> {
        if (!isJob(hint, t.job())) {
          yield new Posting.Unresolved(Refusal.UNKNOWN_JOB);
        }
        yield t.account() == ledger.jobs().buyer((int) hint)
            ? posted(
                new PostedTransaction.JobVerdict(hint, t.verdict(), t.reason(), signed.signature()))
            : new Posting.Unresolved(Refusal.BAD_SIGNATURE);
      }
      case Transaction.JobExpiry t ->
          isJob(hint, t.job())
              ? posted(new PostedTransaction.JobExpiry(hint, t.expiry()))
              : new Posting.Unresolved(Refusal.UNKNOWN_JOB);
    };
  }

  private Posting closeStart(Transaction.ChannelCloseStart t, SignedTransaction signed, long hint) {
    if (!isChannel(hint, t.channel())) {
      return new Posting.Unresolved(Refusal.UNKNOWN_CHANNEL);
    }
    Channels channels = ledger.channels();
    int channel = (int) hint;
    boolean byPayer = t.account() == channels.payer(channel);
    if (!byPayer && t.account() != channels.payee(channel)) {
      return new Posting.Unresolved(Refusal.BAD_SIGNATURE);
    }
    return posted(
        new PostedTransaction.ChannelCloseStart(
            hint, !byPayer, maxFee(t, channels.token(channel)), signed.signature()));
  }

  private Posting jobOpen(Transaction.JobOpen t, SignedTransaction signed, long hint) {
    if (t.account() >= ledger.accounts().count()) {
      return new Posting.Unresolved(Refusal.UNKNOWN_ACCOUNT);
    }
    ledger.accounts().touch((int) t.account());
    if (hint >= ledger.providers().count()
        || !ledger.providers().id((int) hint).equals(t.provider())) {
      return new Posting.Unresolved(Refusal.UNKNOWN_PROVIDER);
    }
    return posted(
        new PostedTransaction.JobOpen(
            t.account(),
            hint,
            t.token(),
            t.escrow(),
            t.mode(),
            t.specHash(),
            t.deadline(),
            t.window(),
            t.refusalBps(),
            maxFee(t, t.token()),
            signed.signature()));
  }

  private Posting jobResult(Transaction.JobResult t, SignedTransaction signed, long hint) {
    if (!isJob(hint, t.job())) {
      return new Posting.Unresolved(Refusal.UNKNOWN_JOB);
    }
    Jobs jobs = ledger.jobs();
    int job = (int) hint;
    if (t.account() != ledger.providers().account(jobs.provider(job))) {
      return new Posting.Unresolved(Refusal.BAD_SIGNATURE);
    }
    return posted(
        new PostedTransaction.JobResult(
            hint, t.resultHash(), maxFee(t, jobs.token(job)), signed.signature()));
  }

  private static Posting posted(PostedTransaction transaction) {
    return new Posting.Posted(transaction);
  }

  /** The hint's account if its owner is the address, else a new one: never a refusal. */
  Recipient recipient(Address address, long hint) {
    if (hint < ledger.accounts().count() && ledger.accounts().owner((int) hint).equals(address)) {
      return new Recipient.Existing(hint);
    }
    return new Recipient.Opened(address);
  }

  private boolean isOwner(long account, Address address) {
    return account < ledger.accounts().count()
        && ledger.accounts().owner((int) account).equals(address);
  }

  private boolean isOwnersKey(Transaction.ChannelOpen t) {
    return t.meter() == Transaction.METER_VOUCHER
        && t.account() < ledger.accounts().count()
        && Channels.paddedKey(ledger.accounts().owner((int) t.account())).equals(t.meterKey());
  }

  private boolean isChannel(long hint, Hash32 id) {
    return hint < ledger.channels().count() && ledger.channels().id((int) hint).equals(id);
  }

  private boolean isJob(long hint, Hash32 id) {
    return hint < ledger.jobs().count() && ledger.jobs().id((int) hint).equals(id);
  }

  private @Nullable Uint128 maxFee(Transaction.WalletPaid t, int token) {
    TransactionKind kind = t.kind();
    return PostedTransaction.postedMaxFee(t.maxFee(), ledger.genesis().price(kind, token));
  }
}
