package dev.sluice.primitives.block;

import dev.sluice.primitives.codec.ByteReader;
import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.codec.DecodeResult;
import dev.sluice.primitives.value.Hash32;

/**
 * What a block commits to, with the values after it ({@code docs/protocol.md} §8); its encoding is
 * the preimage of the commitment.
 *
 * @param number {@code u64}; the first block is 1
 * @param clock L2 clock in seconds, {@code u64}
 * @param inboxPosition messages consumed so far, {@code u64}
 * @param inboxAccumulator the inbox's accumulator at that position
 * @param txCount {@code u16}
 * @param txRoot root of {@link Block#transactionTree}
 */
public record BlockCommitment(
    long number,
    long clock,
    long inboxPosition,
    Hash32 inboxAccumulator,
    int txCount,
    Hash32 txRoot) {
  /** Length of the preimage. */
  public static final int BYTES = 90;

  /** The 90-byte preimage. */
  public byte[] encode() {
    return writer().toBytes();
  }

  /** The block commitment. */
  public Hash32 hash() {
    return writer().keccak256();
  }

  /** The block accumulator after this block: {@code H(accumulator before | commitment)}. */
  public Hash32 accumulate(Hash32 before) {
    return accumulate(before, hash());
  }

  /** {@code H(before | commitment)}. */
  public static Hash32 accumulate(Hash32 before, Hash32 commitment) {
    return new ByteWriter(64).hash32(before).hash32(commitment).keccak256();
  }

  /** Decodes exactly 90 bytes. */
  public static DecodeResult<BlockCommitment> decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    BlockCommitment value =
        new BlockCommitment(in.u64(), in.u64(), in.u64(), in.hash32(), in.u16(), in.hash32());
    return in.finish(_ -> value);
  }

  private ByteWriter writer() {
    return new ByteWriter(BYTES)
        .u64(number)
        .u64(clock)
        .u64(inboxPosition)
        .hash32(inboxAccumulator)
        .u16(txCount)
        .hash32(txRoot);
  }
}
