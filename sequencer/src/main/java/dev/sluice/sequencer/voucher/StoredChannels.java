package dev.sluice.sequencer.voucher;

import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.value.Address;
import dev.sluice.sequencer.query.ChainReader;
import java.util.Optional;

/** {@link Channels} of the store. */
public final class StoredChannels implements Channels {
  /** An address in a word is padded with so many zeros. */
  private static final int PADDING_BYTES = 12;

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
        Address.of(channel.meterKey().toBytes(), PADDING_BYTES),
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
