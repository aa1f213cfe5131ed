package dev.sluice.systemtests.rules;

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

/**
 * Every row of {@code docs/attacks.md} names a test, and every test that it names is there: {@code
 * `Rollup`: `post_revertsWhen_x`} is a function in {@code Rollup.t.sol}, {@code `ShownByTest`} a
 * class here or in the room of the state.
 */
class AttacksAreTestedTest {
  private static final Path ATTACKS = Path.of("../docs/attacks.md");
  private static final Path SOLIDITY = Path.of("../bridge-contracts/test");
  private static final List<Path> JAVA =
      List.of(Path.of("src/test/java"), Path.of("../state/src/test/java"));
  private static final List<String> BEFORE =
      List.of("function test_", "function testFuzz_", "function invariant_", "void ");
  private static final Pattern NAME = Pattern.compile("`([A-Za-z]\\w*)`");

  @Test
  void attacks_areTested_everyOne() throws IOException {
    List<String> rows = rows(Files.readString(ATTACKS));
    assertTrue(rows.size() >= 60, rows.size() + " attacks");
    for (String row : rows) {
      assertEquals(List.of(), missing(row), row);
    }
  }

  @Test
  void name_isMissed_whenNoTestHasIt() throws IOException {
    assertEquals(List.of("no test"), missing("| gas | |"));
    assertEquals(List.of("NoSuch"), missing("| gas | `NoSuch` |"));
    assertEquals(List.of("NoSuchTest"), missing("| gas | `NoSuchTest` |"));
    assertEquals(List.of("nothing_atAll"), missing("| gas | `Rollup`: `nothing_atAll` |"));
    // It is another contract's.
    assertEquals(
        List.of("deposit_creditsTheHintedAccount"),
        missing("| gas | `Rollup`: `deposit_creditsTheHintedAccount` |"));
    assertEquals(List.of(), missing("| gas | `ChunkProver`: `deposit_creditsTheHintedAccount` |"));
  }

  /** Without headings and titles of groups. */
  private static List<String> rows(String attacks) {
    return attacks
        .lines()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| **"))
        .filter(line -> !line.equals("| attack | test |"))
        .toList();
  }

  private static List<String> missing(String row) throws IOException {
    String cell = row.substring(row.indexOf('|', 1));
    List<String> missing = new ArrayList<>();
    List<String> names = NAME.matcher(cell).results().map(match -> match.group(1)).toList();
    String source = "";
    for (String name : names) {
      if (Character.isUpperCase(name.charAt(0))) {
        source =
            name.endsWith("Test")
                ? source(JAVA, name + ".java")
                : source(List.of(SOLIDITY), name + ".t.sol");
        if (source.isEmpty()) {
          missing.add(name);
        }
      } else if (BEFORE.stream().map(before -> before + name + "(").noneMatch(source::contains)) {
        missing.add(name);
      }
    }
    return names.isEmpty() ? List.of("no test") : missing;
  }

  /** Of the one file of this name, or nothing. */
  private static String source(List<Path> directories, String name) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path directory : directories) {
      try (Stream<Path> files = Files.walk(directory)) {
        files.filter(file -> file.endsWith(name)).forEach(found::add);
      }
    }
    return found.size() == 1 ? Files.readString(found.getFirst()) : "";
  }
}
