/**
 * A sequencer of a few hundred lines for the tests of {@code sdk} and {@code cli}: real sockets,
 * real signatures and proofs, and hardly any rules. What it sends can be tampered with on the way
 * out. It knows transfers, withdrawals, channels and heartbeats.
 */
@NullMarked
package dev.sluice.client.fake;

import org.jspecify.annotations.NullMarked;
