package dev.sluice.systemtests.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The rooms keep the rules of {@code docs/architecture.md}; the broken rooms break each of them.
 */
final class ImportRulesTest {
  private static final ImportRules RULES = new ImportRules("dev.sluice");
  private static final JavaClasses ROOMS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          // A packaged test-jar is no test to ArchUnit's own option.
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.sluice");

  private static final ImportRules BROKEN_RULES =
      new ImportRules("dev.sluice.systemtests.rules.broken");
  private static final JavaClasses BROKEN_ROOMS =
      new ClassFileImporter().importPackages("dev.sluice.systemtests.rules.broken");

  @TestFactory
  Stream<DynamicTest> rooms_keepTheRule() {
    return RULES.all().stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.getDescription(),
                    () -> assertEquals(List.of(), ImportRules.findings(rule, ROOMS))));
  }

  @Test
  void rooms_areAllSeen() {
    for (String room :
        List.of("primitives", "proto", "state", "l1", "sequencer", "batcher", "client")) {
      assertTrue(ROOMS.containPackage("dev.sluice." + room), room);
    }
  }

  @Test
  void arrow_isRefused_whenClientImportsState() {
    assertFinding(
        BROKEN_RULES.arrows().stream()
            .filter(rule -> rule.getDescription().startsWith("room client "))
            .findFirst()
            .orElseThrow(),
        "ClientThatReadsState");
  }

  @Test
  void rocksDb_isRefused_whenOutsideItsStore() {
    assertFinding(BROKEN_RULES.rocksDbStaysInItsStore(), "FeedOverRocksDb");
  }

  @Test
  void web3j_isRefused_whenOutsideL1() {
    assertFinding(BROKEN_RULES.web3jStaysInL1(), "ClientThatSpeaksToL1");
  }

  @Test
  void container_isRefused_whenOutsideApp() {
    assertFinding(BROKEN_RULES.containerStaysAtTheEdge(), "PoolThatIsABean");
  }

  @Test
  void clock_isRefused_whereConsensusIs() {
    assertFinding(BROKEN_RULES.consensusIsRepeatable(), "OrderByClock");
  }

  @Test
  void chance_isRefused_whereConsensusIs() {
    assertFinding(BROKEN_RULES.consensusIsRepeatable(), "StateWithDice");
  }

  @Test
  void cycle_isRefused_betweenPackages() {
    assertFinding(BROKEN_RULES.packagesHaveNoCycles(), "l1.reader", "l1.sender");
  }

  @Test
  void package_isRefused_whenNothingDescribesIt() {
    assertFinding(BROKEN_RULES.packagesAreDescribed(), "broken.proto.undescribed");
  }

  private static void assertFinding(ArchRule rule, String... words) {
    List<String> findings = ImportRules.findings(rule, BROKEN_ROOMS);
    assertTrue(
        findings.stream().anyMatch(line -> Stream.of(words).allMatch(line::contains)),
        () -> rule.getDescription() + " found " + findings);
  }
}
