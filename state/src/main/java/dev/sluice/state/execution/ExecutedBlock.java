package dev.sluice.state.execution;

import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.store.BlockWrite;
import java.util.List;

/**
 * A block and everything that follows from it.
 *
 * @param record inputs, commitment and roots, as logged and fed
 * @param encodedRecord its bytes
 * @param receipts of every transaction and inbox message in order
 * @param write what the store takes
 */
public record ExecutedBlock(
    BlockRecord record, byte[] encodedRecord, List<Receipt> receipts, BlockWrite write) {
  public ExecutedBlock {
    receipts = List.copyOf(receipts);
  }

  /** The block's number. */
  public long number() {
    return record.number();
  }

  /** The block accumulator after it. */
  public Hash32 accumulator() {
    return record.accumulator();
  }
}
