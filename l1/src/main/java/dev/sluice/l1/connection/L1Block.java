package dev.sluice.l1.connection;

import dev.sluice.primitives.value.Hash32;
import java.math.BigInteger;

/**
 * The parts of an L1 block header that we use.
 *
 * @param number block number
 * @param hash block hash
 * @param parentHash hash of the block before
 * @param timestamp seconds since 1970
 * @param baseFeeWei EIP-1559 base fee per gas
 */
public record L1Block(
    long number, Hash32 hash, Hash32 parentHash, long timestamp, BigInteger baseFeeWei) {}
