package dev.sluice.systemtests.rules;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.NullMarked;

/**
 * The rules, for the rooms below one root package. A rule holds where its packages do not exist
 * yet.
 *
 * @param root the package that holds the rooms, such as {@code dev.sluice}
 */
record ImportRules(String root) {

  /** Room to the rooms that it may import; what imports everything (system-tests) is not here. */
  private static final Map<String, Set<String>> ARROWS =
      new TreeMap<>(
          Map.of(
              "primitives", Set.of(),
              "proto", Set.of("primitives"),
              "state", Set.of("primitives"),
              "l1", Set.of("primitives"),
              "sequencer", Set.of("primitives", "proto", "state", "l1"),
              "follower", Set.of("primitives", "proto", "state", "l1"),
              "batcher", Set.of("primitives", "proto", "l1"),
              "client", Set.of("primitives", "proto", "l1")));

  /** Packages whose outcome every node must repeat: time and randomness come in as values. */
  private static final List<String> REPEATABLE =
      List.of(
          "primitives",
          "state",
          "sequencer.pool",
          "sequencer.ordering",
          "sequencer.production",
          "batcher.assembly",
          "follower.derivation");

  /** One rule per room: of our own code it imports only the rooms at the end of its arrows. */
  List<ArchRule> arrows() {
    List<ArchRule> rules = new ArrayList<>();
    ARROWS.forEach(
        (room, allowed) -> {
          String[] forbidden =
              ARROWS.keySet().stream()
                  .filter(other -> !other.equals(room) && !allowed.contains(other))
                  .map(this::room)
                  .toArray(String[]::new);
          rules.add(
              noClasses()
                  .that()
                  .resideInAPackage(room(room))
                  .should()
                  .dependOnClassesThat()
                  .resideInAnyPackage(forbidden)
                  .as("room " + room + " imports only " + allowed)
                  .allowEmptyShould(true));
        });
    return rules;
  }

  /** RocksDB stays behind the state store's interface. */
  ArchRule rocksDbStaysInItsStore() {
    return onlyIn("org.rocksdb..", room("state.store.rocksdb"));
  }

  /** Only one room knows the L1 library. */
  ArchRule web3jStaysInL1() {
    return onlyIn("org.web3j..", room("l1"));
  }

  /**
   * Core classes are plain and built with {@code new}: the container is seen in {@code .app}
   * packages and in the classes which it calls, gRPC services and REST resources.
   */
  ArchRule containerStaysAtTheEdge() {
    DescribedPredicate<JavaClass> edge =
        DescribedPredicate.describe(
            "an endpoint or its part",
            type -> {
              JavaClass outermost = type;
              while (outermost.getEnclosingClass().isPresent()) {
                outermost = outermost.getEnclosingClass().get();
              }
              return outermost.isAnnotatedWith("io.quarkus.grpc.GrpcService")
                  || outermost.isAnnotatedWith("jakarta.ws.rs.Path");
            });
    return noClasses()
        .that()
        .resideOutsideOfPackage(root + ".*.app..")
        .and(DescribedPredicate.not(edge))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.quarkus..",
            "io.smallrye..",
            "jakarta.enterprise..",
            "jakarta.inject..",
            "jakarta.ws.rs..",
            "org.eclipse.microprofile..")
        .as("Quarkus and CDI are seen only in .app packages and in endpoints")
        .allowEmptyShould(true);
  }

  /** No clock and no chance where every node must come to the same result. */
  ArchRule consensusIsRepeatable() {
    String[] packages = REPEATABLE.stream().map(this::room).toArray(String[]::new);
    DescribedPredicate<AccessTarget> clock =
        DescribedPredicate.describe(
            "a clock or chance",
            called -> {
              String owner = called.getOwner().getName();
              String name = called.getName();
              return switch (owner) {
                case "java.lang.System" ->
                    name.equals("currentTimeMillis") || name.equals("nanoTime");
                case "java.lang.Math", "java.lang.StrictMath" -> name.equals("random");
                case "java.time.Clock" -> name.startsWith("system") || name.startsWith("tick");
                default -> owner.startsWith("java.time.") && name.equals("now");
              };
            });
    Set<String> chance =
        Set.of(
            Random.class.getName(),
            SecureRandom.class.getName(),
            SplittableRandom.class.getName(),
            ThreadLocalRandom.class.getName());
    DescribedPredicate<JavaClass> randomness =
        DescribedPredicate.describe("a source of chance", type -> chance.contains(type.getName()));
    return noClasses()
        .that()
        .resideInAnyPackage(packages)
        .should()
        .callMethodWhere(target(clock))
        .orShould()
        .callMethod(UUID.class, "randomUUID")
        .orShould()
        .dependOnClassesThat(randomness)
        .as("no clock and no chance in " + REPEATABLE)
        .allowEmptyShould(true);
  }

  /** Packages of one room, and so of all rooms, can be read in an order. */
  ArchRule packagesHaveNoCycles() {
    return slices()
        .matching(root + ".(**)")
        .should()
        .beFreeOfCycles()
        .as("packages have no cycles")
        .allowEmptyShould(true);
  }

  /** Each package says what it is for, and is null-marked; the generated stubs are not ours. */
  ArchRule packagesAreDescribed() {
    ArchCondition<JavaClass> described =
        new ArchCondition<>("stand in a package with a @NullMarked package-info") {
          @Override
          public void check(JavaClass type, ConditionEvents events) {
            boolean marked =
                type.getPackage()
                    .tryGetPackageInfo()
                    .filter(info -> info.isAnnotatedWith(NullMarked.class))
                    .isPresent();
            if (!marked) {
              events.add(
                  SimpleConditionEvent.violated(
                      type, type.getPackageName() + " has no @NullMarked package-info"));
            }
          }
        };
    return classes()
        .that()
        .resideOutsideOfPackage(root + ".proto.v1")
        .should(described)
        .allowEmptyShould(true);
  }

  /** Every rule above. */
  List<ArchRule> all() {
    List<ArchRule> rules = new ArrayList<>(arrows());
    rules.add(rocksDbStaysInItsStore());
    rules.add(web3jStaysInL1());
    rules.add(containerStaysAtTheEdge());
    rules.add(consensusIsRepeatable());
    rules.add(packagesHaveNoCycles());
    rules.add(packagesAreDescribed());
    return rules;
  }

  /** What {@code rule} finds in {@code types}, one line per finding. */
  static List<String> findings(ArchRule rule, JavaClasses types) {
    return rule.evaluate(types).getFailureReport().getDetails();
  }

  private ArchRule onlyIn(String library, String home) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(home)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .as(library + " is imported only in " + home)
        .allowEmptyShould(true);
  }

  private String room(String name) {
    return root + "." + name + "..";
  }
}
