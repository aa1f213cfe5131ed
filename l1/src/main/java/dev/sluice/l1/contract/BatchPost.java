package dev.sluice.l1.contract;

import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.value.Hash32;
import java.util.Arrays;

/**
 * The arguments of {@code Rollup.post} ({@code docs/protocol.md} §10).
 *
 * @param previous the header of the head batch
 * @param blockNumber of the last block
 * @param blockAccumulator after the last block
 * @param clock L2 clock after the last block, seconds
 * @param inboxPosition messages consumed up to the end
 * @param inboxAccumulator what the poster expects there
 * @param nextMessage the first unconsumed message, or {@link #NOTHING_NEXT}
 * @param chunks {@code n × (postRoot x32 | length u16 | payload)}
 */
public record BatchPost(
    BatchHeader previous,
    long blockNumber,
    Hash32 blockAccumulator,
    long clock,
    long inboxPosition,
    Hash32 inboxAccumulator,
    InboxLink nextMessage,
    byte[] chunks) {
  /** What a post passes when it consumed everything that the Inbox holds. */
  public static final InboxLink NOTHING_NEXT = new InboxLink(Hash32.ZERO, 0, 0, 0);

  /** Calldata of the post: selector and arguments. */
  public byte[] calldata() {
    return AbiEncoding.call(
        "post",
        AbiEncoding.header(previous),
        AbiEncoding.u64(blockNumber),
        AbiEncoding.hash(blockAccumulator),
        AbiEncoding.u64(clock),
        AbiEncoding.u64(inboxPosition),
        AbiEncoding.hash(inboxAccumulator),
        AbiEncoding.link(nextMessage),
        AbiEncoding.bytes(chunks));
  }

  /**
   * Reads the calldata of a post, as it stands in the L1 transaction.
   *
   * @throws IllegalArgumentException if it is not a well-formed call of {@code post}
   */
  public static BatchPost read(byte[] calldata) {
    if (calldata.length < 4 || !Arrays.equals(calldata, 0, 4, SELECTOR, 0, 4)) {
      throw new IllegalArgumentException("not a call of Rollup.post");
    }
    AbiWords words = new AbiWords(Arrays.copyOfRange(calldata, 4, calldata.length));
    return new BatchPost(
        words.header(),
        words.u64(),
        words.hash(),
        words.u64(),
        words.u64(),
        words.hash(),
        words.link(),
        words.dynamicBytes());
  }

  private static final byte[] SELECTOR =
      AbiEncoding.eventTopic(
              "post("
                  + AbiEncoding.HEADER_TYPE
                  + ",uint64,bytes32,uint64,uint64,bytes32,"
                  + AbiEncoding.LINK_TYPE
                  + ",bytes)")
          .toBytes();
}
