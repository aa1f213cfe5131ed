package dev.sluice.state.transition;

import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Uint128;

/** What the payee of a channel is entitled to ({@code docs/protocol.md} §6.2, kind 4). */
public final class Entitlement {
  private Entitlement() {}

  /**
   * The total of a channel at an L2 clock, in seconds; what is claimed is part of it. A time meter
   * shows it; of the other meters, and of a closed channel, no more is known than what is claimed.
   */
  public static Uint128 now(Leaf.Channel channel, long clock) {
    if (channel.meter() != Transaction.METER_TIME || channel.state() == Leaf.Channel.CLOSED) {
      return channel.claimed();
    }
    long openedAt = Long.reverseBytes(channel.meterKey().w3());
    long end =
        channel.state() == Leaf.Channel.CLOSING ? channel.closeAt() - channel.closeDelay() : clock;
    return ofTime(channel.deposit(), channel.meterRate(), end - openedAt);
  }

  /** {@code min(deposit, rate · seconds)}; the product may exceed 128 bits. */
  static Uint128 ofTime(Uint128 deposit, Uint128 rate, long seconds) {
    return rate.tryTimes(seconds).map(deposit::min).orElse(deposit);
  }
}
