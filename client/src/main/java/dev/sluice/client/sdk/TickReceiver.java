package dev.sluice.client.sdk;

import dev.sluice.primitives.value.Hash32;
import dev.sluice.proto.v1.Tick;
import dev.sluice.proto.v1.TickDelivery;
import dev.sluice.proto.v1.TickReceiveRequest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Receives ticks for payees over one call and judges each; continues after an interruption from
 * what it holds, until it is closed.
 *
 * <p>The listener is called on one thread, in the order of delivery.
 */
public final class TickReceiver implements AutoCloseable {
  private final SluiceClient client;
  private final List<Long> payeeAccounts;
  private final BiConsumer<TickPayee, TickCheck> listener;
  private final Map<Long, TickPayee> channels = new ConcurrentHashMap<>();
  private final RelayReceiver<TickDelivery> receiver;

  /**
   * Starts to receive for every tick channel, present and future, whose payee is one of these
   * accounts.
   *
   * @param payeeAccounts account indices, at most 4,096
   */
  public TickReceiver(
      SluiceClient client, List<Long> payeeAccounts, BiConsumer<TickPayee, TickCheck> listener) {
    this.client = client;
    this.payeeAccounts = List.copyOf(payeeAccounts);
    this.listener = listener;
    this.receiver =
        new RelayReceiver<>(
            "sluice-tick-receiver", () -> client.receiveTicks(request()), this::receive);
    receiver.start();
  }

  /** The channels for which ticks came. */
  public Collection<TickPayee> channels() {
    return List.copyOf(channels.values());
  }

  /** Why it stopped by itself, if it did: the relay sent something that is not the protocol. */
  public Optional<DishonestSequencerException> failure() {
    return receiver.failure();
  }

  /** Stops; what was received stays in the channels. */
  @Override
  public void close() {
    receiver.close();
  }

  private TickReceiveRequest request() {
    TickReceiveRequest.Builder request = TickReceiveRequest.newBuilder();
    payeeAccounts.forEach(account -> request.addPayeeAccounts(account.intValue()));
    channels.values().stream()
        .map(TickPayee::best)
        .filter(best -> best.position() > 0)
        .map(TickStream::toProto)
        .forEach(request::addResumeAfter);
    return request.build();
  }

  private void receive(TickDelivery delivery) {
    byte[] ids =
        ProtoFields.exactly(delivery.getChannelIds(), Hash32.BYTES * delivery.getTicksCount());
    for (int i = 0; i < delivery.getTicksCount(); i++) {
      Tick tick = delivery.getTicks(i);
      long index = ProtoFields.u32(tick.getChannel());
      TickPayee channel = channels.get(index);
      if (channel == null) {
        channel =
            client
                .channel(index)
                .filter(ChannelView::isTicks)
                .map(TickPayee::new)
                .orElseThrow(
                    () -> new DishonestSequencerException("a tick for no tick channel: " + index));
        channels.put(index, channel);
      }
      ChannelTick shown =
          new ChannelTick(
              index,
              Hash32.of(ids, i * Hash32.BYTES),
              tick.getPosition(),
              ProtoFields.hash(tick.getTick()));
      listener.accept(channel, channel.receive(shown));
    }
  }
}
