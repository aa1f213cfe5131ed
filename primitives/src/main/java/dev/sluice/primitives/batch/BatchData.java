package dev.sluice.primitives.batch;

import dev.sluice.primitives.codec.ByteReader;
import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.codec.DecodeResult;
import dev.sluice.primitives.codec.Malformation;
import dev.sluice.primitives.merkle.DenseTree;
import dev.sluice.primitives.value.Hash32;
import java.util.ArrayList;
import java.util.List;

/**
 * The chunks of one batch in calldata mode: {@code postRoot x32 | length u16 | payload}, one after
 * the other ({@code docs/protocol.md} §8).
 *
 * @param chunks 1 to {@link #CHUNKS_MAX}
 */
public record BatchData(List<Chunk> chunks) {
  /** Most chunks in a batch. */
  public static final int CHUNKS_MAX = 512;

  public BatchData {
    chunks = List.copyOf(chunks);
    if (chunks.isEmpty() || chunks.size() > CHUNKS_MAX) {
      throw new IllegalArgumentException(chunks.size() + " chunks");
    }
  }

  /** The {@code data} argument of {@code Rollup.post}. */
  public byte[] encode() {
    ByteWriter out = new ByteWriter(chunks.size() * 1024);
    for (Chunk chunk : chunks) {
      out.hash32(chunk.postRoot()).u16(chunk.payload().size()).bytes(chunk.payload());
    }
    return out.toBytes();
  }

  /** The root that the batch claims: that of its last chunk. */
  public Hash32 postRoot() {
    return chunks.getLast().postRoot();
  }

  /**
   * The tree over the chunk leaves; its root is {@code dataHash}.
   *
   * @param preRoot the root before the first chunk: the previous header's
   */
  public DenseTree chunkTree(Hash32 preRoot) {
    List<Hash32> leaves = new ArrayList<>(chunks.size());
    Hash32 before = preRoot;
    for (Chunk chunk : chunks) {
      leaves.add(chunk.leaf(before));
      before = chunk.postRoot();
    }
    return DenseTree.of(leaves);
  }

  /**
   * Cuts {@code data} as {@code Rollup.post} does, which refuses the same: no chunk, too many,
   * truncated, a root of 0.
   */
  public static DecodeResult<BatchData> decode(byte[] data) {
    if (data.length == 0) {
      return new DecodeResult.Malformed<>(Malformation.EMPTY);
    }
    ByteReader in = new ByteReader(data);
    List<Chunk> chunks = new ArrayList<>();
    while (in.remaining() > 0) {
      if (chunks.size() == CHUNKS_MAX) {
        in.fail(Malformation.COUNT_OUT_OF_RANGE);
        break;
      }
      Hash32 postRoot = in.hash32();
      if (postRoot.isZero()) {
        in.fail(Malformation.ZERO_ROOT);
      }
      int length = in.u16();
      chunks.add(new Chunk(postRoot, in.bytes(length)));
    }
    return in.hasFailed() ? in.malformed() : in.finish(_ -> new BatchData(chunks));
  }
}
