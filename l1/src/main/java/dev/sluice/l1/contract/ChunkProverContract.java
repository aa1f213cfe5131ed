package dev.sluice.l1.contract;

import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.util.List;

/**
 * {@code ChunkProver}: convicts a wrong root in one transaction ({@code docs/protocol.md} §10).
 *
 * @param address where it stands
 */
public record ChunkProverContract(Address address) {
  /**
   * Re-executes one chunk.
   *
   * @param path siblings from the chunk's leaf to the batch's data hash, lowest first
   * @param payload the chunk as posted
   * @param witness leaves, messages and siblings of the pre-state
   */
  public L1Call proveChunk(
      BatchHeader header,
      long chunkIndex,
      Hash32 preRoot,
      Hash32 claimedRoot,
      List<Hash32> path,
      byte[] payload,
      byte[] witness) {
    return L1Call.of(
        "prove chunk " + chunkIndex + " of batch " + header.number(),
        address,
        AbiEncoding.call(
            "proveChunk",
            AbiEncoding.header(header),
            AbiEncoding.u32(chunkIndex),
            AbiEncoding.hash(preRoot),
            AbiEncoding.hash(claimedRoot),
            AbiEncoding.hashes(path),
            AbiEncoding.bytes(payload),
            AbiEncoding.bytes(witness)));
  }

  /** Shows that the header's position, clock or accumulator is not the state's at its end. */
  public L1Call proveEnd(BatchHeader header, long mask, List<Hash32> siblings, byte[] metaLeaf) {
    return L1Call.of(
        "prove end of batch " + header.number(),
        address,
        AbiEncoding.call(
            "proveEnd",
            AbiEncoding.header(header),
            AbiEncoding.u40(mask),
            AbiEncoding.hashes(siblings),
            AbiEncoding.bytes(metaLeaf)));
  }
}
