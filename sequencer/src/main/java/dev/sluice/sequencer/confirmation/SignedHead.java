package dev.sluice.sequencer.confirmation;

import dev.sluice.primitives.value.Hash32;

/**
 * The sequencer's promise about everything up to a block ({@code docs/protocol.md} §8).
 *
 * @param number block number
 * @param blockAccumulator after that block
 * @param postBy L1 seconds by which it is to be posted
 * @param signature 64 bytes, over {@code BlockConfirmation}
 */
public record SignedHead(long number, Hash32 blockAccumulator, long postBy, byte[] signature) {}
