/**
 * Durable writes that many callers share.
 *
 * <p>In: rows of concurrent callers. Out: one durable write per group of them. Invariant: whoever
 * returns has his row in a write that has returned.
 */
@NullMarked
package dev.sluice.sequencer.durable;

import org.jspecify.annotations.NullMarked;
