/**
 * The node's state-transition function against {@code secondreader}, the naive reading of the
 * protocol, on random chunks.
 *
 * <p>In: a seed. Out: a verdict on every root. {@link RandomChain} draws chunks that mostly take
 * effect and often do not; it knows keys and the state that it draws for, and decides nothing.
 */
@NullMarked
package dev.sluice.systemtests.differential;

import org.jspecify.annotations.NullMarked;
