package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;

import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.codec.DecodeResult.Decoded;
import dev.sluice.primitives.codec.DecodeResult.Malformed;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.transition.WirePosting.Posting;

/**
 * Kind 0: one message of the inbox with its hint. The message is consumed whatever becomes of it.
 */
final class L1MessageHandler {
  private final Ledger ledger;
  private final WalletRules rules;
  private final WirePosting posting;
  private final NamedLeaves namedLeaves;
  private final Transition transition;

  L1MessageHandler(
      Ledger ledger, WalletRules rules, NamedLeaves namedLeaves, Transition transition) {
    this.ledger = ledger;
    this.rules = rules;
    this.posting = new WirePosting(ledger);
    this.namedLeaves = namedLeaves;
    this.transition = transition;
  }

  TransitionOutcome apply(QueuedMessage queued, long hint) {
    ledger
        .meta()
        .inbox(
            ledger.meta().inboxPosition() + 1,
            queued.link().accumulate(ledger.meta().inboxAccumulator()),
            queued.witnessWeight(),
            queued.gasWeight());
    return switch (queued.message()) {
      case InboxMessage.Deposit deposit -> credit(deposit, hint);
      case InboxMessage.Forced forced -> execute(forced, hint);
      case InboxMessage.Seed seed -> {
        ledger.seeds().shift(seed.period(), seed.seed());
        yield new TransitionOutcome.Applied(
            TransitionOutcome.NOTHING,
            TransitionOutcome.NOTHING,
            TransitionOutcome.NOTHING,
            0,
            Uint128.ZERO,
            Uint128.ZERO);
      }
    };
  }

  private TransitionOutcome credit(InboxMessage.Deposit deposit, long hint) {
    int account =
        switch (posting.hinted(deposit.owner(), hint)) {
          case Recipient.Existing existing -> (int) existing.account();
          case Recipient.Opened opened ->
              rules.isListed(deposit.token()) && rules.roomFor(opened) == null
                  ? ledger.accounts().open(opened.owner())
                  : 0;
        };
    ledger.accounts().credit(account, deposit.token(), deposit.amount());
    return new TransitionOutcome.Applied(
        TransitionOutcome.NOTHING,
        account,
        TransitionOutcome.NOTHING,
        deposit.token(),
        deposit.amount(),
        Uint128.ZERO);
  }

  private TransitionOutcome execute(InboxMessage.Forced forced, long hint) {
    return switch (WireCodec.decode(forced.wire().toArrayUnsafe())) {
      case Malformed<?> _ -> rejected(Refusal.MALFORMED_FORCED);
      case Decoded<SignedTransaction> decoded -> execute(decoded.value(), hint);
    };
  }

  private TransitionOutcome execute(SignedTransaction signed, long hint) {
    Transaction transaction = signed.transaction();
    if (transaction instanceof Transaction.JobOpen job && job.mode() == Transaction.MODE_QUORUM) {
      // One hint cannot name several providers.
      return rejected(Refusal.MALFORMED_FORCED);
    }
    namedLeaves.touch(transaction, hint);
    Long nonce = transaction instanceof Transaction.WalletSigned wallet ? wallet.nonce() : null;
    return switch (posting.postForced(signed, hint)) {
      case Posting.Unresolved unresolved -> rejected(unresolved.refusal());
      case Posting.Posted posted ->
          transition.apply(
              posted.transaction(), new Submission(new SignerSource.FromPosted(), nonce));
    };
  }
}
