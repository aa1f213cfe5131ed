/**
 * Binary Merkle trees with the protocol's node rule: {@code node(l, r) = H(l | r)}, {@code node(0,
 * 0) = 0} ({@code docs/protocol.md} §3): small trees in memory ({@link
 * dev.sluice.primitives.merkle.DenseTree}) and proofs of many leaves at once in depth-first order
 * ({@link dev.sluice.primitives.merkle.MultiProof}).
 *
 * <p>Comes in: leaf hashes, or a {@link dev.sluice.primitives.merkle.NodeReader} over somebody's
 * nodes. Goes out: roots and proofs. The state tree itself lives in {@code state}. Checking a proof
 * is total: wrong, surplus or missing parts give no root.
 */
@NullMarked
package dev.sluice.primitives.merkle;

import org.jspecify.annotations.NullMarked;
