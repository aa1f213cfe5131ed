/**
 * The relay of micropayments: verifies vouchers and ticks, keeps the latest of each channel
 * durably, hands each to its payee, claims in time.
 *
 * <p>In: promises of payers, subscriptions of payees, channels of the state. Out: acks, deliveries,
 * ChannelClaim submissions. It never moves money itself: what a promise is worth is decided by the
 * claim in a block. Time channels need no relay: the clock is what promises.
 */
@NullMarked
package dev.sluice.sequencer.relay;

import org.jspecify.annotations.NullMarked;
