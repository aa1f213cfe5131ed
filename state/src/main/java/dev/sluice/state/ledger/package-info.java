/**
 * The whole state in memory: every leaf as its preimage in flat pages, indexed by its 4-byte index
 * ({@code docs/protocol.md} §3).
 *
 * <p>In: writes of {@code state.transition} to typed views ({@link
 * dev.sluice.state.ledger.Accounts}, …). Out: reads, the state root, the leaves that a block
 * changed, the leaves that a chunk touched with their bytes before it. Neighbours: {@code
 * state.tree} hashes, {@code state.execution} drives, {@code state.store} keeps the leaves.
 *
 * <p>A leaf is kept as the bytes that are hashed, because one row of 96 bytes is two cache lines
 * where an array per field is six misses, and nothing is encoded twice. Invariants: single writer;
 * a change goes through a view, which marks the leaf; counts in the meta leaf equal the tables'
 * sizes. It decides nothing: no rule of the protocol is here.
 */
@NullMarked
package dev.sluice.state.ledger;

import org.jspecify.annotations.NullMarked;
