package dev.sluice.l1.sender;

import dev.sluice.primitives.value.Hash32;
import java.math.BigInteger;

/**
 * One signed transaction of an intent. All attempts of an intent have the same nonce; at most one
 * of them is ever mined.
 *
 * @param signed the raw bytes, EIP-1559
 * @param maxFeeWei per gas
 * @param priorityFeeWei per gas
 * @param sentAtBlock the newest L1 block when it was signed
 */
public record Attempt(
    long nonce,
    Hash32 transactionHash,
    byte[] signed,
    BigInteger maxFeeWei,
    BigInteger priorityFeeWei,
    long sentAtBlock) {}
