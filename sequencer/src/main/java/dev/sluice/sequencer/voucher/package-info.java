/**
 * The relay of micropayments: verifies vouchers, keeps the latest of each channel durably, hands
 * each to its payee, claims in time.
 *
 * <p>In: vouchers of payers, subscriptions of payees, channels of the state. Out: acks, deliveries,
 * ChannelClaim submissions. It never moves money itself: what a voucher is worth is decided by the
 * claim in a block.
 */
@NullMarked
package dev.sluice.sequencer.voucher;

import org.jspecify.annotations.NullMarked;
