/**
 * Collects the heartbeats of an epoch, one per device, verifies them in batches off the production
 * thread, and makes the HeartbeatRecord after the epoch ({@code docs/protocol.md} §6.2, kind 9).
 *
 * <p>In: single heartbeats, aggregated parts of gateways, the seeds and providers of the state.
 * Out: signed receipts, records for {@code ordering}. Invariant: a device that holds a receipt is
 * present in the record.
 */
@NullMarked
package dev.sluice.sequencer.heartbeat;

import org.jspecify.annotations.NullMarked;
