package dev.sluice.batcher.source;

import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.BlockCommitment;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.weight.Weight;

/**
 * A durable block with what a batch has to say about it.
 *
 * @param commitment number, clock, inbox position and accumulator after it
 * @param blockAccumulator after it
 * @param preRoot state root before it
 * @param postRoot state root after it
 * @param inboxWeight the Inbox's cumulative weights at its inbox position
 */
public record SourcedBlock(
    Block block,
    BlockCommitment commitment,
    Hash32 blockAccumulator,
    Hash32 preRoot,
    Hash32 postRoot,
    Weight inboxWeight) {
  /** Its number; the first is 1. */
  public long number() {
    return commitment.number();
  }
}
