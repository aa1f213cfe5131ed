/**
 * The cryptography of the protocol behind small total functions: Keccak-256 ({@link
 * dev.sluice.primitives.crypto.Keccak256}, many nodes at once by {@link
 * dev.sluice.primitives.crypto.NodeHasher}), ECDSA over secp256k1 ({@link
 * dev.sluice.primitives.crypto.Secp256k1}, libsecp256k1) and BLS12-381 ({@link
 * dev.sluice.primitives.crypto.Bls12381}, blst).
 *
 * <p>Comes in: bytes of strangers. Goes out: hashes, signatures, and answers; whatever the bytes
 * are, the answer is a value and never an exception. A failure of the native libraries themselves
 * (not loadable) is an error and stops the process.
 *
 * <p>Invariants: what is accepted here is accepted by the EVM's {@code ecrecover} and EIP-2537
 * precompiles under the rules of {@code docs/protocol.md}, and what is refused here is refused
 * there. No clock and no randomness: nonces of signatures are RFC 6979, coefficients of batch
 * checks come in from the caller. Private keys never reach {@code toString}.
 */
@NullMarked
package dev.sluice.primitives.crypto;

import org.jspecify.annotations.NullMarked;
