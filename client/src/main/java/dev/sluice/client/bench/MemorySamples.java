package dev.sluice.client.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The resident size of one process over time, read from {@code /proc}; no samples where there is no
 * such file system.
 */
final class MemorySamples {
  /** One reading. */
  record Sample(double seconds, long residentBytes) {}

  private final Path status;
  private final List<Sample> samples = new ArrayList<>();

  MemorySamples(long pid) {
    status = Path.of("/proc/" + pid + "/status");
  }

  /** Reads now; {@code seconds} is the time since the measurement began. */
  void take(double seconds) throws IOException {
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmRSS:")) {
          long kibibytes = Long.parseLong(line.replaceAll("[^0-9]", ""));
          samples.add(new Sample(seconds, kibibytes * 1024));
        }
      }
    } catch (NoSuchFileException notLinux) {
      return;
    }
  }

  /** All readings, oldest first. */
  List<Sample> all() {
    return List.copyOf(samples);
  }

  /**
   * The mean of the last third over the mean of the middle third: about 1 if memory is flat. Empty
   * with fewer than 9 readings.
   */
  OptionalDouble growth() {
    int third = samples.size() / 3;
    if (third < 3) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        mean(samples.subList(2 * third, samples.size())) / mean(samples.subList(third, 2 * third)));
  }

  private static double mean(List<Sample> part) {
    return part.stream().mapToLong(Sample::residentBytes).average().orElseThrow();
  }
}
