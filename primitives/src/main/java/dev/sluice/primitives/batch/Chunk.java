package dev.sluice.primitives.batch;

import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.codec.DecodeResult;
import dev.sluice.primitives.codec.Malformation;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.value.Hash32;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;

/**
 * The unit of re-execution on L1: whole blocks and the state root claimed after them.
 *
 * @param postRoot the claimed root
 * @param payload the encoded blocks; untrusted unless we made it
 */
public record Chunk(Hash32 postRoot, Bytes payload) {
  /** Longest payload: what one blob slot of 2^7 field elements holds beside root and length. */
  public static final int PAYLOAD_BYTES_MAX = 3_934;

  /** Bytes before the payload in a batch: the root and the length. */
  public static final int OVERHEAD_BYTES = 34;

  /**
   * The chunk of some blocks; throws {@link IllegalArgumentException} if they are too long
   * together, or none.
   */
  public static Chunk of(Hash32 postRoot, List<Block> blocks) {
    ByteWriter out = new ByteWriter(PAYLOAD_BYTES_MAX);
    for (Block block : blocks) {
      out.bytes(block.encode());
    }
    if (out.size() == 0 || out.size() > PAYLOAD_BYTES_MAX) {
      throw new IllegalArgumentException("payload of " + out.size() + " bytes");
    }
    return new Chunk(postRoot, Bytes.wrap(out.toBytes()));
  }

  /** The blocks, or why the chunk is a no-op; its weight is judged apart ({@code weight}). */
  public DecodeResult<List<Block>> blocks(int committeeSizeLog2) {
    return payload.size() > PAYLOAD_BYTES_MAX
        ? new DecodeResult.Malformed<>(Malformation.TOO_LONG)
        : Block.decodeAll(payload.toArrayUnsafe(), committeeSizeLog2);
  }

  /** The leaf of the batch's chunk tree: {@code H(preRoot | postRoot | H(payload))}. */
  public Hash32 leaf(Hash32 preRoot) {
    return new ByteWriter(96)
        .hash32(preRoot)
        .hash32(postRoot)
        .hash32(Keccak256.hash32(payload.toArrayUnsafe()))
        .keccak256();
  }
}
