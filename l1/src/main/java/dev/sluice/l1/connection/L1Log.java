package dev.sluice.l1.connection;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.util.List;

/**
 * One event log of a mined transaction.
 *
 * @param topics 1 to 4; the first is the hash of the event's signature
 * @param bytes the ABI-encoded fields that are not indexed
 * @param logIndex position within the block
 */
public record L1Log(
    Address address,
    List<Hash32> topics,
    byte[] bytes,
    long blockNumber,
    Hash32 blockHash,
    Hash32 transactionHash,
    long logIndex) {}
