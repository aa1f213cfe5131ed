/**
 * Three readings of the protocol on the same random chunks: {@code secondreader}, the naive one,
 * the node's state-transition function, and the contracts on an EVM node.
 *
 * <p>In: a seed. Out: a verdict on every root. {@link RandomChain} draws chunks that mostly take
 * effect and often do not, each transaction for the state that it meets; {@link ChunkFuzz} runs
 * them through all three; {@link StateMutants} in Java and {@link CheckHunt} in Solidity show that
 * a check that is missing would be found.
 */
@NullMarked
package dev.sluice.systemtests.differential;

import org.jspecify.annotations.NullMarked;
