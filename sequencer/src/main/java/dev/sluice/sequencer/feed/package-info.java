/**
 * The blocks for whoever follows: from any number, without gaps, then live.
 *
 * <p>In: durable blocks from {@code production}. Out: blocks in order to each reader, from a ring
 * in memory, else from the store. A slow reader reads from the store; it slows nobody down.
 */
@NullMarked
package dev.sluice.sequencer.feed;

import org.jspecify.annotations.NullMarked;
