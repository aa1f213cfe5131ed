/**
 * What comes next: messages of L1 first, then what the sequencer itself has to say, then
 * transactions in arrival order.
 *
 * <p>Neighbours: {@code deposit} and {@code pool} supply, {@code production} asks. No clock, no
 * chance.
 */
@NullMarked
package dev.sluice.sequencer.ordering;

import org.jspecify.annotations.NullMarked;
