package dev.sluice.client.sdk;

import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;

/**
 * What a buyer orders ({@code docs/protocol.md} §4, kind 10).
 *
 * @param provider the provider's id
 * @param escrow locked until the job is settled, base units; the price of settling comes out of it
 * @param specHash hash of what is to be done
 * @param deadline L2 clock in seconds until which a result is taken
 * @param windowSeconds in which the buyer may refuse a result; at least the chain's protective
 *     delay
 * @param refusalBps the provider's share if refused, 0 to 10,000
 */
public record JobTerms(
    Hash32 provider,
    int token,
    Uint128 escrow,
    Hash32 specHash,
    long deadline,
    long windowSeconds,
    int refusalBps) {}
