/**
 * The leaves of the state tree as bytes: one record per type, its fixed-length preimage and its key
 * ({@code docs/protocol.md} §3).
 *
 * <p>Comes in: field values of the state room, or preimages from witnesses and exports. Goes out:
 * preimages whose Keccak-256 is the leaf hash. What may change a leaf is the state room's business.
 * Fields of {@code u32} and {@code u64} are {@code long}.
 */
@NullMarked
package dev.sluice.primitives.state;

import org.jspecify.annotations.NullMarked;
