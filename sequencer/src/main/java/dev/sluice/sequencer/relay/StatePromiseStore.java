package dev.sluice.sequencer.relay;

import dev.sluice.primitives.codec.ByteReader;
import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.store.StateStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@link PromiseStore} in the chain's store, one row under the channel's id. A channel has one
 * meter, and so its row one form:
 *
 * <pre>
 *   voucher: channel u32 | amount u128 | signature x64
 *   tick:    channel u32 | position u64 | tick x32
 * </pre>
 */
public final class StatePromiseStore<P extends Promise> implements PromiseStore<P> {
  private final StateStore store;
  private final Function<P, byte[]> encode;
  private final Function<ByteReader, P> decode;

  private StatePromiseStore(
      StateStore store, Function<P, byte[]> encode, Function<ByteReader, P> decode) {
    this.store = store;
    this.encode = encode;
    this.decode = decode;
  }

  /** Of vouchers. */
  public static StatePromiseStore<SignedVoucher> ofVouchers(StateStore store) {
    return new StatePromiseStore<>(
        store,
        voucher ->
            new ByteWriter(84)
                .u32(voucher.channel())
                .u128(voucher.amount())
                .signature(voucher.signature())
                .toBytes(),
        in -> new SignedVoucher(in.u32(), in.u128(), in.signature()));
  }

  /** Of ticks. */
  public static StatePromiseStore<Tick> ofTicks(StateStore store) {
    return new StatePromiseStore<>(
        store,
        tick ->
            new ByteWriter(44)
                .u32(tick.channel())
                .u64(tick.position())
                .hash32(tick.tick())
                .toBytes(),
        in -> new Tick(in.u32(), in.u64(), in.hash32()));
  }

  @Override
  public void put(Map<Hash32, P> latestByChannelId) {
    Map<Hash32, byte[]> rows = HashMap.newHashMap(latestByChannelId.size());
    latestByChannelId.forEach((id, promise) -> rows.put(id, encode.apply(promise)));
    store.putVouchers(rows);
  }

  @Override
  public Optional<P> get(Hash32 channelId) {
    return store
        .voucher(channelId)
        .map(
            bytes -> {
              ByteReader in = new ByteReader(bytes);
              P promise = decode.apply(in);
              return in.finish(_ -> promise).orElseThrow();
            });
  }
}
