package dev.sluice.batcher.assembly;

import dev.sluice.primitives.batch.BatchData;
import dev.sluice.primitives.value.Hash32;

/**
 * A batch ready to be posted.
 *
 * @param firstBlock number of its first block
 * @param lastBlock number of its last block
 * @param data its chunks
 * @param blockAccumulator after the last block
 * @param clock L2 clock after the last block, seconds
 * @param inboxPosition messages consumed up to its end
 * @param inboxAccumulator at that position
 */
public record AssembledBatch(
    long firstBlock,
    long lastBlock,
    BatchData data,
    Hash32 blockAccumulator,
    long clock,
    long inboxPosition,
    Hash32 inboxAccumulator) {}
