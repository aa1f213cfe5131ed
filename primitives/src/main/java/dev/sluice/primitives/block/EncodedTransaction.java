package dev.sluice.primitives.block;

import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.value.Hash32;
import org.apache.tuweni.bytes.Bytes;

/**
 * A posted transaction together with the bytes that stand for it in its block; hashes and weight
 * are of these bytes.
 */
public record EncodedTransaction(PostedTransaction transaction, Bytes posted) {
  /** The transaction in the shortest form, the one that we post. */
  public static EncodedTransaction of(PostedTransaction transaction, int committeeSizeLog2) {
    return new EncodedTransaction(
        transaction, Bytes.wrap(PostedCodec.encode(transaction, committeeSizeLog2)));
  }

  /**
   * {@code H(posted bytes)}: the leaf of the block's transaction tree, and the id of a heartbeat
   * record.
   */
  public Hash32 postedHash() {
    return Keccak256.hash32(posted.toArrayUnsafe());
  }
}
