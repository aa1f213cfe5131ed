/**
 * What is posted on L1: chunks, the calldata of a batch, its header ({@code docs/protocol.md} §8).
 *
 * <p>Comes in: blocks and the root after each chunk, or calldata of strangers. Goes out: the exact
 * bytes of {@code Rollup.post}, the hashes that the contract computes over them. Which blocks go
 * into which chunk is the batcher's decision; what they mean is the state's.
 */
@NullMarked
package dev.sluice.primitives.batch;

import org.jspecify.annotations.NullMarked;
