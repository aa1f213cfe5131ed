package dev.sluice.primitives.block;

import dev.sluice.primitives.codec.ByteReader;
import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.codec.DecodeResult;
import dev.sluice.primitives.codec.Malformation;
import dev.sluice.primitives.merkle.DenseTree;
import dev.sluice.primitives.transaction.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;

/**
 * The inputs of a block: {@code txCount u16 (>= 1) | clockDelta u32 | transactions} ({@code
 * docs/protocol.md} §8). Its number, clock and everything else follow from the state before it.
 *
 * @param clockDelta seconds since the block before, a {@code u32}
 * @param transactions 1 to 65,535
 */
public record Block(long clockDelta, List<EncodedTransaction> transactions) {
  /** Bytes before the transactions. */
  public static final int OVERHEAD_BYTES = 6;

  /** Most transactions in a block. */
  public static final int TRANSACTIONS_MAX = 0xffff;

  public Block {
    transactions = List.copyOf(transactions);
    if (clockDelta < 0 || clockDelta >= Transaction.U32_LIMIT) {
      throw new IllegalArgumentException("clockDelta " + clockDelta);
    }
    if (transactions.isEmpty() || transactions.size() > TRANSACTIONS_MAX) {
      throw new IllegalArgumentException(transactions.size() + " transactions");
    }
  }

  /** Length of {@link #encode} in bytes. */
  public int encodedBytes() {
    int size = OVERHEAD_BYTES;
    for (EncodedTransaction transaction : transactions) {
      size += transaction.posted().size();
    }
    return size;
  }

  /** The block as it is posted and logged. */
  public byte[] encode() {
    ByteWriter out = new ByteWriter(encodedBytes()).u16(transactions.size()).u32(clockDelta);
    for (EncodedTransaction transaction : transactions) {
      out.bytes(transaction.posted());
    }
    return out.toBytes();
  }

  /** The tree over {@code H(posted bytes)} in the block's order; its root is {@code txRoot}. */
  public DenseTree transactionTree() {
    return DenseTree.of(transactions.stream().map(EncodedTransaction::postedHash).toList());
  }

  /** Decodes exactly one block. */
  public static DecodeResult<Block> decode(byte[] bytes, int committeeSizeLog2) {
    ByteReader in = new ByteReader(bytes);
    Optional<Block> block = read(in, bytes, committeeSizeLog2);
    return block.isEmpty() ? in.malformed() : in.finish(_ -> block.get());
  }

  /**
   * Decodes one or more whole blocks, nothing else: the payload of a chunk, whatever its length and
   * weight.
   */
  public static DecodeResult<List<Block>> decodeAll(byte[] bytes, int committeeSizeLog2) {
    if (bytes.length == 0) {
      return new DecodeResult.Malformed<>(Malformation.EMPTY);
    }
    ByteReader in = new ByteReader(bytes);
    List<Block> blocks = new ArrayList<>();
    while (in.remaining() > 0) {
      Optional<Block> block = read(in, bytes, committeeSizeLog2);
      if (block.isEmpty()) {
        return in.malformed();
      }
      blocks.add(block.get());
    }
    return in.finish(_ -> List.copyOf(blocks));
  }

  private static Optional<Block> read(ByteReader in, byte[] bytes, int committeeSizeLog2) {
    int count = in.u16();
    long clockDelta = in.u32();
    if (count == 0) {
      in.fail(Malformation.COUNT_OUT_OF_RANGE);
    }
    List<EncodedTransaction> transactions = new ArrayList<>();
    for (int i = 0; i < count && !in.hasFailed(); i++) {
      int from = in.position();
      PostedCodec.read(in, committeeSizeLog2)
          .ifPresent(
              transaction ->
                  transactions.add(
                      new EncodedTransaction(
                          transaction, Bytes.wrap(bytes, from, in.position() - from).copy())));
    }
    return in.hasFailed() ? Optional.empty() : Optional.of(new Block(clockDelta, transactions));
  }
}
