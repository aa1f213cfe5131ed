package dev.sluice.sequencer.production;

import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.execution.BlockRecord;
import dev.sluice.state.execution.ChainRecovery;
import dev.sluice.state.execution.ExecutedBlock;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.store.BlockWrite;
import dev.sluice.state.store.StateStore;

/**
 * Gives replayed blocks the same rows as {@link ExecutorChain} gave them when they were made: the
 * executor's and their {@link BlockBoundary}. Blocks come in order, each after the one before it is
 * stored.
 */
public final class ReplayedRows implements ChainRecovery.Rows {
  private final Genesis genesis;
  private final NodeHasher hasher;
  private final StateStore store;

  public ReplayedRows(Genesis genesis, NodeHasher hasher, StateStore store) {
    this.genesis = genesis;
    this.hasher = hasher;
    this.store = store;
  }

  @Override
  public BlockWrite of(ExecutedBlock block, Ledger after) {
    return BlockBoundary.after(after, rootOf(block.number() - 1)).addedTo(block.write());
  }

  private Hash32 rootOf(long number) {
    if (number == 0) {
      return Ledger.genesis(genesis, hasher).root();
    }
    byte[] record =
        store
            .block(number)
            .orElseThrow(() -> new IllegalStateException("the store lacks block " + number));
    return BlockRecord.decode(record, genesis.committeeSizeLog2()).orElseThrow().stateRoot();
  }
}
