package dev.sluice.sequencer.relay;

import dev.sluice.primitives.value.Uint128;

/** A payer's cumulative promise in one channel: a later one replaces those before. */
public sealed interface Promise permits SignedVoucher, Tick {
  /** Index of the channel, a {@code u32}. */
  long channel();

  /** Everything promised so far in the channel; 2^128 − 1 if it is that or more. */
  Uint128 total(Channels.Terms terms);
}
