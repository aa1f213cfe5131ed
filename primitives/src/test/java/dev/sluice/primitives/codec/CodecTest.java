package dev.sluice.primitives.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.primitives.batch.BatchData;
import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.BlockCommitment;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedCodec;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.codec.DecodeResult.Decoded;
import dev.sluice.primitives.codec.DecodeResult.Malformed;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction.ChannelCloseFinalize;
import dev.sluice.primitives.transaction.Transaction.ChannelCloseStart;
import dev.sluice.primitives.transaction.Transaction.ChannelOpen;
import dev.sluice.primitives.transaction.Transaction.JobExpiry;
import dev.sluice.primitives.transaction.Transaction.JobOpen;
import dev.sluice.primitives.transaction.Transaction.JobResult;
import dev.sluice.primitives.transaction.Transaction.JobReveal;
import dev.sluice.primitives.transaction.Transaction.JobVerdict;
import dev.sluice.primitives.transaction.Transaction.ProviderRegister;
import dev.sluice.primitives.transaction.Transaction.ProviderUpdate;
import dev.sluice.primitives.transaction.Transaction.TickClaim;
import dev.sluice.primitives.transaction.Transaction.TimeClaim;
import dev.sluice.primitives.transaction.Transaction.Transfer;
import dev.sluice.primitives.transaction.Transaction.VoucherClaim;
import dev.sluice.primitives.transaction.Transaction.Withdraw;
import dev.sluice.primitives.value.Uint128;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;

class CodecTest {
  @Test
  void wireForm_decodesToWhatWasEncoded_andNothingShorterOrLongerDecodes() {
    SeededGenerator.forAll(
        2_000,
        generator -> {
          SignedTransaction signed = generator.signedTransaction();
          byte[] wire = WireCodec.encode(signed);
          assertEquals(new Decoded<>(signed), WireCodec.decode(wire));
          byte[] shorter = Arrays.copyOf(wire, generator.below(wire.length));
          assertInstanceOf(Malformed.class, WireCodec.decode(shorter));
          byte[] longer = Arrays.copyOf(wire, wire.length + 1 + generator.below(3));
          assertInstanceOf(Malformed.class, WireCodec.decode(longer));
        });
  }

  /** The table of docs/protocol.md §4. */
  @Test
  void wireForm_hasTheLengthOfItsKind() {
    SeededGenerator.forAll(
        500,
        generator -> {
          SignedTransaction signed = generator.signedTransaction();
          int expected =
              switch (signed.transaction()) {
                case Transfer _, Withdraw _ -> 130;
                case ChannelOpen _ -> 183;
                case TimeClaim _, ChannelCloseFinalize _, JobExpiry _ -> 34;
                case VoucherClaim _ -> 114;
                case TickClaim _ -> 76;
                case ChannelCloseStart _ -> 126;
                case ProviderRegister _ -> 436;
                case ProviderUpdate _ -> 202;
                case JobOpen job -> 191 + 32 * job.providers().size();
                case JobResult _ -> 159;
                case JobReveal _ -> 191;
                case JobVerdict _ -> 112;
              };
          assertEquals(expected, WireCodec.encode(signed).length, signed.toString());
          assertTrue(expected <= WireCodec.BYTES_MAX);
        });
  }

  @Test
  void postedForm_decodesToWhatWasEncoded_andNothingShorterOrLongerDecodes() {
    SeededGenerator.forAll(
        2_000,
        generator -> {
          int log2 = generator.between(3, 10);
          PostedTransaction transaction = generator.postedTransaction(log2);
          byte[] posted = PostedCodec.encode(transaction, log2);
          assertEquals(new Decoded<>(transaction), PostedCodec.decode(posted, log2));
          byte[] shorter = Arrays.copyOf(posted, generator.below(posted.length));
          assertInstanceOf(Malformed.class, PostedCodec.decode(shorter, log2));
          byte[] longer = Arrays.copyOf(posted, posted.length + 1);
          assertInstanceOf(Malformed.class, PostedCodec.decode(longer, log2));
        });
  }

  @Test
  void blocksAndBatches_decodeToWhatWasEncoded() {
    SeededGenerator.forAll(
        300,
        generator -> {
          int log2 = generator.between(3, 10);
          Block block = generator.block(log2);
          byte[] encoded = block.encode();
          assertEquals(block.encodedBytes(), encoded.length);
          assertEquals(new Decoded<>(block), Block.decode(encoded, log2));
          Block second = generator.block(log2);
          byte[] both = Arrays.copyOf(encoded, encoded.length + second.encodedBytes());
          System.arraycopy(second.encode(), 0, both, encoded.length, second.encodedBytes());
          assertEquals(new Decoded<>(List.of(block, second)), Block.decodeAll(both, log2));

          List<Chunk> chunks = new ArrayList<>();
          for (int i = generator.between(1, 5); i > 0; i--) {
            chunks.add(
                new Chunk(generator.hash32(), Bytes.wrap(generator.bytes(generator.below(99)))));
          }
          BatchData data = new BatchData(chunks);
          assertEquals(new Decoded<>(data), BatchData.decode(data.encode()));
          BlockCommitment commitment =
              new BlockCommitment(
                  generator.uint(64),
                  generator.uint(64),
                  generator.uint(64),
                  generator.hash32(),
                  (int) generator.uint(16),
                  generator.hash32());
          assertEquals(new Decoded<>(commitment), BlockCommitment.decode(commitment.encode()));
        });
  }

  /**
   * A decoder of exact bytes that accepts must give the same bytes back; of lenient ones, the same
   * value.
   */
  @Test
  void decoders_neverThrow_onRandomOrChangedBytes() {
    SeededGenerator.forAll(
        4_000,
        generator -> {
          int log2 = generator.between(3, 10);
          byte[] bytes =
              switch (generator.below(4)) {
                case 0 -> generator.bytes(generator.below(600));
                case 1 -> WireCodec.encode(generator.signedTransaction());
                case 2 -> PostedCodec.encode(generator.postedTransaction(log2), log2);
                default -> generator.block(log2).encode();
              };
          for (int i = generator.below(4); i > 0 && bytes.length > 0; i--) {
            bytes[generator.below(Math.min(bytes.length, 120))] = (byte) generator.uint(8);
          }
          if (WireCodec.decode(bytes) instanceof Decoded<SignedTransaction>(var signed)) {
            assertArrayEquals(bytes, WireCodec.encode(signed));
          }
          if (PostedCodec.decode(bytes, log2) instanceof Decoded<PostedTransaction>(var posted)) {
            byte[] shortest = PostedCodec.encode(posted, log2);
            assertEquals(new Decoded<>(posted), PostedCodec.decode(shortest, log2));
          }
          if (Block.decode(bytes, log2) instanceof Decoded<Block>(var block)) {
            assertArrayEquals(bytes, block.encode());
          }
          if (BatchData.decode(bytes) instanceof Decoded<BatchData>(var data)) {
            assertArrayEquals(bytes, data.encode());
          }
          if (BlockCommitment.decode(bytes) instanceof Decoded<BlockCommitment>(var commitment)) {
            assertArrayEquals(bytes, commitment.encode());
          }
          int kind = generator.below(6);
          if (InboxMessage.decode(kind, bytes) instanceof Decoded<InboxMessage>(var message)) {
            assertArrayEquals(bytes, message.payload());
            assertEquals(kind, message.kind());
          }
          long key = generator.coin() ? generator.uint(40) : (long) generator.below(10) << 32;
          if (Leaf.decode(key, bytes, log2) instanceof Decoded<Leaf>(var leaf)) {
            assertArrayEquals(bytes, leaf.encode());
          }
        });
  }

  @Test
  void leaves_decodeToTheirBytes_atExactlyTheirLength() {
    SeededGenerator.forAll(
        200,
        generator -> {
          int log2 = generator.between(3, 10);
          for (LeafType type : LeafType.values()) {
            long index = type == LeafType.META ? generator.below(3) : generator.uint(32);
            long key = type.key(index);
            int length = Leaf.preimageBytes(key, log2);
            assertEquals(leafBytes(key, log2), length);
            byte[] preimage = generator.bytes(length);
            Leaf leaf = Leaf.decode(key, preimage, log2).orElseThrow();
            assertEquals(type, leaf.type());
            assertArrayEquals(preimage, leaf.encode());
            byte[] longer = Arrays.copyOf(preimage, length + 1);
            byte[] shorter = Arrays.copyOf(preimage, length - 1);
            assertInstanceOf(Malformed.class, Leaf.decode(key, longer, log2));
            assertInstanceOf(Malformed.class, Leaf.decode(key, shorter, log2));
          }
          assertEquals(-1, Leaf.preimageBytes(3, log2));
          assertEquals(-1, Leaf.preimageBytes(9L << 32, log2));
        });
  }

  /** The table of docs/protocol.md §3. */
  private static int leafBytes(long key, int log2) {
    return switch ((int) (key >>> 32)) {
      case 0 -> new int[] {128, 68, 108}[(int) key];
      case 1 -> 96;
      case 2 -> 37;
      case 3 -> 135;
      case 4 -> 116;
      case 5 -> 134;
      case 6 -> 20 + 8 * (1 << log2);
      case 7 -> 115;
      case 8 -> 211;
      default -> -1;
    };
  }

  @Test
  void numbers_readBackFromTheirShortestForm_andFromLongerOnes() {
    SeededGenerator.forAll(
        3_000,
        generator -> {
          long value = generator.uint(61);
          byte[] shortest = new ByteWriter(8).varint(value).toBytes();
          int bits = 64 - Long.numberOfLeadingZeros(value);
          assertEquals(Math.max(1, (bits + 3 + 7) / 8), shortest.length);
          assertEquals(value, new ByteReader(shortest).varint());
          byte[] longest = new ByteWriter(8).u64(7L << 61 | value).toBytes();
          assertEquals(value, new ByteReader(longest).varint());

          Uint128 amount = generator.amount();
          byte[] encoded = new ByteWriter(17).amount(amount).toBytes();
          assertEquals(amount, new ByteReader(encoded).amount());
          byte[] raw = new ByteWriter(17).u8(255).u128(amount).toBytes();
          assertEquals(amount, new ByteReader(raw).amount());
        });
  }

  @Test
  void block_keepsTheBytesThatWerePosted_whenANumberIsNotInItsShortestForm() {
    // JobExpiry of job 5 as a two-byte varint.
    byte[] posted = {(byte) 0xc2, 0x20, 0x05};
    byte[] bytes = new ByteWriter(16).u16(1).u32(0).bytes(posted).toBytes();
    Block block = Block.decode(bytes, 9).orElseThrow();
    EncodedTransaction transaction = block.transactions().getFirst();
    assertEquals(Bytes.wrap(posted), transaction.posted());
    assertArrayEquals(bytes, block.encode());
    assertEquals(2, PostedCodec.encode(transaction.transaction(), 9).length);
  }
}
