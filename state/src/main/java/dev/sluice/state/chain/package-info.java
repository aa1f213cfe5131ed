/**
 * The durable block log: what makes a block survive a crash before anybody is told about it.
 *
 * <p>In: encoded blocks, several per append. Out: one durable append per group ({@link
 * dev.sluice.state.chain.BlockLog#append}), and the same records in order at recovery.
 *
 * <pre>
 *   append(group) -> segment file (preallocated, CRC32C chained) -> force -> acknowledged mark
 *   open()        -> verify every record -> drop a torn unacknowledged tail | refuse exactly
 * </pre>
 *
 * <p>Neighbours: {@code state.execution} gives the blocks, {@code state.store} follows behind in
 * the background and is caught up from here. Invariants: records are numbered without gaps; an
 * acknowledged record is never dropped silently; a failed append leaves no trace. It does not know
 * what a record means.
 */
@NullMarked
package dev.sluice.state.chain;

import org.jspecify.annotations.NullMarked;
