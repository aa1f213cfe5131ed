package dev.sluice.primitives.batch;

import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;

/**
 * The header of a batch, kept on L1 as one hash ({@code docs/protocol.md} §8). Numbers are {@code
 * u64} unless said otherwise.
 *
 * @param parent hash of the previous header
 * @param dataHash root of the chunk tree
 * @param postRoot claimed root after the last chunk
 * @param blockAccumulator after the last block
 * @param number 0 is genesis
 * @param blockNumber of the last block
 * @param inboxPosition messages consumed up to the end of this batch
 * @param clock L2 clock in seconds after the last block
 * @param l1Time timestamp of the L1 block of the post, seconds
 * @param chunkCount {@code u32}
 * @param mode {@code u8}: 0 genesis, 1 calldata
 * @param proposer whose bond answers for it
 */
public record BatchHeader(
    Hash32 parent,
    Hash32 dataHash,
    Hash32 postRoot,
    Hash32 blockAccumulator,
    long number,
    long blockNumber,
    long inboxPosition,
    long clock,
    long l1Time,
    long chunkCount,
    int mode,
    Address proposer) {
  /** Mode of the header that the constructor of {@code Rollup} makes. */
  public static final int MODE_GENESIS = 0;

  /** Chunks in calldata. */
  public static final int MODE_CALLDATA = 1;

  /** Header 0 of a deployment: {@code l1Time} is the time of deployment. */
  public static BatchHeader genesis(Genesis genesis, Hash32 genesisRoot, long l1Time) {
    return new BatchHeader(
        Hash32.ZERO,
        Hash32.ZERO,
        genesisRoot,
        Hash32.ZERO,
        0,
        0,
        0,
        genesis.genesisTime(),
        l1Time,
        0,
        MODE_GENESIS,
        Address.ZERO);
  }

  /** {@code abi.encode(header)}: twelve words, 384 bytes. */
  public byte[] encode() {
    return writer().toBytes();
  }

  /** {@code H(abi.encode(header))}. */
  public Hash32 hash() {
    return writer().keccak256();
  }

  private ByteWriter writer() {
    return new ByteWriter(384)
        .hash32(parent)
        .hash32(dataHash)
        .hash32(postRoot)
        .hash32(blockAccumulator)
        .word(number)
        .word(blockNumber)
        .word(inboxPosition)
        .word(clock)
        .word(l1Time)
        .word(chunkCount)
        .word(mode)
        .word(proposer);
  }
}
