package dev.sluice.l1.connection;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.util.Optional;

/**
 * A transaction as the node knows it, mined or pending.
 *
 * @param to the callee; empty for a deployment
 * @param input calldata
 */
public record L1Transaction(
    Hash32 hash, Address from, Optional<Address> to, long nonce, byte[] input) {}
