package dev.sluice.client.demo.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The model is only a second opinion as long as it shares no code with the first one. */
class ModelImportsTest {
  @Test
  void model_importsNothingOfSluice_inAnyFile() throws IOException {
    Path sources = Path.of("src/main/java/dev/sluice/client/demo/model");
    try (Stream<Path> files = Files.list(sources)) {
      List<Path> all = files.toList();
      assertTrue(all.size() > 5, "too few files in " + sources.toAbsolutePath());
      for (Path file : all) {
        List<String> foreign =
            Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("import "))
                .filter(line -> !line.startsWith("import java."))
                .filter(line -> !line.startsWith("import org.jspecify."))
                .filter(line -> !line.startsWith("import dev.sluice.client.demo.model."))
                .toList();
        assertEquals(List.of(), foreign, file.toString());
      }
    }
  }
}
