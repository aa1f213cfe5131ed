package dev.sluice.state.execution;

import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.store.BlockWrite;
import dev.sluice.state.transition.QueuedMessage;
import dev.sluice.state.transition.Transition;
import dev.sluice.state.transition.WireCompletion;
import dev.sluice.state.transition.WirePosting;
import java.util.ArrayList;
import java.util.List;

/**
 * Executes blocks on one ledger: for the sequencer step by step, for followers from posted bytes.
 * Single writer.
 */
public final class BlockExecutor {
  private final Ledger ledger;
  private final Transition transition;
  private final WirePosting posting;
  private final WireCompletion completion;

  /**
   * An executor on this state.
   *
   * @param domain of the deployment
   */
  public BlockExecutor(Ledger ledger, TypedData domain) {
    this.ledger = ledger;
    this.transition = new Transition(ledger, domain);
    this.posting = new WirePosting(ledger);
    this.completion = new WireCompletion(ledger);
  }

  /** The state; to be read by the writer's thread only. */
  public Ledger ledger() {
    return ledger;
  }

  /**
   * Begins the next block.
   *
   * @param clockDelta seconds since the block before, a {@code u32}
   */
  public BlockInProgress begin(long clockDelta) {
    return new BlockInProgress(ledger, transition, posting, completion, clockDelta);
  }

  /**
   * Executes a block from its posted bytes; refused transactions stay in it.
   *
   * @param messages the inbox messages behind the state's inbox position, at least as many as the
   *     block takes; fewer throw {@link IllegalArgumentException} before anything is changed
   */
  public ExecutedBlock execute(Block block, List<QueuedMessage> messages) {
    return run(block, messages).seal();
  }

  /** As {@link #execute}, without the root and what is made for log and store. */
  void executeOnly(Block block, List<QueuedMessage> messages) {
    run(block, messages).sealOnly();
  }

  private BlockInProgress run(Block block, List<QueuedMessage> messages) {
    long taken = messagesTaken(List.of(block));
    if (taken > messages.size()) {
      throw new IllegalArgumentException(
          "the block takes " + taken + " inbox messages, " + messages.size() + " are known");
    }
    BlockInProgress progress = begin(block.clockDelta());
    for (EncodedTransaction transaction : block.transactions()) {
      progress.execute(transaction, messages);
    }
    return progress;
  }

  /** Inbox messages that the runs of these blocks take. */
  public static long messagesTaken(List<Block> blocks) {
    long taken = 0;
    for (Block block : blocks) {
      for (EncodedTransaction transaction : block.transactions()) {
        if (transaction.transaction() instanceof PostedTransaction.L1MessageRun run) {
          taken += run.hints().size();
        }
      }
    }
    return taken;
  }

  /** The root of the state as it is. */
  public Hash32 root() {
    return ledger.root();
  }

  /** The store's row for the state before the first block, number 0. */
  public BlockWrite genesisWrite() {
    List<BlockWrite.Leaf> leaves = new ArrayList<>();
    ledger.forEachBlockChange(leaves::add);
    return new BlockWrite(
        0,
        ledger.genesis().encode(),
        List.of(),
        leaves,
        List.of(),
        List.of(new BlockWrite.Owner(0, ledger.genesis().feeRecipient())));
  }
}
