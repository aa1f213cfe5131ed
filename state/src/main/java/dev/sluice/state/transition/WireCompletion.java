package dev.sluice.state.transition;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Accounts;
import dev.sluice.state.ledger.Channels;
import dev.sluice.state.ledger.Ledger;
import java.util.Optional;

/**
 * From the posted form back to the wire form that was signed: nonces, addresses and ids come from
 * the state before the transaction ({@code docs/protocol.md} §5, §6.1). The inverse of {@link
 * WirePosting}.
 */
public final class WireCompletion {
  private final Ledger ledger;
  private final Accounts accounts;

  public WireCompletion(Ledger ledger) {
    this.ledger = ledger;
    this.accounts = ledger.accounts();
  }

  /**
   * The wire form; empty for kinds without one and if an account, channel, provider or job that is
   * named does not exist.
   */
  public Optional<SignedTransaction> complete(PostedTransaction posted) {
    return switch (posted) {
      case PostedTransaction.L1MessageRun _ -> Optional.empty();
      case PostedTransaction.HeartbeatRecord _ -> Optional.empty();
      case PostedTransaction.Transfer t ->
          hasAccount(t.account()) && has(t.to())
              ? signed(transfer(t), t.signature())
              : Optional.empty();
      case PostedTransaction.Withdraw t ->
          hasAccount(t.account()) ? signed(withdraw(t), t.signature()) : Optional.empty();
      case PostedTransaction.ChannelOpen t ->
          hasAccount(t.account()) && has(t.payee())
              ? signed(channelOpen(t), t.signature())
              : Optional.empty();
      case PostedTransaction.TimeClaim t ->
          hasChannel(t.channel())
              ? unsigned(new Transaction.TimeClaim(channelId(t.channel())))
              : Optional.empty();
      case PostedTransaction.VoucherClaim t ->
          hasChannel(t.channel())
              ? signed(
                  new Transaction.VoucherClaim(channelId(t.channel()), t.amount()), t.signature())
              : Optional.empty();
      case PostedTransaction.TickClaim t ->
          hasChannel(t.channel())
              ? unsigned(
                  new Transaction.TickClaim(
                      channelId(t.channel()), t.position(), t.steps(), t.tick()))
              : Optional.empty();
      case PostedTransaction.ChannelCloseStart t ->
          hasChannel(t.channel()) ? signed(channelCloseStart(t), t.signature()) : Optional.empty();
      case PostedTransaction.ChannelCloseFinalize t ->
          hasChannel(t.channel())
              ? unsigned(new Transaction.ChannelCloseFinalize(channelId(t.channel())))
              : Optional.empty();
      case PostedTransaction.ProviderRegister t ->
          hasAccount(t.account()) && has(t.payout())
              ? signed(providerRegister(t), t.signature())
              : Optional.empty();
      case PostedTransaction.ProviderUpdate t ->
          hasProvider(t.provider()) && has(t.payout())
              ? signed(providerUpdate(t), t.signature())
              : Optional.empty();
      case PostedTransaction.JobOpen t ->
          hasAccount(t.account()) && t.providers().stream().allMatch(this::hasProvider)
              ? signed(jobOpen(t), t.signature())
              : Optional.empty();
      case PostedTransaction.JobResult t ->
          hasMember(t.job(), t.member()) ? signed(jobResult(t), t.signature()) : Optional.empty();
      case PostedTransaction.JobReveal t ->
          hasMember(t.job(), t.member()) ? signed(jobReveal(t), t.signature()) : Optional.empty();
      case PostedTransaction.JobVerdict t ->
          hasJob(t.job()) ? signed(jobVerdict(t), t.signature()) : Optional.empty();
      case PostedTransaction.JobExpiry t ->
          hasJob(t.job())
              ? unsigned(new Transaction.JobExpiry(ledger.jobs().id((int) t.job()), t.expiry()))
              : Optional.empty();
    };
  }

  private static Optional<SignedTransaction> signed(
      Transaction transaction, WalletSignature signature) {
    return Optional.of(new SignedTransaction(transaction, signature));
  }

  private static Optional<SignedTransaction> unsigned(Transaction.Unsigned transaction) {
    return Optional.of(SignedTransaction.unsigned(transaction));
  }

  private boolean hasAccount(long account) {
    return account < accounts.count();
  }

  private boolean has(Recipient recipient) {
    return switch (recipient) {
      case Recipient.Existing existing -> hasAccount(existing.account());
      case Recipient.Opened _ -> true;
    };
  }

  private boolean hasChannel(long channel) {
    return channel < ledger.channels().count();
  }

  private boolean hasJob(long job) {
    return job < ledger.jobs().count();
  }

  private boolean hasProvider(long provider) {
    return provider < ledger.providers().count();
  }

  private boolean hasMember(long job, int member) {
    return hasJob(job) && JobMembers.provider(ledger, (int) job, member) != JobMembers.NONE;
  }

  private Hash32 channelId(long channel) {
    return ledger.channels().id((int) channel);
  }

  Transaction.Transfer transfer(PostedTransaction.Transfer t) {
    return new Transaction.Transfer(
        t.account(),
        nonce(t.account()),
        address(t.to()),
        t.token(),
        t.amount(),
        PostedTransaction.signedMaxFee(t.maxFee(), price(t, t.token())));
  }

  Transaction.Withdraw withdraw(PostedTransaction.Withdraw t) {
    Address to = t.to();
    return new Transaction.Withdraw(
        t.account(),
        nonce(t.account()),
        to == null ? accounts.owner((int) t.account()) : to,
        t.token(),
        t.amount(),
        PostedTransaction.signedMaxFee(t.maxFee(), price(t, t.token())));
  }

  Transaction.ChannelOpen channelOpen(PostedTransaction.ChannelOpen t) {
    return new Transaction.ChannelOpen(
        t.account(),
        nonce(t.account()),
        address(t.payee()),
        t.token(),
        t.deposit(),
        t.meter(),
        meterKey(t),
        t.meterRate(),
        t.closeDelay(),
        PostedTransaction.signedMaxFee(t.maxFee(), price(t, t.token())));
  }

  Hash32 meterKey(PostedTransaction.ChannelOpen t) {
    Hash32 posted = t.meterKey();
    return posted == null ? Channels.paddedKey(accounts.owner((int) t.account())) : posted;
  }

  Transaction.ChannelCloseStart channelCloseStart(PostedTransaction.ChannelCloseStart t) {
    Channels channels = ledger.channels();
    int channel = (int) t.channel();
    int account = t.byPayee() ? channels.payee(channel) : channels.payer(channel);
    return new Transaction.ChannelCloseStart(
        account,
        nonce(account),
        channels.id(channel),
        PostedTransaction.signedMaxFee(t.maxFee(), price(t, channels.token(channel))));
  }

  Transaction.ProviderRegister providerRegister(PostedTransaction.ProviderRegister t) {
    return new Transaction.ProviderRegister(
        t.account(),
        nonce(t.account()),
        address(t.payout()),
        t.deviceClass(),
        t.capabilities(),
        t.cell(),
        t.token(),
        t.price(),
        t.deviceKey(),
        t.possession(),
        PostedTransaction.signedMaxFee(t.maxFee(), price(t, t.token())));
  }

  Transaction.ProviderUpdate providerUpdate(PostedTransaction.ProviderUpdate t) {
    int provider = (int) t.provider();
    int account = ledger.providers().account(provider);
    return new Transaction.ProviderUpdate(
        account,
        nonce(account),
        ledger.providers().id(provider),
        address(t.payout()),
        t.cell(),
        t.price(),
        t.endpointHash(),
        t.retire(),
        PostedTransaction.signedMaxFee(t.maxFee(), price(t, ledger.providers().token(provider))));
  }

  Transaction.JobOpen jobOpen(PostedTransaction.JobOpen t) {
    return new Transaction.JobOpen(
        t.account(),
        nonce(t.account()),
        t.providers().stream().map(provider -> ledger.providers().id(provider.intValue())).toList(),
        t.quorum(),
        t.token(),
        t.escrow(),
        t.mode(),
        t.specHash(),
        t.expected(),
        t.deadline(),
        t.window(),
        t.refusalBps(),
        PostedTransaction.signedMaxFee(t.maxFee(), price(t, t.token())));
  }

  Transaction.JobResult jobResult(PostedTransaction.JobResult t) {
    int job = (int) t.job();
    int account = memberAccount(job, t.member());
    return new Transaction.JobResult(
        account,
        nonce(account),
        ledger.jobs().id(job),
        t.member(),
        t.resultHash(),
        PostedTransaction.signedMaxFee(t.maxFee(), price(t, ledger.jobs().token(job))));
  }

  Transaction.JobReveal jobReveal(PostedTransaction.JobReveal t) {
    int job = (int) t.job();
    int account = memberAccount(job, t.member());
    return new Transaction.JobReveal(
        account,
        nonce(account),
        ledger.jobs().id(job),
        t.member(),
        t.resultHash(),
        t.salt(),
        PostedTransaction.signedMaxFee(t.maxFee(), price(t, ledger.jobs().token(job))));
  }

  private int memberAccount(int job, int member) {
    return ledger.providers().account(JobMembers.provider(ledger, job, member));
  }

  Transaction.JobVerdict jobVerdict(PostedTransaction.JobVerdict t) {
    int job = (int) t.job();
    int buyer = ledger.jobs().buyer(job);
    return new Transaction.JobVerdict(
        buyer, nonce(buyer), ledger.jobs().id(job), t.verdict(), t.reason());
  }

  private long nonce(long account) {
    return accounts.nonce((int) account);
  }

  private Address address(Recipient recipient) {
    return switch (recipient) {
      case Recipient.Existing existing -> accounts.owner((int) existing.account());
      case Recipient.Opened opened -> opened.owner();
    };
  }

  private Uint128 price(PostedTransaction posted, int token) {
    TransactionKind kind = posted.kind();
    return ledger.genesis().price(kind, token);
  }
}
