package dev.sluice.systemtests.vectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A standard wallet library (ethers) gets the digests and signers of our typed data. */
class WalletLibraryTest {
  private static final Path VECTORS = Path.of("../primitives/vectors/typed-data.json");
  private static final Path SCRIPT = Path.of("../bridge-contracts/bin/check-typed-data.mjs");

  /** Node starts in well under a second; a minute means that it hangs. */
  private static final long TIMEOUT_SECONDS = 60;

  private record Answer(int exitCode, String output) {}

  @Test
  void digestsAndSigners_areThoseOfEthers_forEveryType(@TempDir Path directory) throws Exception {
    Answer answer = check(VECTORS, directory);
    assertEquals(0, answer.exitCode(), answer.output());
    assertTrue(answer.output().contains("13 statements, 0 differences"), answer.output());
  }

  @Test
  void check_fails_whenOneFieldOfOneMessageIsAnother(@TempDir Path directory) throws Exception {
    String vectors = Files.readString(VECTORS);
    String changed = vectors.replaceFirst("\"nonce\" : \"44\"", "\"nonce\" : \"45\"");
    assertNotEquals(vectors, changed);
    Path file = Files.writeString(directory.resolve("changed.json"), changed);
    Answer answer = check(file, directory);
    assertEquals(1, answer.exitCode(), answer.output());
    assertTrue(answer.output().contains("Transfer digest"), answer.output());
  }

  private static Answer check(Path vectors, Path directory)
      throws IOException, InterruptedException {
    // A file instead of a pipe, so that waiting with a limit needs no second thread.
    Path output = directory.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                "node",
                SCRIPT.toAbsolutePath().normalize().toString(),
                vectors.toAbsolutePath().normalize().toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("node has not answered in " + TIMEOUT_SECONDS + " s");
    }
    return new Answer(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
  }
}
