package dev.sluice.systemtests.acceptance;

import dev.sluice.client.devnet.DevnetException;
import dev.sluice.client.devnet.DevnetFiles;
import dev.sluice.client.devnet.Ports;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * {@code ./sluice …} as a process of its own, the way a person starts it: nothing is built, and
 * Ctrl-C is the signal that a terminal sends.
 */
final class DevnetProcess implements AutoCloseable {
  /** The last line of a devnet that is up. */
  private static final String UP = "Ctrl-C stops all of it";

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int OFFSET_FIRST = 11_000;
  private static final int OFFSET_STEP = 10;

  private final Process process;
  private final List<String> lines = new ArrayList<>();
  private final Thread reader;

  private DevnetProcess(Process process) {
    this.process = process;
    this.reader = Thread.ofVirtual().start(() -> read(process.getInputStream()));
  }

  /** Starts {@code ./sluice} with these words; both of its outputs are kept. */
  static DevnetProcess start(List<String> words, Map<String, String> environment)
      throws IOException, DevnetException {
    Path repository = DevnetFiles.find().repository();
    List<String> command =
        new ArrayList<>(
            // Whoever runs the tests in the background has them ignore the signal of Ctrl-C.
            List.of(
                "/usr/bin/env", "--default-signal=INT", repository.resolve("sluice").toString()));
    command.addAll(words);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(repository.toFile()).redirectErrorStream(true);
    builder.environment().put("SLUICE_NO_BUILD", "1");
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return new DevnetProcess(process);
  }

  /** A line of words as a person would type them, without what is printed before. */
  static DevnetProcess typed(String line) throws IOException, DevnetException {
    String prefix = "./sluice ";
    if (!line.startsWith(prefix)) {
      throw new AssertionError("not a command: " + line);
    }
    return start(List.of(line.substring(prefix.length()).split(" ", -1)), Map.of());
  }

  /** An offset for {@code --port-offset} whose ports nobody listens on. */
  static int freePortOffset() {
    int offset = OFFSET_FIRST;
    while (offset <= Ports.OFFSET_MAX) {
      try {
        Ports.movedBy(offset).requireFree();
        return offset;
      } catch (DevnetException taken) {
        offset += OFFSET_STEP;
      }
    }
    throw new AssertionError("every port is taken");
  }

  private void read(InputStream in) {
    try (BufferedReader input =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        synchronized (lines) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything that it has printed. */
  List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /** The same as one text. */
  String text() {
    return String.join("\n", lines());
  }

  /** Waits until it says that it is up. */
  DevnetProcess awaitUp() throws InterruptedException {
    RealStack.await(
        "a devnet that is up",
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("the devnet has ended:\n" + text());
          }
          return lines().stream().anyMatch(line -> line.startsWith(UP));
        });
    return this;
  }

  /** Every process that it has started and that lives, its own children first. */
  List<ProcessHandle> descendants() {
    try (Stream<ProcessHandle> all = process.descendants()) {
      return all.toList();
    }
  }

  /** What Ctrl-C sends. */
  void interrupt() throws IOException, InterruptedException {
    int sent = new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
    if (sent != 0) {
      throw new AssertionError("kill -INT exits with " + sent);
    }
  }

  /** Waits for its end; the exit code. */
  int awaitExit() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("it does not end:\n" + text());
    }
    reader.join();
    return process.exitValue();
  }

  /** Kills what a failed test leaves behind. */
  @Override
  public void close() {
    for (ProcessHandle child : descendants()) {
      child.destroyForcibly();
    }
    process.destroyForcibly();
  }
}
