package dev.sluice.client.demo;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the demo's own L1 transactions cost, by kind. Safe for many threads. */
final class L1Bill {
  /** One row; {@code bytes} is calldata. */
  record Line(String kind, long count, long bytes, long gas) {}

  private final Map<String, Line> lines = new TreeMap<>();

  /** Adds a mined transaction. */
  synchronized void add(String kind, long bytes, long gas) {
    lines.merge(
        kind,
        new Line(kind, 1, bytes, gas),
        (before, _) -> new Line(kind, before.count + 1, before.bytes + bytes, before.gas + gas));
  }

  /** The rows, by name. */
  synchronized List<Line> lines() {
    return List.copyOf(lines.values());
  }
}
