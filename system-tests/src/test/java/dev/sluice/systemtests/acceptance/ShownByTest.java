package dev.sluice.systemtests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.client.demo.DemoCommand;
import dev.sluice.client.sdk.SluiceClient;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.primitives.transaction.TransactionKind;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The demo in small, then everything again from L1 alone. */
final class ShownByTest {
  @Test
  void demo_exitsWithZero_andASecondReaderGetsEveryPostedRootFromL1() throws Exception {
    RealStack stack = RealStack.running();
    int exit =
        new CommandLine(new DemoCommand())
            .execute(
                "--config", stack.files.chainConfig().toString(),
                "--sequencer", stack.target(),
                "--l1", stack.l1Url().toString(),
                "--wallets", "3",
                "--transfers", "100",
                "--withdrawals", "6",
                "--single-claims", "2",
                "--channels", "5",
                "--payments", "300",
                "--providers", "20",
                "--connections", "5",
                "--epochs", "2",
                "--silent", "2",
                "--jobs", "8",
                "--tick-channels", "4",
                "--ticks", "2000",
                "--streams", "4",
                "--quorums", "8");
    assertEquals(0, exit, "the demo fails a check: see its output above");

    try (SluiceClient client = stack.connect();
        L1Client l1 = stack.l1()) {
      long head = client.heads().getUnsafe();
      RealStack.await("all blocks of the demo on L1", () -> client.heads().getSafe() >= head);
      L1Only.Reading reading = L1Only.read(stack.chain(), l1);
      int[] applied = reading.state().applied();
      System.out.println(
          reading.batches().size()
              - 1
              + " batches, "
              + reading.chunks()
              + " chunks, "
              + reading.bytes()
              + " bytes; applied by kind: "
              + Arrays.toString(applied)
              + ", refused: "
              + reading.state().refusals());
      assertTrue(reading.last().blockNumber() >= head);
      for (TransactionKind kind : TransactionKind.values()) {
        assertTrue(applied[kind.number()] > 0, kind + " is nowhere on L1");
      }
    }
  }
}
