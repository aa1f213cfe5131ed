/**
 * Messages from L1 to L2 and the accumulator over them ({@code docs/protocol.md} §7), as {@code
 * Inbox.sol} makes them.
 *
 * <p>Comes in: payloads of the event {@code MessageQueued}. Goes out: records, message hashes,
 * accumulators, weights. Decoding is total; a payload of the wrong length cannot come from our own
 * contract, so its reader treats it as a broken invariant.
 */
@NullMarked
package dev.sluice.primitives.inbox;

import org.jspecify.annotations.NullMarked;
