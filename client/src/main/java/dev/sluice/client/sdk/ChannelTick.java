package dev.sluice.client.sdk;

import dev.sluice.primitives.value.Hash32;

/**
 * One micropayment of a tick channel: a preimage in the payer's hash chain ({@code
 * docs/protocol.md} §6.2, kind 4).
 *
 * @param channelIndex where the channel is in the data
 * @param channel its id
 * @param position how often it must be hashed to give the anchor; its worth is this many times the
 *     channel's rate, in all
 * @param value the preimage
 */
public record ChannelTick(long channelIndex, Hash32 channel, long position, Hash32 value) {}
