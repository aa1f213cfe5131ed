package dev.sluice.sequencer.voucher;

import dev.sluice.primitives.value.Hash32;
import java.util.Map;
import java.util.Optional;

/** Keeps each channel's latest voucher. */
public interface VoucherStore {
  /** Durable against a power failure on return. */
  void put(Map<Hash32, SignedVoucher> latestByChannelId);

  /** The latest one of a channel. */
  Optional<SignedVoucher> get(Hash32 channelId);
}
