/**
 * The state-transition function ({@code docs/protocol.md} §6): one handler class per kind, the
 * checks in the documented order.
 *
 * <pre>
 *   wire transaction + hint -> WirePosting -> posted transaction --\
 *   posted bytes --------------------------> posted transaction ----> Transition -> TransitionOutcome
 * </pre>
 *
 * <p>In: posted transactions, with a {@link dev.sluice.state.transition.SignerSource} that verifies
 * their signature or knows the verified signer. Out: {@link
 * dev.sluice.state.transition.TransitionOutcome}. Neighbours: {@code state.ledger} holds what is
 * changed, {@code state.execution} makes blocks of it. Invariants: total and deterministic, without
 * clock and chance; a rejected transaction has changed nothing; custody of every token is
 * conserved.
 */
@NullMarked
package dev.sluice.state.transition;

import org.jspecify.annotations.NullMarked;
