package dev.sluice.batcher.journal;

import dev.sluice.primitives.value.Hash32;

/**
 * The last batch that was seen included.
 *
 * @param headerHash as {@code Rollup} stored it
 */
public record PostedRecord(long number, Hash32 headerHash) {}
