package dev.sluice.state.transition;

import dev.sluice.primitives.block.Attendance;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.Transaction.Expiry;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.ledger.Quorums;

/**
 * Touches the leaves that the witness of a transaction holds whatever becomes of it ({@code
 * docs/protocol.md} §10, witness): those of its kind that exist when it runs. What it appends is
 * touched by being written; nothing else may be read or written.
 */
final class NamedLeaves {
  private final Ledger ledger;

  NamedLeaves(Ledger ledger) {
    this.ledger = ledger;
  }

  void touch(PostedTransaction transaction) {
    switch (transaction) {
      case PostedTransaction.L1MessageRun _ -> {}
      case PostedTransaction.Transfer t -> {
        account(t.account());
        recipient(t.to());
      }
      case PostedTransaction.Withdraw t -> account(t.account());
      case PostedTransaction.ChannelOpen t -> {
        account(t.account());
        recipient(t.payee());
      }
      case PostedTransaction.ChannelClaim t -> channelAndPayee(t.channel());
      case PostedTransaction.ChannelCloseStart t -> channelAndParties(t.channel());
      case PostedTransaction.ChannelCloseFinalize t -> channelAndParties(t.channel());
      case PostedTransaction.ProviderRegister t -> {
        account(t.account());
        recipient(t.payout());
        committee(nextCommittee());
      }
      case PostedTransaction.ProviderUpdate t -> {
        providerAndAccount(t.provider());
        recipient(t.payout());
      }
      case PostedTransaction.HeartbeatRecord t -> {
        for (Attendance attendance : t.committees()) {
          committee(attendance.committee());
        }
      }
      case PostedTransaction.JobOpen t -> {
        account(t.account());
        t.providers().forEach(this::provider);
      }
      case PostedTransaction.JobResult t -> result(t.job(), t.member(), false);
      case PostedTransaction.JobReveal t -> result(t.job(), t.member(), true);
      case PostedTransaction.JobVerdict t -> settlement(t.job(), true);
      case PostedTransaction.JobExpiry t -> settlement(t.job(), t.expiry() == Expiry.SILENCE);
    }
  }

  /** The same for a forced message: its hint, right or wrong, stands for what it names. */
  void touch(Transaction transaction, long hint) {
    switch (transaction) {
      case Transaction.Transfer t -> {
        account(t.account());
        account(hint);
      }
      case Transaction.Withdraw t -> account(t.account());
      case Transaction.ChannelOpen t -> {
        account(t.account());
        account(hint);
      }
      case Transaction.ChannelClaim _ -> channelAndPayee(hint);
      case Transaction.ChannelCloseStart _ -> channelAndParties(hint);
      case Transaction.ChannelCloseFinalize _ -> channelAndParties(hint);
      case Transaction.ProviderRegister t -> {
        account(t.account());
        account(hint);
        committee(nextCommittee());
      }
      case Transaction.ProviderUpdate _ -> {
        providerAndAccount(hint);
        if (hint < ledger.providers().count()) {
          account(ledger.providers().payout((int) hint));
        }
      }
      case Transaction.JobOpen t -> {
        account(t.account());
        provider(hint);
      }
      case Transaction.JobResult t -> result(hint, t.member(), false);
      case Transaction.JobReveal t -> result(hint, t.member(), true);
      case Transaction.JobVerdict _ -> settlement(hint, true);
      case Transaction.JobExpiry t -> settlement(hint, t.expiry() == Expiry.SILENCE);
    }
  }

  private void account(long account) {
    if (account < ledger.accounts().count()) {
      ledger.accounts().touch((int) account);
    }
  }

  private void recipient(Recipient recipient) {
    switch (recipient) {
      case Recipient.Existing existing -> account(existing.account());
      case Recipient.Opened _ -> {}
    }
  }

  private void channelAndPayee(long channel) {
    if (channel < ledger.channels().count()) {
      ledger.channels().touch((int) channel);
      account(ledger.channels().payee((int) channel));
    }
  }

  private void channelAndParties(long channel) {
    channelAndPayee(channel);
    if (channel < ledger.channels().count()) {
      account(ledger.channels().payer((int) channel));
    }
  }

  private void provider(long provider) {
    if (provider < ledger.providers().count()) {
      ledger.providers().touch((int) provider);
    }
  }

  private void providerAndAccount(long provider) {
    provider(provider);
    if (provider < ledger.providers().count()) {
      account(ledger.providers().account((int) provider));
    }
  }

  private void committee(long committee) {
    if (committee < ledger.committees().count()) {
      ledger.committees().touch((int) committee);
    }
  }

  private long nextCommittee() {
    return ledger.providers().count() / ledger.committees().slots();
  }

  private void result(long index, int member, boolean reveal) {
    if (index >= ledger.jobs().count()) {
      return;
    }
    int job = (int) index;
    int mode = ledger.jobs().mode(job);
    ledger.jobs().touch(job);
    if (mode == Transaction.MODE_QUORUM) {
      Quorums quorums = ledger.quorums();
      int quorum = ledger.jobs().provider(job);
      quorums.touch(quorum);
      if (reveal) {
        account(ledger.jobs().buyer(job));
        for (int i = 0; i < quorums.members(quorum); i++) {
          if (quorums.state(quorum, i) != Quorums.AWAITED) {
            account(quorums.payout(quorum, i));
          }
        }
      }
      int provider = JobMembers.provider(ledger, job, member);
      if (provider != JobMembers.NONE) {
        providerAndAccount(provider);
      }
      return;
    }
    int provider = ledger.jobs().provider(job);
    providerAndAccount(provider);
    if (mode == Transaction.MODE_EXPECTED_HASH) {
      account(ledger.providers().payout(provider));
    }
  }

  private void settlement(long index, boolean paysProvider) {
    if (index >= ledger.jobs().count()) {
      return;
    }
    int job = (int) index;
    ledger.jobs().touch(job);
    account(ledger.jobs().buyer(job));
    int named = ledger.jobs().provider(job);
    if (ledger.jobs().mode(job) == Transaction.MODE_QUORUM) {
      ledger.quorums().touch(named);
    } else if (paysProvider) {
      provider(named);
      account(ledger.providers().payout(named));
    }
  }
}
