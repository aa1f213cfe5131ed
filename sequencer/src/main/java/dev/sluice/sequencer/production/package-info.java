/**
 * The single writer: seals blocks, makes them durable in groups, and only then lets anybody know.
 *
 * <pre>
 *   ordering -> try each on the live state -> seal blocks -> ONE durable append -> sign the last header
 *                                                          -> acks (confirmation) | feed | store, in the background
 * </pre>
 *
 * <p>Invariants: nothing is acknowledged or fed before it is durable; no block is empty; refused
 * transactions are in no block. Time comes in as a value.
 */
@NullMarked
package dev.sluice.sequencer.production;

import org.jspecify.annotations.NullMarked;
