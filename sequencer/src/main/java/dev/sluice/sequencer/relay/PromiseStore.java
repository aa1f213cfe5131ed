package dev.sluice.sequencer.relay;

import dev.sluice.primitives.value.Hash32;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps each channel's latest promise.
 *
 * @param <P> of one meter
 */
public interface PromiseStore<P extends Promise> {
  /** Durable against a power failure on return. */
  void put(Map<Hash32, P> latestByChannelId);

  /** The latest one of a channel. */
  Optional<P> get(Hash32 channelId);
}
