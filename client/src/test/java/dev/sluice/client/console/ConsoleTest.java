package dev.sluice.client.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  @Test
  void table_alignsColumns_whenCellsDifferInWidth() {
    TextTable table = new TextTable(List.of("kind", ">gas"));
    table.row("transfer", "7");
    table.row("run", "1,200");
    assertEquals(
        List.of("kind        gas", "--------  -----", "transfer      7", "run       1,200"),
        table.lines());
  }

  @Test
  void table_throws_whenACellIsMissing() {
    TextTable table = new TextTable(List.of("kind", ">gas"));
    assertThrows(IllegalArgumentException.class, () -> table.row("transfer"));
  }

  @Test
  void progress_printsOneLine_whenNotOnATerminal() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Progress progress =
        new Progress(new PrintStream(bytes, true, StandardCharsets.UTF_8), false, "transfers", 4)) {
      progress.step();
      progress.step(2);
    }
    String printed = bytes.toString(StandardCharsets.UTF_8);
    assertEquals(1, printed.lines().count());
    assertTrue(printed.contains("3/4"), printed);
    assertFalse(printed.contains("\r"), printed);
  }
}
