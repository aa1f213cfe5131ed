/**
 * Blocks into chunks, chunks into a batch ({@code docs/protocol.md} §8, §9). Pure: no clock, no
 * I/O; time comes in as a value.
 *
 * <p>In: consecutive blocks and the root before the first. Out: an {@link
 * dev.sluice.batcher.assembly.AssembledBatch}. When a batch is closed is decided by {@link
 * dev.sluice.batcher.assembly.ClosingRule}s, one class each; what a batch may never exceed is not a
 * rule but a limit, kept by the assembler itself.
 *
 * <p>Invariants: no block is lost, repeated or reordered; a chunk holds whole blocks; no chunk is
 * longer than 3,934 bytes or heavier than the chunk limit, its inbox messages included.
 */
@NullMarked
package dev.sluice.batcher.assembly;

import org.jspecify.annotations.NullMarked;
