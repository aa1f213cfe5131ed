package dev.sluice.systemtests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.client.bench.BenchCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * {@code ./sluice bench} measures what it says and writes it down. How fast this machine is, is not
 * asserted: it does other things meanwhile.
 */
final class SpeedFromTheStartTest {
  private static final double ROUNDING = 1e-9;

  @Test
  void bench_writesTheRatioAndEveryPartOfIt() throws Exception {
    Path directory =
        Files.createTempDirectory(
            Files.createDirectories(Path.of("target").toAbsolutePath()), "bench-");
    int exit =
        new CommandLine(new BenchCommand())
            .execute(
                "--directory", directory.toString(),
                "--port-offset", String.valueOf(DevnetProcess.freePortOffset()),
                "--seconds", "5",
                "--warm-up", "0",
                "--accounts", "40",
                "--input-share", "0.5");
    assertEquals(0, exit, "the bench fails: see its output above");

    JsonNode report = new ObjectMapper().readTree(directory.resolve("report.json").toFile());
    JsonNode figures = report.path("figures");
    double payments = positive(figures, "payments_per_second");
    double secp = positive(figures, "secp_verifications_per_second");
    assertEquals(
        payments / secp, positive(figures, "payments_over_secp_bound"), ROUNDING * payments);
    assertEquals(
        positive(report, "transfers") / positive(report, "seconds"), payments, ROUNDING * payments);
    assertEquals(
        (positive(report, "secpBefore") + positive(report, "secpAfter")) / 2,
        secp,
        ROUNDING * secp);
    assertEquals(2, report.path("secpThreads").asInt());
    assertEquals(
        Runtime.getRuntime().availableProcessors(), report.path("processors").asInt(), "here");
    JsonNode memory = report.path("sequencerMemory");
    assertTrue(memory.size() > 0, report.toString());
    for (JsonNode sample : memory) {
      assertTrue(sample.path("residentBytes").asLong() > 1 << 20, sample.toString());
    }
  }

  private static double positive(JsonNode object, String field) {
    JsonNode value = object.path(field);
    assertTrue(value.isNumber() && value.asDouble() > 0, field + " in " + object);
    return value.asDouble();
  }
}
