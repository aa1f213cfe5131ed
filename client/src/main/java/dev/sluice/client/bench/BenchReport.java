package dev.sluice.client.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What was measured.
 *
 * @param transfers acknowledged in the measured time
 * @param seconds measured
 * @param secpBefore verifications per second on two threads before the load
 * @param secpAfter the same after it
 */
record BenchReport(
    long transfers, double seconds, double secpBefore, double secpAfter, MemorySamples memory) {
  /** Durable acknowledged transfers per second. */
  double paymentsPerSecond() {
    return transfers / seconds;
  }

  /** The mean of both: the speed of shared hardware drifts. */
  double secpPerSecond() {
    return (secpBefore + secpAfter) / 2;
  }

  /** The figure that is held against a bar. */
  double paymentsOverSecpBound() {
    return paymentsPerSecond() / secpPerSecond();
  }

  /** For people. */
  void print(PrintStream out) {
    out.printf(
        Locale.ROOT,
        "durable acknowledged transfers   %,10.0f per second (%,d in %.1f s)%n",
        paymentsPerSecond(),
        transfers,
        seconds);
    out.printf(
        Locale.ROOT,
        "libsecp256k1, two threads        %,10.0f verifications per second (%,.0f before, %,.0f after)%n",
        secpPerSecond(),
        secpBefore,
        secpAfter);
    out.printf(Locale.ROOT, "payments over the secp bound     %10.3f%n", paymentsOverSecpBound());
    memory
        .growth()
        .ifPresent(
            growth ->
                out.printf(
                    Locale.ROOT,
                    "sequencer's memory               %,10d MiB at the end, last third over middle third %.3f%n",
                    memory.all().getLast().residentBytes() >> 20,
                    growth));
    out.flush();
  }

  /** One JSON object. */
  String toJson() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode report = mapper.createObjectNode();
    ObjectNode figures = report.putObject("figures");
    figures.put("payments_per_second", paymentsPerSecond());
    figures.put("secp_verifications_per_second", secpPerSecond());
    figures.put("payments_over_secp_bound", paymentsOverSecpBound());
    memory.growth().ifPresent(growth -> figures.put("memory_last_third_over_middle_third", growth));
    report.put("transfers", transfers);
    report.put("seconds", seconds);
    report.put("secpBefore", secpBefore);
    report.put("secpAfter", secpAfter);
    report.put("secpThreads", VerificationRate.THREADS);
    report.put("processors", Runtime.getRuntime().availableProcessors());
    ArrayNode samples = report.putArray("sequencerMemory");
    for (MemorySamples.Sample sample : memory.all()) {
      samples
          .addObject()
          .put("seconds", sample.seconds())
          .put("residentBytes", sample.residentBytes());
    }
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(report);
  }

  /** Writes the JSON form. */
  void write(Path file) throws IOException {
    Path absolute = file.toAbsolutePath();
    Path directory = absolute.getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    Files.writeString(absolute, toJson() + "\n");
  }
}
