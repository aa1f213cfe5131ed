package dev.sluice.systemtests.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.systemtests.secondreader.SecondReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Shows that the differential test can fail: the node's executor, compiled without one of its
 * checks, is found to differ from the second reader on random chunks; for every check.
 */
final class EveryCheckOfStateCountsTest {
  private static final int CHAINS = 6;
  private static final int CHUNKS = 250;
  private static final int SMALL_CAPACITY = 24;
  private static final Address ROLLUP = new Address(7, 7, 7);
  private static final TypedData DOMAIN = new TypedData(RandomChain.CHAIN_ID, ROLLUP);
  private static final Genesis GENESIS = RandomChain.genesis(new Address(1, 2, 3));

  /** Nobody can fill 2^32 - 1 leaves: the second test has a capacity that is reached. */
  private static final Set<String> ELSEWHERE = Set.of("WalletRules CAPACITY_EXHAUSTED 1");

  private static RandomChain.Recorded drawn(long seed, int chunks, SecondReader reader) {
    RandomChain chain = new RandomChain(new SeededGenerator(seed), GENESIS, DOMAIN, ROLLUP, reader);
    List<RandomChain.Drawn> all = new ArrayList<>();
    for (int number = 0; number < chunks; number++) {
      all.add(chain.next());
    }
    return new RandomChain.Recorded(GENESIS, ROLLUP, chain.inbox(), all);
  }

  private static Optional<String> firstDifference(
      StateMutants.Mutant mutant, List<RandomChain.Recorded> chains) {
    try {
      return StateMutants.compile(mutant).firstDifference(chains);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  @Test
  void executorWithoutOneCheck_isFound_whicheverCheckItIs() throws IOException {
    List<RandomChain.Recorded> chains =
        IntStream.range(0, CHAINS)
            .parallel()
            .mapToObj(
                chain ->
                    drawn(
                        1_000L + chain,
                        CHUNKS,
                        new SecondReader(RandomChain.read(GENESIS, ROLLUP))))
            .toList();
    assertEquals(Optional.empty(), new StateReplay().firstDifference(chains), "as it is");

    List<StateMutants.Mutant> mutants = new ArrayList<>(StateMutants.all());
    String executor = "dev.sluice.state.execution.ChunkExecutor";
    mutants.add(
        StateMutants.of(
            "over-weight by its bytes",
            executor,
            "if (!weight.fits(",
            "if (weight == null && !weight.fits("));
    mutants.add(
        StateMutants.of(
            "over-weight with its messages",
            executor,
            "yield weight.fits(Weight.CHUNK_LIMIT)",
            "yield weight.fits(Weight.CHUNK_LIMIT) || taken > 0"));
    mutants.add(
        StateMutants.of(
            "over-run",
            executor,
            "Long.compareUnsigned(end, headerInboxPosition) > 0",
            "Long.compareUnsigned(end, headerInboxPosition) > 1"));
    mutants.add(
        StateMutants.of(
            "ProviderRegisterHandler BAD_DEVICE_KEY 1",
            "dev.sluice.state.transition.ProviderRegisterHandler",
            "case BadKey _ -> rejected(Refusal.BAD_DEVICE_KEY);",
            "case BadKey _ -> register(t, payment,"
                + " dev.sluice.primitives.crypto.BlsSecretKey.fromSeed(new byte[32])"
                + ".orElseThrow().publicKey());"));
    mutants.add(
        StateMutants.of(
            "DeviceKeyProof BAD_POSSESSION_PROOF 1",
            "dev.sluice.state.transition.DeviceKeyProof",
            ": new BadPossession();",
            ": new Valid(key);"));
    Set<String> checked = new TreeSet<>();
    mutants.forEach(mutant -> checked.add(mutant.name().replaceAll("^\\w+ | [0-9]+$", "")));
    for (Refusal refusal : Refusal.values()) {
      assertTrue(checked.contains(refusal.name()), () -> "no check removed of " + refusal);
    }
    Set<String> survivors = new TreeSet<>();
    mutants.parallelStream()
        .filter(mutant -> firstDifference(mutant, chains).isEmpty())
        .map(StateMutants.Mutant::name)
        .forEachOrdered(survivors::add);
    System.out.println(mutants.size() + " checks removed one by one, not found: " + survivors);
    assertEquals(ELSEWHERE, survivors, "of " + mutants.size() + " mutants");
  }

  @Test
  void fullTypeOfLeaf_isRefusedAlike_andFoundIfItIsNot() throws IOException {
    List<RandomChain.Recorded> chains =
        List.of(
            drawn(7, CHUNKS, new SecondReader(RandomChain.read(GENESIS, ROLLUP), SMALL_CAPACITY)));
    assertTrue(
        chains.getFirst().chunks().stream()
            .anyMatch(chunk -> chunk.refusals().containsKey(Refusal.CAPACITY_EXHAUSTED.number())));
    String rules = "dev.sluice.state.transition.WalletRules";
    assertEquals(
        Optional.empty(),
        firstDifference(
            StateMutants.of("few leaves", rules, "0xffff_ffffL", SMALL_CAPACITY + "L"), chains));
    assertTrue(new StateReplay().firstDifference(chains).isPresent());
  }
}
