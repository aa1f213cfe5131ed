package dev.sluice.client.devnet;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One process that we started, with all its output appended to a log file. Its owner stops it:
 * first with the signal that asks, after a grace with the one that does not.
 */
public final class ChildProcess {
  /**
   * How long a child may take to stop by itself: a sequencer finishes its block, an L1 node writes
   * its state.
   */
  public static final Duration STOP_GRACE = Duration.ofSeconds(20);

  private static final long TAIL_BYTES_MAX = 64 * 1024;

  private final String name;
  private final Process process;
  private final Path log;

  private ChildProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a child.
   *
   * @param name what messages call it
   * @param environment added to this process's own
   * @param log appended to; its directory is made if it is missing
   * @throws DevnetException if the program cannot be started
   */
  public static ChildProcess start(
      String name, List<String> command, Map<String, String> environment, Path directory, Path log)
      throws DevnetException, IOException {
    Files.createDirectories(log.toAbsolutePath().getParent());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return new ChildProcess(name, process, log);
    } catch (IOException e) {
      throw new DevnetException(
          name + " cannot be started (" + e.getMessage() + "): " + String.join(" ", command), e);
    }
  }

  /** What messages call it. */
  public String name() {
    return name;
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Where its output goes. */
  public Path log() {
    return log;
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Says why it is dead: the exit code and the last lines of its log.
   *
   * @throws IllegalStateException if it runs
   */
  public String obituary(int lines) throws IOException {
    if (process.isAlive()) {
      throw new IllegalStateException(name + " is alive");
    }
    return name
        + " has stopped with exit code "
        + process.exitValue()
        + "; the end of "
        + log
        + ":\n  | "
        + String.join("\n  | ", tail(log, lines));
  }

  /**
   * The last {@code lines} lines of a file, at most 64 KiB of it; empty if there is no such file.
   */
  static List<String> tail(Path file, int lines) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    try (RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r")) {
      long start = Math.max(0, reader.length() - TAIL_BYTES_MAX);
      byte[] bytes = new byte[(int) (reader.length() - start)];
      reader.seek(start);
      reader.readFully(bytes);
      List<String> all = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      return all.subList(Math.max(0, all.size() - lines), all.size());
    }
  }

  /**
   * Stops it and waits until it is gone.
   *
   * @return whether it went by itself within {@link #STOP_GRACE}; false: it was killed
   */
  public boolean stop() throws InterruptedException {
    process.destroy();
    if (process.waitFor(STOP_GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
      return true;
    }
    process.destroyForcibly();
    process.waitFor();
    return false;
  }

  /** Waits until it ends or the time is over; says whether it ended. */
  public boolean awaitExit(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
  }
}
