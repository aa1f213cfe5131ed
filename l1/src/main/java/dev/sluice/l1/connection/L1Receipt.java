package dev.sluice.l1.connection;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * The receipt of a mined transaction.
 *
 * @param succeeded whether the status is 1
 * @param gasUsed gas units
 * @param effectiveGasPriceWei what one gas cost
 * @param created the contract's address if the transaction deployed one
 */
public record L1Receipt(
    Hash32 transactionHash,
    long blockNumber,
    Hash32 blockHash,
    boolean succeeded,
    long gasUsed,
    BigInteger effectiveGasPriceWei,
    Optional<Address> created,
    List<L1Log> logs) {}
