package dev.sluice.client.sdk;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Uint128;

/**
 * What a device offers ({@code docs/protocol.md} §4, kind 6).
 *
 * @param payout whom jobs pay; an account is opened for it if it has none
 * @param deviceClass a {@code u16}
 * @param capabilities 64 bits
 * @param cell H3 cell, 64 bits
 * @param price in base units of {@code token}; for people, the protocol does not use it
 */
public record ProviderTerms(
    Address payout, int deviceClass, long capabilities, long cell, int token, Uint128 price) {}
