package dev.sluice.sequencer.relay;

import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;

/**
 * A promise by the preimage of a hash chain.
 *
 * @param channel index, a {@code u32}
 * @param position ticks from the anchor to this one, 1 to 2^61 − 1
 * @param tick hashed {@code position} times it is the anchor
 */
public record Tick(long channel, long position, Hash32 tick) implements Promise {
  /** No position is as high. */
  public static final long POSITION_LIMIT = 1L << 61;

  public Tick {
    if (!isPosition(position)) {
      throw new IllegalArgumentException("position " + Long.toUnsignedString(position));
    }
  }

  /** Whether a tick can stand there. */
  public static boolean isPosition(long position) {
    return position >= 1 && position < POSITION_LIMIT;
  }

  @Override
  public Uint128 total(Channels.Terms terms) {
    return terms.meterRate().tryTimes(position).orElse(Uint128.MAX);
  }
}
