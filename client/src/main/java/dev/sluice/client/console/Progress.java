package dev.sluice.client.console;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One progress bar: a title, a total and a count that any thread may advance. On a terminal the
 * line is redrawn at most ten times a second; elsewhere only the end is printed. Close it when the
 * work is over, finished or not.
 */
public final class Progress implements AutoCloseable {
  private static final int BAR_WIDTH = 30;
  private static final long REDRAW_NANOS = 100_000_000L;

  private final PrintStream out;
  private final boolean terminal;
  private final String title;
  private final long total;
  private final long startedNanos = System.nanoTime();
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong drawnNanos;

  /**
   * Starts a bar.
   *
   * @param terminal whether {@code out} is a terminal that understands carriage return
   * @param total the count at which the work is complete, at least 1
   */
  public Progress(PrintStream out, boolean terminal, String title, long total) {
    if (total < 1) {
      throw new IllegalArgumentException("total " + total);
    }
    this.out = out;
    this.terminal = terminal;
    this.title = title;
    this.total = total;
    this.drawnNanos = new AtomicLong(startedNanos - REDRAW_NANOS);
    redraw();
  }

  /** Whether this process talks to a person at a terminal. */
  public static boolean isTerminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  /** Counts one more piece of work as done. */
  public void step() {
    step(1);
  }

  /** Counts {@code pieces} more as done. */
  public void step(long pieces) {
    done.addAndGet(pieces);
    redraw();
  }

  /** How much is done. */
  public long done() {
    return done.get();
  }

  private void redraw() {
    if (!terminal) {
      return;
    }
    long now = System.nanoTime();
    long drawn = drawnNanos.get();
    if (now - drawn >= REDRAW_NANOS && drawnNanos.compareAndSet(drawn, now)) {
      out.print("\r" + line(now));
      out.flush();
    }
  }

  private String line(long now) {
    long count = Math.min(done.get(), total);
    int filled = (int) (count * BAR_WIDTH / total);
    return String.format(
        Locale.ROOT,
        "%-38s [%s%s] %,d/%,d  %.1f s",
        title,
        "#".repeat(filled),
        ".".repeat(BAR_WIDTH - filled),
        count,
        total,
        (now - startedNanos) / 1e9);
  }

  @Override
  public void close() {
    out.println((terminal ? "\r" : "") + line(System.nanoTime()));
    out.flush();
  }
}
