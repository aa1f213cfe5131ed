package dev.sluice.state.transition;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.state.ledger.Ledger;

/** The state-transition function on one ledger: every transaction to the handler of its kind. */
public final class Transition {
  private final TransferHandler transfer;
  private final WithdrawHandler withdraw;
  private final ChannelOpenHandler channelOpen;
  private final ChannelClaimHandler channelClaim;
  private final ChannelCloseHandler channelClose;
  private final ProviderRegisterHandler providerRegister;
  private final ProviderUpdateHandler providerUpdate;
  private final HeartbeatRecordHandler heartbeatRecord;
  private final JobOpenHandler jobOpen;
  private final JobResultHandler jobResult;
  private final JobSettleHandler jobSettle;
  private final L1MessageHandler l1Message;
  private final NamedLeaves namedLeaves;

  /**
   * Makes the handlers.
   *
   * @param domain of the deployment, under which everything is signed
   */
  public Transition(Ledger ledger, TypedData domain) {
    WalletRules rules = new WalletRules(ledger, domain);
    WireCompletion completion = new WireCompletion(ledger);
    this.transfer = new TransferHandler(ledger.accounts(), rules, completion);
    this.withdraw = new WithdrawHandler(ledger, rules, completion);
    this.channelOpen = new ChannelOpenHandler(ledger, rules, completion);
    this.channelClaim = new ChannelClaimHandler(ledger, rules, domain);
    this.channelClose = new ChannelCloseHandler(ledger, rules, completion);
    this.providerRegister = new ProviderRegisterHandler(ledger, rules, completion, domain);
    this.providerUpdate = new ProviderUpdateHandler(ledger, rules, completion);
    this.heartbeatRecord = new HeartbeatRecordHandler(ledger, domain.domainSeparator());
    this.jobOpen = new JobOpenHandler(ledger, rules, completion);
    JobSettlement settlement = new JobSettlement(ledger, rules);
    this.jobResult = new JobResultHandler(ledger, rules, completion, settlement);
    this.jobSettle = new JobSettleHandler(ledger, rules, completion, settlement);
    this.namedLeaves = new NamedLeaves(ledger);
    this.l1Message = new L1MessageHandler(ledger, rules, namedLeaves, this);
  }

  /**
   * Executes one transaction on the live state.
   *
   * @throws IllegalArgumentException for a run of kind 0, whose messages go one by one through
   *     {@link #apply(QueuedMessage, long)}
   */
  public TransitionOutcome apply(PostedTransaction transaction, Submission by) {
    namedLeaves.touch(transaction);
    return switch (transaction) {
      case PostedTransaction.Transfer t -> transfer.apply(t, by);
      case PostedTransaction.Withdraw t -> withdraw.apply(t, by);
      case PostedTransaction.ChannelOpen t -> channelOpen.apply(t, by);
      case PostedTransaction.ChannelClaim t -> channelClaim.apply(t, by);
      case PostedTransaction.ChannelCloseStart t -> channelClose.start(t, by);
      case PostedTransaction.ChannelCloseFinalize t -> channelClose.finish(t);
      case PostedTransaction.ProviderRegister t -> providerRegister.apply(t, by);
      case PostedTransaction.ProviderUpdate t -> providerUpdate.apply(t, by);
      case PostedTransaction.HeartbeatRecord t -> heartbeatRecord.apply(t);
      case PostedTransaction.JobOpen t -> jobOpen.apply(t, by);
      case PostedTransaction.JobResult t -> jobResult.apply(t, by);
      case PostedTransaction.JobReveal t -> jobResult.reveal(t, by);
      case PostedTransaction.JobVerdict t -> jobSettle.judge(t, by);
      case PostedTransaction.JobExpiry t -> jobSettle.expire(t);
      case PostedTransaction.L1MessageRun t ->
          throw new IllegalArgumentException("a run of " + t.hints().size() + " messages");
    };
  }

  /** Consumes the next message of the inbox. */
  public TransitionOutcome apply(QueuedMessage message, long hint) {
    return l1Message.apply(message, hint);
  }
}
