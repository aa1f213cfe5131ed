package dev.sluice.state.execution;

import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.BlockCommitment;
import dev.sluice.primitives.codec.ByteReader;
import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.codec.DecodeResult;
import dev.sluice.primitives.codec.DecodeResult.Decoded;
import dev.sluice.primitives.codec.DecodeResult.Malformed;
import dev.sluice.primitives.codec.Malformation;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.transition.QueuedMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * A sealed block as log and store keep it: its inputs, the inbox messages that it took, and what it
 * led to, so that a replay is checked and the feed needs no state.
 *
 * <pre>
 *   version u8 = 1 | commitment x90 | accumulatorBefore x32 | stateRoot x32 | blockBytes u32 | block
 *   | messageCount u16 | messageCount x (kind u8 | time u64 | witnessWeight u64 | gasWeight u64 | length u16 | payload)
 * </pre>
 *
 * @param commitment what the block commits to
 * @param accumulatorBefore block accumulator before it
 * @param stateRoot root after it
 * @param block its inputs
 * @param messages the inbox messages that its runs took, in order
 */
public record BlockRecord(
    BlockCommitment commitment,
    Hash32 accumulatorBefore,
    Hash32 stateRoot,
    Block block,
    List<QueuedMessage> messages) {
  private static final int VERSION = 1;

  public BlockRecord {
    messages = List.copyOf(messages);
  }

  /** The block's number. */
  public long number() {
    return commitment.number();
  }

  /** The block accumulator after it. */
  public Hash32 accumulator() {
    return commitment.accumulate(accumulatorBefore);
  }

  /** The bytes kept. */
  public byte[] encode() {
    byte[] inputs = block.encode();
    ByteWriter out =
        new ByteWriter(200 + inputs.length + 64 * messages.size())
            .u8(VERSION)
            .bytes(commitment.encode())
            .hash32(accumulatorBefore)
            .hash32(stateRoot)
            .u32(inputs.length)
            .bytes(inputs)
            .u16(messages.size());
    for (QueuedMessage queued : messages) {
      byte[] payload = queued.message().payload();
      out.u8(queued.message().kind())
          .u64(queued.time())
          .u64(queued.witnessWeight())
          .u64(queued.gasWeight())
          .u16(payload.length)
          .bytes(payload);
    }
    return out.toBytes();
  }

  /** Decodes exactly one record; total. */
  public static DecodeResult<BlockRecord> decode(byte[] bytes, int committeeSizeLog2) {
    ByteReader in = new ByteReader(bytes);
    if (in.u8() != VERSION) {
      in.fail(Malformation.UNKNOWN_VARIANT);
    }
    BlockCommitment commitment =
        new BlockCommitment(in.u64(), in.u64(), in.u64(), in.hash32(), in.u16(), in.hash32());
    Hash32 accumulatorBefore = in.hash32();
    Hash32 stateRoot = in.hash32();
    long blockBytes = in.u32();
    if (blockBytes > in.remaining()) {
      in.fail(Malformation.TRUNCATED);
      return in.malformed();
    }
    byte[] inputs = in.bytes((int) blockBytes).toArrayUnsafe();
    List<QueuedMessage> messages = new ArrayList<>();
    int count = in.u16();
    for (int i = 0; i < count && !in.hasFailed(); i++) {
      int kind = in.u8();
      long time = in.u64();
      long witnessWeight = in.u64();
      long gasWeight = in.u64();
      byte[] payload = in.bytes(in.u16()).toArrayUnsafe();
      switch (InboxMessage.decode(kind, payload)) {
        case Decoded<InboxMessage> message ->
            messages.add(new QueuedMessage(message.value(), time, witnessWeight, gasWeight));
        case Malformed<InboxMessage> malformed -> in.fail(malformed.reason());
      }
    }
    return switch (Block.decode(inputs, committeeSizeLog2)) {
      case Decoded<Block> block ->
          in.finish(
              _ ->
                  new BlockRecord(
                      commitment, accumulatorBefore, stateRoot, block.value(), messages));
      case Malformed<Block> malformed -> {
        in.fail(malformed.reason());
        yield in.malformed();
      }
    };
  }
}
