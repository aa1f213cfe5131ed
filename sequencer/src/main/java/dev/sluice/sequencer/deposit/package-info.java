/**
 * What L1 sends: inbox messages that are deep enough, in order, and how far L1 has the chain.
 *
 * <p>In: the port {@link dev.sluice.sequencer.deposit.L1Source}, polled. Out: a bounded queue of
 * messages for {@code ordering}, the safe and finalized heads, L1 time. When L1 is away it retries,
 * says so, and the chain goes on without it.
 */
@NullMarked
package dev.sluice.sequencer.deposit;

import org.jspecify.annotations.NullMarked;
