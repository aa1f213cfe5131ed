/**
 * Static weight: how dear a transaction's dispute on L1 can become, from its bytes alone ({@code
 * docs/protocol.md} §9).
 *
 * <p>Comes in: posted transactions and inbox messages. Goes out: witness bytes and gas, worst case
 * at 2^32 leaves of every type. No state, no measurement; the numbers are the protocol's.
 */
@NullMarked
package dev.sluice.primitives.weight;

import org.jspecify.annotations.NullMarked;
