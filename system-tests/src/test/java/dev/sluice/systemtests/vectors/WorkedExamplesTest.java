package dev.sluice.systemtests.vectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The hexadecimal examples of {@code docs/protocol.md §12} are golden vectors, byte for byte. */
class WorkedExamplesTest {
  private static final Path PROTOCOL = Path.of("../docs/protocol.md");
  private static final Path VECTORS = Path.of("../primitives/vectors");
  private static final Pattern EXAMPLE = Pattern.compile("`(0x[0-9a-f]+)`");

  @Test
  void examples_areGoldenVectors_everyOne() throws IOException {
    List<String> examples = examples(Files.readString(PROTOCOL));
    assertTrue(examples.size() >= 20, examples.size() + " examples");
    assertEquals(List.of(), missing(examples, vectors()));
  }

  @Test
  void example_isMissed_whenOneDigitIsAnother() throws IOException {
    String first = examples(Files.readString(PROTOCOL)).getFirst();
    String changed = first.substring(0, first.length() - 1) + (first.endsWith("0") ? "1" : "0");
    assertEquals(List.of(changed), missing(List.of(changed), vectors()));
  }

  private static List<String> examples(String protocol) {
    String section = protocol.substring(protocol.indexOf("## 12. Worked examples"));
    return EXAMPLE.matcher(section).results().map(match -> match.group(1)).toList();
  }

  private static List<String> missing(List<String> examples, String vectors) {
    List<String> missing = new ArrayList<>();
    for (String example : examples) {
      if (!vectors.contains('"' + example + '"')) {
        missing.add(example);
      }
    }
    return missing;
  }

  private static String vectors() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(VECTORS)) {
      for (Path file : files.sorted().toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }
}
