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

/**
 * Libraries that share nothing with our code read the golden vectors: a standard wallet library
 * (ethers) gets the digests and signers of our typed data, noble-curves our BLS keys, signatures
 * and aggregates.
 */
class IndependentLibrariesTest {
  private static final Path TYPED_DATA = Path.of("../primitives/vectors/typed-data.json");
  private static final Path BLS = Path.of("../primitives/vectors/bls.json");
  private static final Path CHECK_TYPED_DATA =
      Path.of("../bridge-contracts/bin/check-typed-data.mjs");
  private static final Path CHECK_BLS = Path.of("../bridge-contracts/bin/check-bls.mjs");

  /** Node starts in well under a second; a minute means that it hangs. */
  private static final long TIMEOUT_SECONDS = 60;

  private record Answer(int exitCode, String output) {}

  @Test
  void digestsAndSigners_areThoseOfEthers_forEveryType(@TempDir Path directory) throws Exception {
    Answer answer = check(CHECK_TYPED_DATA, TYPED_DATA, directory);
    assertEquals(0, answer.exitCode(), answer.output());
    assertTrue(answer.output().contains("17 statements, 0 differences"), answer.output());
  }

  @Test
  void typedDataCheck_fails_whenOneFieldOfOneMessageIsAnother(@TempDir Path directory)
      throws Exception {
    Path changed = changed(TYPED_DATA, "\"nonce\" : \"44\"", "\"nonce\" : \"45\"", directory);
    Answer answer = check(CHECK_TYPED_DATA, changed, directory);
    assertEquals(1, answer.exitCode(), answer.output());
    assertTrue(answer.output().contains("Transfer digest"), answer.output());
  }

  @Test
  void blsVectors_holdForNobleCurves(@TempDir Path directory) throws Exception {
    Answer answer = check(CHECK_BLS, BLS, directory);
    assertEquals(0, answer.exitCode(), answer.output());
    assertTrue(answer.output().contains("8 devices, 0 differences"), answer.output());
  }

  @Test
  void blsCheck_fails_whenTheMessageIsAnother(@TempDir Path directory) throws Exception {
    Path changed = changed(BLS, "\"message\" : \"0x", "\"message\" : \"0x00", directory);
    Answer answer = check(CHECK_BLS, changed, directory);
    assertEquals(1, answer.exitCode(), answer.output());
    assertTrue(answer.output().contains("device 0: signature"), answer.output());
  }

  private static Path changed(Path vectors, String from, String to, Path directory)
      throws IOException {
    String text = Files.readString(vectors);
    String changed = text.replaceFirst(from, to);
    assertNotEquals(text, changed);
    return Files.writeString(directory.resolve("changed.json"), changed);
  }

  private static Answer check(Path script, Path vectors, Path directory)
      throws IOException, InterruptedException {
    // A file instead of a pipe, so that waiting with a limit needs no second thread.
    Path output = directory.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                "node",
                script.toAbsolutePath().normalize().toString(),
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
