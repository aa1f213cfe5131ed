package dev.sluice.systemtests.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.TransactionKind;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Random chunks, one root: of the second reader, of the node's executor, and of the contracts on an
 * EVM node, which have the executor's witness and nothing else. {@code ./mvnw -Pfuzz} runs many
 * more of them; a report stands in {@code target/fuzz/report.json} after each run.
 */
final class JavaEqualsSolidityTest {
  private static final int CHUNKS = Integer.getInteger("sluice.fuzz.chunks", 2_000);
  private static final long SEED = Long.getLong("sluice.seed", 0x51_1ce);
  private static final int APPLIED_MIN = 200;
  private static final int DISAGREEMENTS_MAX = 20;
  private static final Path FOLDER = Path.of("target", "fuzz");

  @Test
  void everyRoot_isTheSameInJavaAndSolidity_onRandomChunks() throws Exception {
    FuzzReport report;
    try (ProverOnNode prover = ProverOnNode.start();
        ChunkFuzz fuzz = new ChunkFuzz(prover, FOLDER.resolve("cases"))) {
      report =
          fuzz.run(
              SEED,
              CHUNKS,
              DISAGREEMENTS_MAX,
              progress -> System.out.println("fuzz: " + progress.summary()));
      for (FullTypes.Outcome full : new FullTypes(prover.genesis(), prover.rollup()).all()) {
        full.refusals().forEach(report::refused);
        ProverOnNode.Answer answer = prover.postRootOf(full.chunk());
        if (!answer.equals(new ProverOnNode.Answer.Root(full.chunk().postRoot()))) {
          report.disagreement(full + ", the prover says " + answer);
        }
      }
    }
    report.write(FOLDER.resolve("report.json"));
    assertEquals(List.of(), report.disagreements(), "repeat with -Dsluice.seed=" + SEED);
    assertEquals(
        Set.of("EXECUTED", "MALFORMED", "OVER_WEIGHT", "OVER_RUN"), report.judgements().keySet());
    assertTrue(
        report.busy() * 10 >= report.chunks() * 6,
        () -> report.busy() + " of " + report.chunks() + " chunks apply ten or more");
    for (TransactionKind kind : TransactionKind.values()) {
      assertTrue(report.applied(kind) >= APPLIED_MIN, () -> kind + ": " + report.applied(kind));
    }
    assertEquals(EnumSet.noneOf(Refusal.class), report.neverSeen(), "never refused with");
  }
}
