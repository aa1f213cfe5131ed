/**
 * {@code sluice bench}: how many durable, acknowledged transfers per second the sequencer takes
 * over gRPC from another process, beside the bound that signature verification sets on this
 * machine.
 *
 * <pre>
 *   Presigner -> frames -> LoadStream x n -> sequencer (its own process)
 *   VerificationRate (two threads, libsecp256k1), before and after
 *   MemorySamples (resident size of the sequencer)
 * </pre>
 *
 * <p>Only same-run ratios are stable on shared hardware, so the figure to compare is {@code
 * payments_over_secp_bound}. Everything is signed before the clock starts; an answer counts when
 * its block is durable and the acknowledgement has arrived.
 */
@NullMarked
package dev.sluice.client.bench;

import org.jspecify.annotations.NullMarked;
