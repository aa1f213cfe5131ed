package dev.sluice.client.devnet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The list of running children on disk, so that the next devnet can stop those of one that was
 * killed. A line is {@code name pid startMillis}; a process is only ours if both the id and the
 * start time agree, because ids are used again.
 */
final class Leftovers {
  private static final Duration STOP_GRACE = Duration.ofSeconds(20);

  private final Path file;

  Leftovers(Path file) {
    this.file = file;
  }

  /** Adds a child that was just started. */
  void add(ChildProcess child) throws IOException {
    List<String> lines = new ArrayList<>(lines());
    lines.add(child.name() + " " + child.pid() + " " + startMillis(ProcessHandle.of(child.pid())));
    Files.write(file, lines);
  }

  /** Forgets all: they are stopped. */
  void clear() throws IOException {
    Files.deleteIfExists(file);
  }

  /**
   * Stops whatever is left of a devnet that was killed, last started first.
   *
   * @return the names of what was stopped
   */
  List<String> stop() throws IOException, InterruptedException, DevnetException {
    List<String> stopped = new ArrayList<>();
    for (String line : lines().reversed()) {
      String[] words = line.split(" ", -1);
      if (words.length != 3) {
        throw new DevnetException(
            file + " is damaged (" + line + "); delete it, or start over: ./sluice devnet --fresh");
      }
      Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(words[1]));
      if (process.isEmpty() || !startMillis(process).equals(words[2])) {
        continue;
      }
      process.get().destroy();
      try {
        process.get().onExit().get(STOP_GRACE.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException | ExecutionException stubborn) {
        process.get().destroyForcibly();
      }
      stopped.add(words[0] + " (process " + words[1] + ")");
    }
    clear();
    return stopped;
  }

  private static String startMillis(Optional<ProcessHandle> process) {
    return process
        .flatMap(handle -> handle.info().startInstant())
        .map(Instant::toEpochMilli)
        .map(String::valueOf)
        .orElse("unknown");
  }

  private List<String> lines() throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }
}
