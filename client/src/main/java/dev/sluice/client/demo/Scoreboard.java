package dev.sluice.client.demo;

import dev.sluice.client.demo.model.Check;
import java.util.ArrayList;
import java.util.List;

/** The demo's table: what happened, what was checked, and every check that failed. */
final class Scoreboard {
  /**
   * One row.
   *
   * @param checked what the checks compared, in words
   */
  record Row(String scene, String happened, String checked, int passed, int failed) {}

  private final List<Row> rows = new ArrayList<>();
  private final List<Check> failures = new ArrayList<>();

  /** Adds a row. */
  void add(String scene, String happened, String checked, List<Check> checks) {
    List<Check> failed = checks.stream().filter(check -> !check.passed()).toList();
    if (checks.isEmpty()) {
      // A row that checks nothing must not look like one that passed.
      failed = List.of(new Check(scene, "at least one check", "none"));
    }
    rows.add(new Row(scene, happened, checked, checks.size() - failed.size(), failed.size()));
    failures.addAll(failed);
  }

  /** The rows in the order in which they were added. */
  List<Row> rows() {
    return List.copyOf(rows);
  }

  /** Every failed check. */
  List<Check> failures() {
    return List.copyOf(failures);
  }
}
