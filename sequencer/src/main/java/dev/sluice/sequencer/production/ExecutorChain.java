package dev.sluice.sequencer.production;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.transaction.AdmissionError;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.sequencer.admission.Rejection;
import dev.sluice.sequencer.deposit.InboxEntry;
import dev.sluice.state.chain.BlockLog;
import dev.sluice.state.execution.BlockExecutor;
import dev.sluice.state.execution.BlockInProgress;
import dev.sluice.state.execution.ExecutedBlock;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.store.BlockWrite;
import dev.sluice.state.store.StoreWriter;
import dev.sluice.state.transition.QueuedMessage;
import dev.sluice.state.transition.VerifiedTransaction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link LiveChain} on a block executor, a block log and the store behind them. */
public final class ExecutorChain implements LiveChain {
  private final BlockExecutor executor;
  private final BlockLog log;
  private final StoreWriter store;
  private final List<byte[]> records = new ArrayList<>();
  private final List<BlockWrite> writes = new ArrayList<>();
  private @Nullable BlockInProgress open;
  private Hash32 root;

  public ExecutorChain(BlockExecutor executor, BlockLog log, StoreWriter store) {
    this.executor = executor;
    this.log = log;
    this.store = store;
    this.root = executor.root();
  }

  @Override
  public long number() {
    long begun = executor.ledger().meta().blockNumber();
    return open == null ? begun : begun - 1;
  }

  @Override
  public long clock() {
    return executor.ledger().meta().clock();
  }

  @Override
  public void begin(long clock) {
    if (open != null) {
      throw new IllegalStateException("block " + open.number() + " is open");
    }
    open = executor.begin(clock - clock());
  }

  @Override
  public void requireRoom() {
    store
        .diskFull()
        .ifPresent(
            full -> {
              throw full;
            });
  }

  private BlockInProgress open() {
    if (open == null) {
      throw new IllegalStateException("no block is open");
    }
    return open;
  }

  @Override
  public int take(List<InboxEntry> messages) {
    Hash32 accumulator = executor.ledger().meta().inboxAccumulator();
    List<QueuedMessage> queued = new ArrayList<>(messages.size());
    for (InboxEntry entry : messages) {
      accumulator = entry.link().accumulate(accumulator);
      if (!accumulator.equals(entry.accumulator())) {
        throw new IllegalStateException(
            "inbox message "
                + entry.index()
                + " leads to accumulator "
                + accumulator
                + " here and to "
                + entry.accumulator()
                + " on L1: L1 has reorganised below what was consumed");
      }
      queued.add(
          new QueuedMessage(
              entry.message(),
              entry.link().time(),
              entry.link().witnessWeight(),
              entry.link().gasWeight()));
    }
    return open().addMessages(queued);
  }

  @Override
  public Attempt attempt(VerifiedTransaction transaction) {
    return attempt(open().add(transaction), transaction);
  }

  @Override
  public Attempt attempt(PostedTransaction.HeartbeatRecord record) {
    return attempt(open().add(record), null);
  }

  private Attempt attempt(
      dev.sluice.state.execution.Attempt attempt, @Nullable VerifiedTransaction transaction) {
    return switch (attempt) {
      case dev.sluice.state.execution.Attempt.Included _ -> new Attempt.Applied(open().size() - 1);
      case dev.sluice.state.execution.Attempt.Full _ -> new Attempt.Full();
      case dev.sluice.state.execution.Attempt.Refused(Refusal refusal) ->
          new Attempt.Refused(
              transaction == null ? Rejection.of(refusal) : explain(refusal, transaction));
    };
  }

  /** The same refusal, where admission has a more exact word for it. */
  private Rejection explain(Refusal refusal, VerifiedTransaction transaction) {
    Ledger ledger = executor.ledger();
    if (!(transaction.signed().transaction() instanceof Transaction.WalletSigned signed)
        || signed.account() >= ledger.accounts().count()) {
      return Rejection.of(refusal);
    }
    int account = (int) signed.account();
    return switch (refusal) {
      case BAD_NONCE -> Rejection.nonce(signed.nonce(), ledger.accounts().nonce(account));
      case BAD_SIGNATURE -> {
        Address owner = ledger.accounts().owner(account);
        yield owner.equals(transaction.signer())
            ? Rejection.of(refusal)
            : Rejection.of(
                AdmissionError.NOT_THE_SIGNER,
                "the signature recovers "
                    + transaction.signer()
                    + ", account "
                    + account
                    + " is of "
                    + owner
                    + " (or a field, the nonce or the domain is not what was signed)");
      }
      default -> Rejection.of(refusal);
    };
  }

  @Override
  public Optional<SealedBlock> seal() {
    BlockInProgress block = open();
    open = null;
    if (block.isEmpty()) {
      block.abandon();
      return Optional.empty();
    }
    Hash32 preRoot = root;
    ExecutedBlock executed = block.seal();
    root = executed.record().stateRoot();
    BlockBoundary boundary = BlockBoundary.after(executor.ledger(), preRoot);
    records.add(executed.encodedRecord());
    writes.add(boundary.addedTo(executed.write()));
    return Optional.of(new SealedBlock(executed.record(), boundary, executed.write().leaves()));
  }

  @Override
  public void makeDurable() throws IOException {
    log.append(records);
    records.clear();
  }

  @Override
  public void store() throws InterruptedException {
    for (BlockWrite write : writes) {
      store.submit(write);
    }
    writes.clear();
  }
}
