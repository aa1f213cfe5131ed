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
import dev.sluice.state.ledger.Ledger;
import java.util.List;
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

  /** How what a wire transaction names becomes an index; negative if there is none. */
  private interface Names {
    Recipient recipient(Address address);

    /** Who is paid for a provider from now on. */
    Recipient payout(int provider, Address address);

    long channel(Hash32 id);

    long provider(Hash32 id);

    long job(Hash32 id);
  }

  private final Ledger ledger;
  private final Names known;

  public WirePosting(Ledger ledger) {
    this.ledger = ledger;
    this.known = new Known();
  }

  /** By looking it up. */
  private final class Known implements Names {
    @Override
    public Recipient recipient(Address address) {
      int found = ledger.accounts().find(address);
      return found < 0 ? new Recipient.Opened(address) : new Recipient.Existing(found);
    }

    @Override
    public Recipient payout(int provider, Address address) {
      int payout = ledger.providers().payout(provider);
      return isOwner(payout, address) ? new Recipient.Existing(payout) : recipient(address);
    }

    @Override
    public long channel(Hash32 id) {
      return ledger.channels().find(id);
    }

    @Override
    public long provider(Hash32 id) {
      return ledger.providers().find(id);
    }

    @Override
    public long job(Hash32 id) {
      return ledger.jobs().find(id);
    }
  }

  /** By one hint, which may be wrong. */
  private final class Hinted implements Names {
    private final long hint;

    Hinted(long hint) {
      this.hint = hint;
    }

    @Override
    public Recipient recipient(Address address) {
      return hinted(address, hint);
    }

    @Override
    public Recipient payout(int provider, Address address) {
      return hinted(address, ledger.providers().payout(provider));
    }

    @Override
    public long channel(Hash32 id) {
      return hint < ledger.channels().count() && ledger.channels().id((int) hint).equals(id)
          ? hint
          : -1;
    }

    @Override
    public long provider(Hash32 id) {
      return hint < ledger.providers().count() && ledger.providers().id((int) hint).equals(id)
          ? hint
          : -1;
    }

    @Override
    public long job(Hash32 id) {
      return hint < ledger.jobs().count() && ledger.jobs().id((int) hint).equals(id) ? hint : -1;
    }
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
          case Transaction.ProviderUpdate t -> ledger.providers().find(t.provider());
          case Transaction.JobOpen t -> ledger.providers().find(t.providers().getFirst());
          case Transaction.JobResult t -> ledger.jobs().find(t.job());
          case Transaction.JobReveal t -> ledger.jobs().find(t.job());
          case Transaction.JobVerdict t -> ledger.jobs().find(t.job());
          case Transaction.JobExpiry t -> ledger.jobs().find(t.job());
        };
    return Math.max(0, found);
  }

  /** The posted form of a submission. A maximum fee that equals the price is left out. */
  public Posting post(SignedTransaction signed) {
    return post(signed, known);
  }

  /** The posted form of a forced message with this hint. */
  Posting postForced(SignedTransaction signed, long hint) {
    return post(signed, new Hinted(hint));
  }

  private Posting post(SignedTransaction signed, Names names) {
    return switch (signed.transaction()) {
      case Transaction.Transfer t ->
          posted(
              new PostedTransaction.Transfer(
                  t.account(),
                  names.recipient(t.to()),
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
                  names.recipient(t.payee()),
                  t.token(),
                  t.deposit(),
                  t.meter(),
                  isOwnersKey(t) ? null : t.meterKey(),
                  t.meterRate(),
                  t.closeDelay(),
                  maxFee(t, t.token()),
                  signed.signature()));
      case Transaction.ChannelClaim t -> claim(t, signed, names.channel(t.channel()));
      case Transaction.ChannelCloseStart t -> closeStart(t, signed, names.channel(t.channel()));
      case Transaction.ChannelCloseFinalize t -> {
        long channel = names.channel(t.channel());
        yield channel < 0
            ? new Posting.Unresolved(Refusal.UNKNOWN_CHANNEL)
            : posted(new PostedTransaction.ChannelCloseFinalize(channel));
      }
      case Transaction.ProviderRegister t ->
          posted(
              new PostedTransaction.ProviderRegister(
                  t.account(),
                  names.recipient(t.payout()),
                  t.deviceClass(),
                  t.capabilities(),
                  t.cell(),
                  t.token(),
                  t.price(),
                  t.deviceKey(),
                  t.possession(),
                  maxFee(t, t.token()),
                  signed.signature()));
      case Transaction.ProviderUpdate t -> providerUpdate(t, signed, names);
      case Transaction.JobOpen t -> jobOpen(t, signed, names);
      case Transaction.JobResult t -> {
        long job = names.job(t.job());
        Refusal refusal = notMember(job, t.member(), t.account());
        yield refusal != null
            ? new Posting.Unresolved(refusal)
            : posted(
                new PostedTransaction.JobResult(
                    job,
                    t.member(),
                    t.resultHash(),
                    maxFee(t, ledger.jobs().token((int) job)),
                    signed.signature()));
      }
      case Transaction.JobReveal t -> {
        long job = names.job(t.job());
        Refusal refusal = notMember(job, t.member(), t.account());
        yield refusal != null
            ? new Posting.Unresolved(refusal)
            : posted(
                new PostedTransaction.JobReveal(
                    job,
                    t.member(),
                    t.resultHash(),
                    t.salt(),
                    maxFee(t, ledger.jobs().token((int) job)),
                    signed.signature()));
      }
      case Transaction.JobVerdict t -> {
        long job = names.job(t.job());
        if (job < 0) {
          yield new Posting.Unresolved(Refusal.UNKNOWN_JOB);
        }
        yield t.account() == ledger.jobs().buyer((int) job)
            ? posted(
                new PostedTransaction.JobVerdict(job, t.verdict(), t.reason(), signed.signature()))
            : new Posting.Unresolved(Refusal.BAD_SIGNATURE);
      }
      case Transaction.JobExpiry t -> {
        long job = names.job(t.job());
        yield job < 0
            ? new Posting.Unresolved(Refusal.UNKNOWN_JOB)
            : posted(new PostedTransaction.JobExpiry(job, t.expiry()));
      }
    };
  }

  private static Posting claim(
      Transaction.ChannelClaim claim, SignedTransaction signed, long channel) {
    if (channel < 0) {
      return new Posting.Unresolved(Refusal.UNKNOWN_CHANNEL);
    }
    return posted(
        switch (claim) {
          case Transaction.TimeClaim _ -> new PostedTransaction.TimeClaim(channel);
          case Transaction.VoucherClaim t ->
              new PostedTransaction.VoucherClaim(channel, t.amount(), signed.signature());
          case Transaction.TickClaim t ->
              new PostedTransaction.TickClaim(channel, t.position(), t.steps(), t.tick());
        });
  }

  private Posting closeStart(
      Transaction.ChannelCloseStart t, SignedTransaction signed, long found) {
    if (found < 0) {
      return new Posting.Unresolved(Refusal.UNKNOWN_CHANNEL);
    }
    Channels channels = ledger.channels();
    int channel = (int) found;
    boolean byPayer = t.account() == channels.payer(channel);
    if (!byPayer && t.account() != channels.payee(channel)) {
      return new Posting.Unresolved(Refusal.BAD_SIGNATURE);
    }
    return posted(
        new PostedTransaction.ChannelCloseStart(
            found, !byPayer, maxFee(t, channels.token(channel)), signed.signature()));
  }

  private Posting providerUpdate(
      Transaction.ProviderUpdate t, SignedTransaction signed, Names names) {
    long found = names.provider(t.provider());
    if (found < 0) {
      return new Posting.Unresolved(Refusal.UNKNOWN_PROVIDER);
    }
    int provider = (int) found;
    if (t.account() != ledger.providers().account(provider)) {
      return new Posting.Unresolved(Refusal.BAD_SIGNATURE);
    }
    return posted(
        new PostedTransaction.ProviderUpdate(
            found,
            names.payout(provider, t.payout()),
            t.cell(),
            t.price(),
            t.endpointHash(),
            t.retire(),
            maxFee(t, ledger.providers().token(provider)),
            signed.signature()));
  }

  private Posting jobOpen(Transaction.JobOpen t, SignedTransaction signed, Names names) {
    if (t.account() >= ledger.accounts().count()) {
      return new Posting.Unresolved(Refusal.UNKNOWN_ACCOUNT);
    }
    List<Long> providers = t.providers().stream().map(names::provider).toList();
    if (providers.stream().anyMatch(provider -> provider < 0)) {
      return new Posting.Unresolved(Refusal.UNKNOWN_PROVIDER);
    }
    return posted(
        new PostedTransaction.JobOpen(
            t.account(),
            providers,
            t.quorum(),
            t.token(),
            t.escrow(),
            t.mode(),
            t.specHash(),
            t.expected(),
            t.deadline(),
            t.window(),
            t.refusalBps(),
            maxFee(t, t.token()),
            signed.signature()));
  }

  /** Why an account cannot sign as this member of a job; null if it can. */
  private @Nullable Refusal notMember(long job, int member, long account) {
    if (job < 0) {
      return Refusal.UNKNOWN_JOB;
    }
    int provider = JobMembers.provider(ledger, (int) job, member);
    if (provider == JobMembers.NONE) {
      return Refusal.UNKNOWN_MEMBER;
    }
    return account == ledger.providers().account(provider) ? null : Refusal.BAD_SIGNATURE;
  }

  private static Posting posted(PostedTransaction transaction) {
    return new Posting.Posted(transaction);
  }

  /** The hint's account if its owner is the address, else a new one: never a refusal. */
  Recipient hinted(Address address, long hint) {
    return isOwner(hint, address) ? new Recipient.Existing(hint) : new Recipient.Opened(address);
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

  private @Nullable Uint128 maxFee(Transaction.WalletPaid t, int token) {
    TransactionKind kind = t.kind();
    return PostedTransaction.postedMaxFee(t.maxFee(), ledger.genesis().price(kind, token));
  }
}
