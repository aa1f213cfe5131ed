package dev.sluice.client.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.console.TextTable;
import dev.sluice.client.demo.model.Check;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** What the demo says in the end. */
record DemoReport(
    List<Scoreboard.Row> rows,
    List<Check> failures,
    List<L1Bill.Line> transactions,
    CalldataBill batches,
    double seconds) {
  /** How many failed checks people are shown; all of them are in the JSON form. */
  private static final int FAILURES_SHOWN_MAX = 20;

  /** Whether every check passed. */
  boolean passed() {
    return failures.isEmpty();
  }

  /** For people. */
  void print(PrintStream out) {
    out.println();
    TextTable scenes =
        new TextTable(List.of("scene", "what happened", "what was checked", ">checks", "result"));
    for (Scoreboard.Row row : rows) {
      scenes.row(
          row.scene(),
          row.happened(),
          row.checked(),
          number(row.passed() + row.failed()),
          row.failed() == 0 ? "ok" : row.failed() + " FAILED");
    }
    scenes.lines().forEach(out::println);
    out.println();
    TextTable posted =
        new TextTable(
            List.of("posted in batches", ">count", ">bytes", ">bytes each", ">gas", ">gas each"));
    for (CalldataBill.Line line : batches.lines()) {
      posted.row(
          line.kind(),
          number(line.count()),
          number(line.bytes()),
          each(line.bytes(), line.count()),
          number(line.gas()),
          each(line.gas(), line.count()));
    }
    posted.row(
        "all batches", "", number(batches.calldataBytes()), "", number(batches.gasUsed()), "");
    posted.lines().forEach(out::println);
    out.println(
        "Bytes are calldata; a batch's gas is shared among the kinds in proportion to them.");
    out.println();
    TextTable direct =
        new TextTable(List.of("sent to L1 directly", ">count", ">bytes each", ">gas", ">gas each"));
    for (L1Bill.Line line : transactions) {
      direct.row(
          line.kind(),
          number(line.count()),
          each(line.bytes(), line.count()),
          number(line.gas()),
          each(line.gas(), line.count()));
    }
    direct.lines().forEach(out::println);
    out.println();
    failures.stream().limit(FAILURES_SHOWN_MAX).forEach(check -> out.println("FAILED  " + check));
    if (failures.size() > FAILURES_SHOWN_MAX) {
      out.println(
          "FAILED  and " + (failures.size() - FAILURES_SHOWN_MAX) + " more; --json shows all");
    }
    int checks = rows.stream().mapToInt(row -> row.passed() + row.failed()).sum();
    out.println(
        passed()
            ? "All " + number(checks) + " checks passed in " + number(Math.round(seconds)) + " s."
            : failures.size() + " of " + number(checks) + " checks FAILED.");
    out.flush();
  }

  /** One JSON object. */
  String toJson() {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode report = mapper.createObjectNode();
    report.put("passed", passed());
    report.put("seconds", seconds);
    ArrayNode scenes = report.putArray("scenes");
    for (Scoreboard.Row row : rows) {
      ObjectNode scene = scenes.addObject();
      scene.put("scene", row.scene());
      scene.put("happened", row.happened());
      scene.put("checked", row.checked());
      scene.put("passed", row.passed());
      scene.put("failed", row.failed());
    }
    ArrayNode failed = report.putArray("failures");
    for (Check check : failures) {
      ObjectNode failure = failed.addObject();
      failure.put("subject", check.subject());
      failure.put("expected", check.expected());
      failure.put("actual", check.actual());
    }
    ArrayNode posted = report.putArray("postedInBatches");
    for (CalldataBill.Line line : batches.lines()) {
      ObjectNode kind = posted.addObject();
      kind.put("kind", line.kind());
      kind.put("count", line.count());
      kind.put("bytes", line.bytes());
      kind.put("gas", line.gas());
    }
    ArrayNode direct = report.putArray("sentToL1");
    for (L1Bill.Line line : transactions) {
      ObjectNode kind = direct.addObject();
      kind.put("kind", line.kind());
      kind.put("count", line.count());
      kind.put("bytes", line.bytes());
      kind.put("gas", line.gas());
    }
    try {
      return mapper.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values is always writable", e);
    }
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String each(long sum, long count) {
    return String.format(Locale.ROOT, "%,.1f", (double) sum / count);
  }
}
