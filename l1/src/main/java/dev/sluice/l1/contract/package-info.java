/**
 * The contracts of {@code docs/protocol.md} §10 as Java: one façade per contract, records for what
 * they take and tell, custom errors by name.
 *
 * <p>A façade reads ({@code throws L1Exception}) and makes {@link dev.sluice.l1.contract.L1Call}s;
 * it never sends: that is the sender's. Encoding is web3j's, so that a wrong type shows in the
 * selector; decoding reads whole words strictly.
 *
 * <p>Does not: know nonces, fees or keys; keep state; decide about L2.
 */
@NullMarked
package dev.sluice.l1.contract;

import org.jspecify.annotations.NullMarked;
