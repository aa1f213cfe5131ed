package dev.sluice.client.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.client.demo.model.Check;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreboardTest {
  private final Scoreboard scoreboard = new Scoreboard();

  private DemoReport report() {
    return new DemoReport(
        scoreboard.rows(), scoreboard.failures(), List.of(), new CalldataBill(9), 1.5);
  }

  private String printed() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    report().print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void report_passes_whenEveryCheckPassed() {
    scoreboard.add("transfers", "2 sent", "balances", List.of(Check.equal("a", 1, 1)));
    assertTrue(report().passed());
    assertTrue(printed().contains("All 1 checks passed"), printed());
  }

  @Test
  void report_fails_andNamesTheCheck_whenOneFailed() {
    scoreboard.add(
        "transfers",
        "2 sent",
        "balances",
        List.of(Check.equal("a", 1, 1), Check.equal("balance of b", 700, 699)));
    assertFalse(report().passed());
    assertTrue(printed().contains("FAILED  balance of b: expected 700, found 699"), printed());
    assertTrue(report().toJson().contains("\"actual\":\"699\""), report().toJson());
  }

  @Test
  void scoreboard_fails_whenARowChecksNothing() {
    scoreboard.add("transfers", "2 sent", "nothing", List.of());
    assertEquals(1, scoreboard.failures().size());
  }
}
