package dev.sluice.client.sdk;

import dev.sluice.primitives.value.Hash32;
import dev.sluice.proto.v1.ReceiveRequest;
import dev.sluice.proto.v1.Voucher;
import dev.sluice.proto.v1.VoucherDelivery;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Receives vouchers for payees over one call and judges each; continues after an interruption from
 * what it holds, until it is closed.
 *
 * <p>The listener is called on one thread, in the order of delivery.
 */
public final class VoucherReceiver implements AutoCloseable {
  private final SluiceClient client;
  private final List<Long> payeeAccounts;
  private final BiConsumer<PayeeChannel, VoucherCheck> listener;
  private final Map<Long, PayeeChannel> channels = new ConcurrentHashMap<>();
  private final RelayReceiver<VoucherDelivery> receiver;

  /**
   * Starts to receive for every channel, present and future, whose payee is one of these accounts.
   *
   * @param payeeAccounts account indices, at most 4,096
   */
  public VoucherReceiver(
      SluiceClient client,
      List<Long> payeeAccounts,
      BiConsumer<PayeeChannel, VoucherCheck> listener) {
    this.client = client;
    this.payeeAccounts = List.copyOf(payeeAccounts);
    this.listener = listener;
    this.receiver =
        new RelayReceiver<>(
            "sluice-voucher-receiver", () -> client.receiveVouchers(request()), this::receive);
    receiver.start();
  }

  /** The channels for which vouchers came. */
  public Collection<PayeeChannel> channels() {
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

  private ReceiveRequest request() {
    ReceiveRequest.Builder request = ReceiveRequest.newBuilder();
    payeeAccounts.forEach(account -> request.addPayeeAccounts(account.intValue()));
    channels
        .values()
        .forEach(
            channel ->
                channel.best().map(VoucherStream::toProto).ifPresent(request::addResumeAfter));
    return request.build();
  }

  private void receive(VoucherDelivery delivery) {
    byte[] ids =
        ProtoFields.exactly(delivery.getChannelIds(), Hash32.BYTES * delivery.getVouchersCount());
    for (int i = 0; i < delivery.getVouchersCount(); i++) {
      Voucher voucher = delivery.getVouchers(i);
      long index = ProtoFields.u32(voucher.getChannel());
      PayeeChannel channel = channels.get(index);
      if (channel == null) {
        channel =
            new PayeeChannel(
                client.chain(),
                client
                    .channel(index)
                    .orElseThrow(
                        () ->
                            new DishonestSequencerException("a voucher for no channel: " + index)));
        channels.put(index, channel);
      }
      SignedVoucher signed =
          new SignedVoucher(
              index,
              Hash32.of(ids, i * Hash32.BYTES),
              ProtoFields.amount(voucher.getAmount()),
              ProtoFields.signature(voucher.getSignature()));
      listener.accept(channel, channel.receive(signed));
    }
  }
}
