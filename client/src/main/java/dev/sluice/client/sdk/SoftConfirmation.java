package dev.sluice.client.sdk;

import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Hash32;

/**
 * The sequencer's signed promise ({@code docs/protocol.md} §8): every block up to {@code number} is
 * as the accumulator says.
 *
 * @param number of the newest block that it covers
 * @param blockAccumulator after that block
 * @param postBy L1 seconds until which it will be posted
 * @param signature by the sequencer's key, verified
 */
public record SoftConfirmation(
    long number, Hash32 blockAccumulator, long postBy, WalletSignature signature) {}
