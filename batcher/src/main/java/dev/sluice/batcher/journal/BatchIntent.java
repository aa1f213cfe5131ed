package dev.sluice.batcher.journal;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;

/**
 * The decision to post one batch on top of one header.
 *
 * @param number of the batch
 * @param parent hash of the header that it follows
 * @param dataHash over its chunks
 * @param postRoot claimed root of its last chunk
 * @param blockAccumulator after its last block
 * @param account the L1 account that posts
 */
public record BatchIntent(
    long number,
    Hash32 parent,
    Hash32 dataHash,
    Hash32 postRoot,
    Hash32 blockAccumulator,
    long firstBlock,
    long lastBlock,
    long clock,
    long inboxPosition,
    long chunkCount,
    Address account) {}
