package dev.sluice.client.devnet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
  @TempDir Path directory;

  private ChildProcess shell(String script) throws Exception {
    return ChildProcess.start(
        "child",
        List.of("/bin/sh", "-c", script),
        Map.of("WORD", "quince"),
        directory,
        directory.resolve("logs/child.log"));
  }

  @Test
  void obituary_showsExitCodeAndLastLines_whenTheChildDies() throws Exception {
    ChildProcess child = shell("echo first; echo $WORD; exit 3");
    assertTrue(child.awaitExit(Duration.ofSeconds(20)));
    String obituary = child.obituary(1);
    assertTrue(obituary.contains("exit code 3"), obituary);
    assertTrue(obituary.contains("| quince"), obituary);
    assertFalse(obituary.contains("first"), obituary);
  }

  @Test
  void stop_asksFirst_whenTheChildListens() throws Exception {
    ChildProcess child =
        shell("trap 'echo asked; exit 0' TERM; echo up; while true; do sleep 0.05; done");
    while (!ChildProcess.tail(child.log(), 1).contains("up")) {
      assertTrue(child.isAlive());
      Thread.onSpinWait();
    }
    assertTrue(child.stop());
    assertEquals(List.of("asked"), ChildProcess.tail(child.log(), 1));
  }

  @Test
  void start_throws_whenTheProgramIsMissing() {
    DevnetException refusal =
        assertThrows(
            DevnetException.class,
            () ->
                ChildProcess.start(
                    "child",
                    List.of("/nowhere/program"),
                    Map.of(),
                    directory,
                    directory.resolve("log")));
    assertTrue(String.valueOf(refusal.getMessage()).contains("/nowhere/program"));
  }

  @Test
  void lock_isRefused_whenHeld() throws Exception {
    Path file = directory.resolve("devnet.lock");
    assertFalse(DevnetLock.isHeld(file));
    DevnetLock held = DevnetLock.take(file);
    try (held) {
      assertTrue(DevnetLock.isHeld(file));
      DevnetException refusal =
          assertThrows(DevnetException.class, () -> DevnetLock.take(file).close());
      assertTrue(
          String.valueOf(refusal.getMessage())
              .contains(Long.toString(ProcessHandle.current().pid())));
    }
    assertFalse(DevnetLock.isHeld(file));
    Files.writeString(file, "999999\n"); // left by a process that was killed
    DevnetLock.take(file).close();
  }
}
