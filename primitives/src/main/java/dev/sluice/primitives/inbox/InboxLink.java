package dev.sluice.primitives.inbox;

import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.value.Hash32;

/**
 * One link of the inbox accumulator ({@code docs/protocol.md} §7). Numbers are {@code u64}; the
 * weights are cumulative over all messages up to and including this one.
 *
 * @param messageHash {@link InboxMessage#messageHash}
 * @param time timestamp of the L1 block in seconds
 * @param witnessWeight cumulative witness bytes
 * @param gasWeight cumulative gas
 */
public record InboxLink(Hash32 messageHash, long time, long witnessWeight, long gasWeight) {
  /**
   * {@code accumulator[i + 1] = H(accumulator[i] | messageHash | time | witnessWeight |
   * gasWeight)}; the first is zero.
   */
  public Hash32 accumulate(Hash32 before) {
    return new ByteWriter(88)
        .hash32(before)
        .hash32(messageHash)
        .u64(time)
        .u64(witnessWeight)
        .u64(gasWeight)
        .keccak256();
  }
}
