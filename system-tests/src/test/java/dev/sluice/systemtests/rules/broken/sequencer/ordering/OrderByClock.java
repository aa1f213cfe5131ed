package dev.sluice.systemtests.rules.broken.sequencer.ordering;

import java.time.Instant;

/** Breaks: no clock where the order of transactions is decided. */
final class OrderByClock {
  private OrderByClock() {}

  static Instant deadline() {
    return Instant.now();
  }
}
