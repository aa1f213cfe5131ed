package dev.sluice.sequencer.production;

import dev.sluice.primitives.block.BlockCommitment;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.execution.BlockRecord;
import dev.sluice.state.store.BlockWrite;
import java.util.List;

/**
 * A sealed block as it is fed, answered from and watched.
 *
 * @param record inputs, commitment, roots and messages
 * @param boundary what else is kept of its end
 * @param leaves that it changed; empty if it was read from the store
 */
public record SealedBlock(
    BlockRecord record, BlockBoundary boundary, List<BlockWrite.Leaf> leaves) {
  public SealedBlock {
    leaves = List.copyOf(leaves);
  }

  /** Block number. */
  public long number() {
    return record.number();
  }

  /** Its commitment. */
  public BlockCommitment commitment() {
    return record.commitment();
  }

  /** The block accumulator after it. */
  public Hash32 accumulator() {
    return record.accumulator();
  }
}
