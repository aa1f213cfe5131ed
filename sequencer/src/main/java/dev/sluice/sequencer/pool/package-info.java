/**
 * The bounded waiting room between admission and production.
 *
 * <p>In: verified frames, in the order of their streams. Out: the same frames, first in, first out.
 * What does not fit is answered (POOL_FULL, ACCOUNT_QUEUE_FULL), never dropped silently. No clock,
 * no chance, no state of the chain.
 */
@NullMarked
package dev.sluice.sequencer.pool;

import org.jspecify.annotations.NullMarked;
