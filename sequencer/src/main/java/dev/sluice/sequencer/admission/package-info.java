/**
 * The checks before ordering: decodes submitted bytes and verifies their signature, once, on all
 * cores.
 *
 * <p>In: raw wire forms of one frame. Out: per transaction {@link
 * dev.sluice.sequencer.admission.Admission}, verified or refused with a number of {@code
 * docs/protocol.md} §6.4. Neighbours: {@code ingress} gives frames, {@code pool} takes what is
 * verified. It reads no state: whether the recovered signer owns the account is decided at
 * execution.
 *
 * <p>Invariant: a {@link dev.sluice.state.transition.VerifiedTransaction} exists only for a
 * signature that recovers.
 */
@NullMarked
package dev.sluice.sequencer.admission;

import org.jspecify.annotations.NullMarked;
