package dev.sluice.sequencer.admission;

import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;

/**
 * A transaction whose signature recovers. Made by {@link TransactionVerifier} alone.
 *
 * @param signed as decoded
 * @param id {@code H(wire bytes)}
 * @param signer who signed; {@link Address#ZERO} for kinds that nobody signs. Whether he may is decided at execution
 */
public record VerifiedTransaction(SignedTransaction signed, Hash32 id, Address signer) {}
