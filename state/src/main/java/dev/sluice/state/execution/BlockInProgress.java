package dev.sluice.state.execution;

import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.BlockCommitment;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.codec.DecodeResult.Decoded;
import dev.sluice.primitives.codec.DecodeResult.Malformed;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.weight.Weight;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.ledger.Meta;
import dev.sluice.state.store.BlockWrite;
import dev.sluice.state.transition.QueuedMessage;
import dev.sluice.state.transition.Submission;
import dev.sluice.state.transition.Transition;
import dev.sluice.state.transition.TransitionOutcome;
import dev.sluice.state.transition.VerifiedTransaction;
import dev.sluice.state.transition.WireCompletion;
import dev.sluice.state.transition.WirePosting;
import dev.sluice.state.transition.WirePosting.Posting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A block being made on the live state: each transaction is executed when it is offered. It ends by
 * {@link #seal} or, only while it is empty, by {@link #abandon}. Not thread-safe; one at a time per
 * ledger.
 */
public final class BlockInProgress {
  private static final Weight EMPTY = Weight.CHUNK.plus(Weight.BLOCK);

  private final Ledger ledger;
  private final Transition transition;
  private final WirePosting posting;
  private final WireCompletion completion;
  private final int committeeSizeLog2;
  private final long clockBefore;
  private final long clockDelta;
  private final long number;
  private final int accountsBefore;
  private final List<EncodedTransaction> transactions = new ArrayList<>();
  private final List<Receipt> receipts = new ArrayList<>();
  private final List<QueuedMessage> messages = new ArrayList<>();
  private Weight weight = EMPTY;
  private int bytes = Block.OVERHEAD_BYTES;
  private boolean ended;

  BlockInProgress(
      Ledger ledger,
      Transition transition,
      WirePosting posting,
      WireCompletion completion,
      long clockDelta) {
    this.ledger = ledger;
    this.transition = transition;
    this.posting = posting;
    this.completion = completion;
    this.committeeSizeLog2 = ledger.genesis().committeeSizeLog2();
    this.clockDelta = clockDelta;
    this.accountsBefore = ledger.accounts().count();
    ledger.clearBlockChanges();
    Meta meta = ledger.meta();
    this.clockBefore = meta.clock();
    this.number = meta.blockNumber() + 1;
    meta.blockNumber(number);
    meta.clock(clockBefore + clockDelta);
  }

  /** Whether nothing is in it. */
  public boolean isEmpty() {
    return transactions.isEmpty();
  }

  /** The number that it gets. */
  public long number() {
    return number;
  }

  /** Transactions in it so far. */
  public int size() {
    return transactions.size();
  }

  /** Offers a submitted transaction. */
  public Attempt add(VerifiedTransaction verified) {
    requireRunning();
    SignedTransaction signed = verified.signed();
    Transaction transaction = signed.transaction();
    return switch (posting.post(signed)) {
      case Posting.Unresolved unresolved -> new Attempt.Refused(unresolved.refusal());
      case Posting.Posted posted -> {
        Long nonce = transaction instanceof Transaction.WalletSigned wallet ? wallet.nonce() : null;
        yield offer(posted.transaction(), new Submission(verified.source(), nonce), verified.id());
      }
    };
  }

  /** Offers a heartbeat record of the sequencer's gateway. */
  public Attempt add(PostedTransaction.HeartbeatRecord heartbeats) {
    requireRunning();
    EncodedTransaction encoded = EncodedTransaction.of(heartbeats, committeeSizeLog2);
    return offer(encoded, Submission.POSTED, encoded.postedHash());
  }

  private Attempt offer(PostedTransaction posted, Submission by, Hash32 id) {
    return offer(EncodedTransaction.of(posted, committeeSizeLog2), by, id);
  }

  private Attempt offer(EncodedTransaction encoded, Submission by, Hash32 id) {
    Weight heavier = weight.plus(Weight.of(encoded, committeeSizeLog2));
    if (!hasRoom(encoded, heavier)) {
      return new Attempt.Full();
    }
    return switch (transition.apply(encoded.transaction(), by)) {
      case TransitionOutcome.Rejected rejected -> new Attempt.Refused(rejected.refusal());
      // Nothing was owed. It has cost its sender nothing either, and could be sent for ever.
      case TransitionOutcome.Applied applied
          when encoded.transaction() instanceof PostedTransaction.ChannelClaim
              && applied.amount().isZero()
              && applied.fee().isZero() ->
          new Attempt.Refused(Refusal.CLAIM_BELOW_FEE);
      case TransitionOutcome.Applied applied -> {
        weight = heavier;
        Receipt receipt = receipt(id, encoded.transaction().kind(), 0, applied);
        receipts.add(receipt);
        append(encoded);
        yield new Attempt.Included(receipt);
      }
    };
  }

  private boolean hasRoom(EncodedTransaction encoded, Weight heavier) {
    return heavier.fits(Weight.CHUNK_LIMIT)
        && bytes + encoded.posted().size() <= Chunk.PAYLOAD_BYTES_MAX
        && transactions.size() < Block.TRANSACTIONS_MAX;
  }

  private void append(EncodedTransaction encoded) {
    bytes += encoded.posted().size();
    transactions.add(encoded);
  }

  private Receipt receipt(
      Hash32 id, TransactionKind kind, int messageKind, TransitionOutcome outcome) {
    return new Receipt(
        id,
        number,
        ledger.meta().clock(),
        transactions.size(),
        kind.number(),
        messageKind,
        outcome);
  }

  /**
   * Takes the next inbox messages as one run, as many as there is room for and at most 64.
   *
   * @param next the messages behind the state's inbox position, in order
   * @return how many were taken
   */
  public int addMessages(List<QueuedMessage> next) {
    requireRunning();
    List<Long> hints = new ArrayList<>();
    long witnessBefore = ledger.meta().inboxWitnessWeight();
    long gasBefore = ledger.meta().inboxGasWeight();
    // A head byte, a count of at most two bytes, five bytes for each hint.
    Weight run = weight.plus(new Weight(3, 8_000));
    int runBytes = 3;
    Weight reached = weight;
    for (QueuedMessage queued : next) {
      if (hints.size() == PostedTransaction.L1MessageRun.MESSAGES_MAX) {
        break;
      }
      int hintBytes = 5 * (hints.size() + 1);
      Weight heavier =
          run.plus(
              new Weight(
                  hintBytes + queued.witnessWeight() - witnessBefore,
                  queued.gasWeight() - gasBefore));
      if (!heavier.fits(Weight.CHUNK_LIMIT)
          || bytes + runBytes + hintBytes > Chunk.PAYLOAD_BYTES_MAX
          || transactions.size() == Block.TRANSACTIONS_MAX) {
        break;
      }
      long hint = hint(queued.message());
      take(queued, hint);
      hints.add(hint);
      reached = heavier;
    }
    if (!hints.isEmpty()) {
      weight = reached;
      append(EncodedTransaction.of(new PostedTransaction.L1MessageRun(hints), committeeSizeLog2));
    }
    return hints.size();
  }

  private long hint(InboxMessage message) {
    return switch (message) {
      case InboxMessage.Deposit deposit -> Math.max(0, ledger.accounts().find(deposit.owner()));
      case InboxMessage.Forced forced ->
          switch (WireCodec.decode(forced.wire().toArrayUnsafe())) {
            case Decoded<SignedTransaction> decoded -> posting.hint(decoded.value().transaction());
            case Malformed<SignedTransaction> _ -> 0;
          };
      case InboxMessage.Seed _ -> 0;
    };
  }

  private void take(QueuedMessage queued, long hint) {
    TransitionOutcome outcome = transition.apply(queued, hint);
    messages.add(queued);
    receipts.add(
        receipt(
            ledger.meta().inboxAccumulator(),
            TransactionKind.L1_MESSAGE,
            queued.message().kind(),
            outcome));
  }

  /** Executes a transaction as posted: it stays in the block whatever becomes of it. */
  void execute(EncodedTransaction encoded, List<QueuedMessage> next) {
    switch (encoded.transaction()) {
      case PostedTransaction.L1MessageRun run -> {
        for (int i = 0; i < run.hints().size(); i++) {
          take(next.get(messages.size()), run.hints().get(i));
        }
      }
      case PostedTransaction other -> {
        Optional<Hash32> wireId = completion.complete(other).map(WireCodec::id);
        TransitionOutcome outcome = transition.apply(other, Submission.POSTED);
        receipts.add(receipt(wireId.orElseGet(encoded::postedHash), other.kind(), 0, outcome));
      }
    }
    append(encoded);
  }

  /**
   * Ends the block.
   *
   * @throws IllegalStateException if it is empty: a block never is
   */
  public ExecutedBlock seal() {
    Hash32 before = ledger.meta().blockAccumulator();
    Block block = end();
    BlockCommitment commitment = commit(block);
    BlockRecord record = new BlockRecord(commitment, before, ledger.root(), block, messages);
    byte[] encoded = record.encode();
    return new ExecutedBlock(record, encoded, receipts, write(encoded));
  }

  /** Ends the block without root, receipts or store rows. */
  void sealOnly() {
    commit(end());
  }

  private Block end() {
    requireRunning();
    if (transactions.isEmpty()) {
      throw new IllegalStateException("block " + number + " is empty");
    }
    ended = true;
    return new Block(clockDelta, transactions);
  }

  private BlockCommitment commit(Block block) {
    Meta meta = ledger.meta();
    BlockCommitment commitment =
        new BlockCommitment(
            number,
            meta.clock(),
            meta.inboxPosition(),
            meta.inboxAccumulator(),
            block.transactions().size(),
            block.transactionTree().root());
    meta.blockAccumulator(commitment.accumulate(meta.blockAccumulator()));
    return commitment;
  }

  private BlockWrite write(byte[] encodedRecord) {
    List<BlockWrite.Receipt> rows = new ArrayList<>(receipts.size());
    List<BlockWrite.Touch> touches = new ArrayList<>();
    for (int ordinal = 0; ordinal < receipts.size(); ordinal++) {
      Receipt receipt = receipts.get(ordinal);
      rows.add(new BlockWrite.Receipt(receipt.id(), receipt.encode()));
      if (receipt.outcome() instanceof TransitionOutcome.Applied applied) {
        touch(touches, applied.account(), ordinal);
        if (applied.counterparty() != applied.account()) {
          touch(touches, applied.counterparty(), ordinal);
        }
      }
    }
    List<BlockWrite.Leaf> leaves = new ArrayList<>();
    ledger.forEachBlockChange(leaves::add);
    List<BlockWrite.Owner> owners = new ArrayList<>();
    for (int account = accountsBefore; account < ledger.accounts().count(); account++) {
      owners.add(new BlockWrite.Owner(account, ledger.accounts().owner(account)));
    }
    return new BlockWrite(number, encodedRecord, rows, leaves, touches, owners);
  }

  private static void touch(List<BlockWrite.Touch> touches, long account, int ordinal) {
    if (account != TransitionOutcome.NOTHING) {
      touches.add(new BlockWrite.Touch((int) account, ordinal));
    }
  }

  /** Gives up an empty block: clock and number are as before. */
  public void abandon() {
    requireRunning();
    if (!transactions.isEmpty()) {
      throw new IllegalStateException("block " + number + " is not empty");
    }
    ended = true;
    ledger.meta().blockNumber(number - 1);
    ledger.meta().clock(clockBefore);
  }

  private void requireRunning() {
    if (ended) {
      throw new IllegalStateException("block " + number + " has ended");
    }
  }
}
