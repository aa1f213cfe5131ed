package dev.sluice.client.demo;

import dev.sluice.primitives.batch.BatchData;
import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.codec.DecodeResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who pays for the posted batches: every byte of their calldata belongs to one kind of transaction
 * or to the framing (ABI words, roots, lengths, block heads). A post's gas is shared in proportion
 * to these bytes, because calldata is what grows with traffic; what rounding leaves goes to the
 * framing. So the columns add up to what L1 saw, to the byte and to the gas.
 */
final class CalldataBill {
  /** The row of bytes that are no transaction's. */
  static final String FRAMING = "batch framing";

  /**
   * One row.
   *
   * @param count transactions of the kind, or posts for the framing
   * @param bytes of calldata
   * @param gas its share
   */
  record Line(String kind, long count, long bytes, long gas) {
    private Line plus(long moreCount, long moreBytes, long moreGas) {
      return new Line(kind, count + moreCount, bytes + moreBytes, gas + moreGas);
    }
  }

  private final int committeeSizeLog2;
  private final Map<String, Line> lines = new TreeMap<>();
  private final List<Block> blocks = new ArrayList<>();
  private long calldataBytes;
  private long gasUsed;

  CalldataBill(int committeeSizeLog2) {
    this.committeeSizeLog2 = committeeSizeLog2;
  }

  /**
   * Adds a post.
   *
   * @param calldataLength of the whole L1 transaction
   * @param data the chunks within it
   * @throws IllegalArgumentException if the data cannot be decoded: the batcher posted what the
   *     protocol calls malformed
   */
  void add(int calldataLength, byte[] data, long gas) {
    Map<String, long[]> perKind = new TreeMap<>();
    long transactionBytes = 0;
    for (Chunk chunk : decoded(BatchData.decode(data)).chunks()) {
      for (Block block : decoded(chunk.blocks(committeeSizeLog2))) {
        blocks.add(block);
        for (EncodedTransaction transaction : block.transactions()) {
          String kind = name(transaction);
          long[] sum = perKind.computeIfAbsent(kind, name -> new long[2]);
          sum[0]++;
          sum[1] += transaction.posted().size();
          transactionBytes += transaction.posted().size();
        }
      }
    }
    long rest = gas;
    for (Map.Entry<String, long[]> entry : perKind.entrySet()) {
      long[] sum = entry.getValue();
      long share = Math.multiplyExact(gas, sum[1]) / calldataLength;
      rest -= share;
      line(entry.getKey(), sum[0], sum[1], share);
    }
    line(FRAMING, 1, calldataLength - transactionBytes, rest);
    calldataBytes += calldataLength;
    gasUsed += gas;
  }

  private void line(String kind, long count, long bytes, long gas) {
    lines.merge(
        kind, new Line(kind, count, bytes, gas), (before, _) -> before.plus(count, bytes, gas));
  }

  /** The rows, by name. */
  List<Line> lines() {
    return List.copyOf(lines.values());
  }

  /** Every posted block, in order. */
  List<Block> blocks() {
    return List.copyOf(blocks);
  }

  /** All calldata, in bytes. */
  long calldataBytes() {
    return calldataBytes;
  }

  /** All gas. */
  long gasUsed() {
    return gasUsed;
  }

  private static String name(EncodedTransaction transaction) {
    return transaction.transaction().kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static <T> T decoded(DecodeResult<T> result) {
    return switch (result) {
      case DecodeResult.Decoded<T>(T value) -> value;
      case DecodeResult.Malformed<T> malformed ->
          throw new IllegalArgumentException("posted data is malformed: " + malformed.reason());
    };
  }
}
