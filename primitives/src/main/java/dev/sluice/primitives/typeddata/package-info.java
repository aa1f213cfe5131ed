/**
 * EIP-712: the domain of a deployment, the digest of every signed statement ({@code
 * docs/protocol.md} §1, §4, §8).
 *
 * <p>Comes in: a domain separator and a record. Goes out: the 32 bytes that a wallet signs; any
 * EIP-712 library gets the same from the type strings in {@link
 * dev.sluice.primitives.typeddata.TypedData}.
 *
 * <p>Signs and verifies nothing itself: {@code crypto} does.
 */
@NullMarked
package dev.sluice.primitives.typeddata;

import org.jspecify.annotations.NullMarked;
