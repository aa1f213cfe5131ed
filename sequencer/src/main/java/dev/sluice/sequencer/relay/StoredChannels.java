package dev.sluice.sequencer.relay;

import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.sequencer.query.ChainReader;
import java.util.Optional;

/** {@link Channels} of the store. */
public final class StoredChannels implements Channels {
  private final ChainReader reader;

  public StoredChannels(ChainReader reader) {
    this.reader = reader;
  }

  @Override
  public Optional<Terms> channel(long index) {
    return reader
        .leaf(LeafType.CHANNEL, index, Leaf.Channel.class)
        .map(channel -> terms(index, channel));
  }

  /** The terms of a channel's leaf. */
  public static Terms terms(long index, Leaf.Channel channel) {
    return new Terms(
        index,
        channel.id(),
        channel.payee(),
        channel.token(),
        channel.meter(),
        channel.meterKey(),
        channel.meterRate(),
        channel.deposit(),
        channel.claimed(),
        switch (channel.state()) {
          case Leaf.Channel.OPEN -> State.OPEN;
          case Leaf.Channel.CLOSING -> State.CLOSING;
          case Leaf.Channel.CLOSED -> State.CLOSED;
          default ->
              throw new IllegalStateException("channel " + index + " has state " + channel.state());
        });
  }
}
