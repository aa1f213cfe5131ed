package dev.sluice.client.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.primitives.batch.BatchData;
import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.value.Hash32;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CalldataBillTest {
  private static final int COMMITTEE_SIZE_LOG2 = 9;

  private final CalldataBill bill = new CalldataBill(COMMITTEE_SIZE_LOG2);

  /** One block of a run of two messages (4 bytes posted) and a finalization (2 bytes). */
  private static byte[] data() {
    EncodedTransaction run =
        EncodedTransaction.of(
            new PostedTransaction.L1MessageRun(List.of(1L, 2L)), COMMITTEE_SIZE_LOG2);
    EncodedTransaction close =
        EncodedTransaction.of(new PostedTransaction.ChannelCloseFinalize(5), COMMITTEE_SIZE_LOG2);
    Chunk chunk = Chunk.of(new Hash32(1, 2, 3, 4), List.of(new Block(1, List.of(run, close))));
    return new BatchData(List.of(chunk)).encode();
  }

  @Test
  void bill_addsUpToTheByteAndTheGas_whenKindsAreMixed() {
    int calldata = data().length + 700;
    bill.add(calldata, data(), 50_001);
    bill.add(calldata, data(), 49_999);
    assertEquals(2L * calldata, bill.lines().stream().mapToLong(CalldataBill.Line::bytes).sum());
    assertEquals(100_000, bill.lines().stream().mapToLong(CalldataBill.Line::gas).sum());
    assertEquals(2L * calldata, bill.calldataBytes());
    assertEquals(
        new CalldataBill.Line("channel close", 2, 4, 2 * (50_000L * 2 / calldata)),
        bill.lines().get(1));
    assertEquals("l1 message", bill.lines().getLast().kind());
    assertEquals(8, bill.lines().getLast().bytes());
  }

  @Test
  void bill_throws_whenOneByteIsMissing() {
    byte[] cut = Arrays.copyOf(data(), data().length - 1);
    assertThrows(IllegalArgumentException.class, () -> bill.add(1_000, cut, 1));
  }
}
