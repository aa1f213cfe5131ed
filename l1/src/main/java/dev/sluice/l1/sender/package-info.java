/**
 * One sender per L1 account: nonces, EIP-1559 fees, replacement, receipts.
 *
 * <pre>
 *   L1Call ── estimate ── sign ── journal (the caller's, durable) ── send ── poll receipts ── Outcome
 *                            ▲                                          │ not mined after some blocks
 *                            └────────────── same nonce, ×1.25 fees ────┘
 * </pre>
 *
 * <p>Invariants: one intent has one nonce, whatever is replaced or resumed, so it can never take
 * effect twice; nothing is sent before the caller's journal has it; an intent that is not decided
 * blocks the next one. L1 being away is an {@link dev.sluice.l1.sender.Outcome}, not an exception.
 */
@NullMarked
package dev.sluice.l1.sender;

import org.jspecify.annotations.NullMarked;
