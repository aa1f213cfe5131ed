package dev.sluice.client.sdk;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;

/**
 * What a registered device is to be from now on ({@code docs/protocol.md} §4, kind 7): everything
 * that can change, whether it does or not.
 *
 * @param provider id of the registration
 * @param token of the price and of the fee; it does not change
 * @param payout whom jobs pay
 * @param cell H3 cell, 64 bits; another one at most once a month
 * @param price in base units of {@code token}
 * @param endpointHash hash of where it is reached; any 32 bytes
 * @param retire whether it takes no new job, for good
 */
public record ProviderChange(
    Hash32 provider,
    int token,
    Address payout,
    long cell,
    Uint128 price,
    Hash32 endpointHash,
    boolean retire) {
  /** A change that changes nothing yet. */
  public static ProviderChange none(SluiceClient client, ProviderView now) {
    Address payout =
        client
            .account(now.payout())
            .orElseThrow(
                () ->
                    new DishonestSequencerException(
                        "provider "
                            + now.index()
                            + " pays account "
                            + now.payout()
                            + ", which is not there"))
            .owner();
    return new ProviderChange(
        now.id(), now.token(), payout, now.cell(), now.price(), now.endpointHash(), false);
  }

  /** With another recipient. */
  public ProviderChange payingTo(Address other) {
    return new ProviderChange(provider, token, other, cell, price, endpointHash, retire);
  }

  /** With another place. */
  public ProviderChange movedTo(long other) {
    return new ProviderChange(provider, token, payout, other, price, endpointHash, retire);
  }

  /** With another price. */
  public ProviderChange asking(Uint128 other) {
    return new ProviderChange(provider, token, payout, cell, other, endpointHash, retire);
  }

  /** With another endpoint. */
  public ProviderChange reachedAt(Hash32 other) {
    return new ProviderChange(provider, token, payout, cell, price, other, retire);
  }

  /** And no new jobs from now on, for good. */
  public ProviderChange retired() {
    return new ProviderChange(provider, token, payout, cell, price, endpointHash, true);
  }
}
