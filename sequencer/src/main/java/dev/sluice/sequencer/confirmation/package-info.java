/**
 * What an answer proves: the signed head, the accumulator up to it, and the multiproof of the
 * transactions answered.
 *
 * <p>In: sealed, durable blocks and the places of transactions in them. Out: {@link
 * dev.sluice.sequencer.confirmation.SoftConfirmation} ({@code docs/protocol.md} §8), one per frame
 * and group, and the port {@link dev.sluice.sequencer.confirmation.FrameReply} through which
 * answers leave. Hashes of one block are computed once for all frames.
 */
@NullMarked
package dev.sluice.sequencer.confirmation;

import org.jspecify.annotations.NullMarked;
