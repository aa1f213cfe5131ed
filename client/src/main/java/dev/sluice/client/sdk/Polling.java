package dev.sluice.client.sdk;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Asking again until an answer is as hoped, within a bound. */
final class Polling {
  private static final long INTERVAL_MILLIS = 250;

  private Polling() {}

  /** The first answer that is as hoped, or the last one when {@code patience} is over. */
  static <T> T until(Supplier<T> question, Predicate<T> hoped, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      T answer = question.get();
      if (hoped.test(answer) || System.nanoTime() >= deadline) {
        return answer;
      }
      try {
        Thread.sleep(INTERVAL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return answer;
      }
    }
  }
}
