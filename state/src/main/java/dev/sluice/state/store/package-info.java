/**
 * What is kept of the chain besides the log: blocks, receipts, leaves, heads and the indexes that
 * queries need, behind the port {@link dev.sluice.state.store.StateStore}.
 *
 * <pre>
 *   executor -> log (durable) -> ack
 *                 \-> StoreWriter (background, bounded) -> StateStore.commit, atomic per block
 * </pre>
 *
 * <p>In: one {@link dev.sluice.state.store.BlockWrite} per executed block, in order. Out: bytes by
 * key. Neighbours: {@code state.execution} makes the writes and loads the leaves at start; query
 * services read. Invariants: a block is there whole or not at all; the head moves by one; content
 * is opaque bytes here, no codec is known.
 */
@NullMarked
package dev.sluice.state.store;

import org.jspecify.annotations.NullMarked;
