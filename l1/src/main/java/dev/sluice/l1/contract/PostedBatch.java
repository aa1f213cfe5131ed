package dev.sluice.l1.contract;

import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.value.Hash32;

/**
 * A batch that {@code BatchPosted} announced.
 *
 * @param headerHash as {@code Rollup} stores it
 * @param transactionHash the post; its calldata holds the chunks
 */
public record PostedBatch(
    BatchHeader header,
    Hash32 headerHash,
    long l1Block,
    Hash32 l1BlockHash,
    Hash32 transactionHash) {}
