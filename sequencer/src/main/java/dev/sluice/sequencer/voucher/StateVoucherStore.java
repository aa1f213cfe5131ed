package dev.sluice.sequencer.voucher;

import dev.sluice.primitives.codec.ByteReader;
import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.store.StateStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@link VoucherStore} in the chain's store: {@code channel u32 | amount u128 | signature x64}, 84
 * bytes under the channel's id.
 */
public final class StateVoucherStore implements VoucherStore {
  private static final int BYTES = 84;

  private final StateStore store;

  public StateVoucherStore(StateStore store) {
    this.store = store;
  }

  @Override
  public void put(Map<Hash32, SignedVoucher> latestByChannelId) {
    Map<Hash32, byte[]> rows = HashMap.newHashMap(latestByChannelId.size());
    latestByChannelId.forEach(
        (id, voucher) ->
            rows.put(
                id,
                new ByteWriter(BYTES)
                    .u32(voucher.channel())
                    .u128(voucher.amount())
                    .signature(voucher.signature())
                    .toBytes()));
    store.putVouchers(rows);
  }

  @Override
  public Optional<SignedVoucher> get(Hash32 channelId) {
    return store
        .voucher(channelId)
        .map(
            bytes -> {
              ByteReader in = new ByteReader(bytes);
              SignedVoucher voucher = new SignedVoucher(in.u32(), in.u128(), in.signature());
              return in.finish(_ -> voucher).orElseThrow();
            });
  }
}
