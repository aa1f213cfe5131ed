package dev.sluice.l1.contract;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.math.BigInteger;

/**
 * A batch that {@code BatchConvicted} removed, with everything after it.
 *
 * @param number the wrong batch; the head is now this number
 * @param slashedWei the proposer's bond
 */
public record ConvictedBatch(
    long number,
    Address challenger,
    Address proposer,
    BigInteger slashedWei,
    long l1Block,
    Hash32 l1BlockHash,
    Hash32 transactionHash) {}
