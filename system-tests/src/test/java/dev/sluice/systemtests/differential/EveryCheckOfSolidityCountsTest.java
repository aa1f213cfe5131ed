package dev.sluice.systemtests.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.l1.node.AnvilOptions;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.systemtests.removal.solidity.Check;
import dev.sluice.systemtests.removal.solidity.Switched;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Shows that the differential test can fail on the contracts' side: every condition of the
 * state-transition function in Solidity is switched off, one at a time, and on some chunk the root
 * is then another one than Java's, or there is none. The conditions are not listed anywhere: they
 * are found in the sources, and what goes unnoticed must be named here with the reason.
 */
final class EveryCheckOfSolidityCountsTest {
  private static final long SEED = Long.getLong("sluice.seed", 20_261_128L);
  private static final int CHUNKS = Integer.getInteger("sluice.chunks", 450);
  private static final int CALLERS = 3;

  /** There are some more. */
  private static final int CHECKS_MIN = 500;

  private static final Path FOLDER = AnvilOptions.home().resolve("system-tests/target");

  /** Conditions that may be off on any chunk with an honest witness. */
  private static final Set<String> WITHOUT_TRACE =
      Set.of(
          // A chain that has the precompile.
          "Bls12381._mustRun: ran := false",
          "Bls12381._mayRun: ran := false",
          // Without it every point is said to be of the subgroup, and then the pairing says no.
          "Bls12381._mayRun: lt(control, add(input, length))",
          // Who subtracts looks first, and adding infinity changes nothing.
          "Bls12381.negate: isInfinity(point)",
          "DeviceKinds._sumOfThePresent: Bls12381.isInfinity(subtracted)",
          // The same nodes, hashed with less ado.
          "Multiproof.roots: iszero(and(index, sub(shl(levels, 1), 1)))",
          // Memory behind its free pointer is zero still.
          "Witness.readLeaves: !present",
          // Leaves that no honest witness has.
          "Witness._length: present := true",
          "Witness._length: key == SEEDS := true",
          // Committees of more than 256: forge's tests have them.
          "RequestCodec.readAttendance: left > 32",
          "DeviceKinds._firstBits: members > 256",
          // Of more slots than there are some slot is named twice.
          "RequestCodec.readAttendance: absent > committeeSize",
          // Whoever reads beyond the end ends beyond it, and somebody looks again.
          "RequestCodec.readAttendance: bitsEnd > end",
          "RequestCodec.readAttendance: next > end",
          "RequestCodec._readRecord: next > end",
          "RequestCodec._take: cursor > end",
          "ChunkProver._weigh: cursor > end",
          "ChunkProver._weigh: cursor >= end",
          // Who runs kind 7 does not look at the variant, and only who runs vouchers at the data.
          "RequestCodec.readPosted: kind == PROVIDER_UPDATE := false #2",
          "RequestCodec._passSignature: r.kind == CHANNEL_CLAIM := true",
          "RequestCodec._passSignature: r.variant == METER_VOUCHER := true",
          // No transaction has a wire form of 36 bytes, as a seed has.
          "ChunkProver._runMessages: kind == MESSAGE_FORCED := true",
          // A closed channel's deposit is what was claimed: there is no more to claim.
          "ChannelKinds._claim: c.state == CLOSED",
          // A channel that is closing is not open either.
          "ChannelKinds._start: c.state == CLOSING",
          // There are fewer committees than providers.
          "ChunkProver._gather: _slot(x, c) := true",
          "ChunkProver._slot: _reserve(");

  @Test
  void checkSwitchedOff_isNoticed_whicheverItIs() throws Exception {
    try (ProverOnNode node = ProverOnNode.start();
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
      Future<Switched> compiled =
          threads.submit((Callable<Switched>) () -> Switched.compile(FOLDER.resolve("solidity")));
      List<ChunkCase> chunks = chunks(node);
      SwitchedProver prover = new SwitchedProver(node, compiled.get());
      assertTrue(prover.checks().size() > CHECKS_MIN, "are they found at all?");
      CheckHunt hunt = new CheckHunt(prover, check -> check.what() == Check.What.DECISION, threads);
      for (ChunkCase chunk : chunks) {
        if (!hunt.missing(WITHOUT_TRACE).isEmpty()) {
          hunt.chunk(chunk);
        }
      }
      hunt.write(FOLDER.resolve("solidity-checks.txt"));
      System.out.println(hunt.summary(WITHOUT_TRACE));
      assertEquals(
          List.of(), hunt.missing(WITHOUT_TRACE), "not noticed; repeat with -Dsluice.seed=" + SEED);
      assertEquals(List.of(), hunt.wronglyNamed(WITHOUT_TRACE), "named, but noticed or not there");
    }
  }

  /** Full types, made and crafted chunks, and then whatever chance brings. */
  private static List<ChunkCase> chunks(ProverOnNode node) throws IOException {
    List<ChunkCase> chunks = new ArrayList<>();
    for (FullTypes.Outcome full : new FullTypes(node.genesis(), node.rollup()).all()) {
      chunks.add(full.chunk());
    }
    WitnessedChain chain = new WitnessedChain(SEED, node.genesis(), node.rollup());
    RandomChain drawer = chain.chain();
    TypedData domain = new TypedData(RandomChain.CHAIN_ID, node.rollup());
    MadeChunks made = new MadeChunks(drawer, node.genesis(), domain);
    CraftedChunks crafted = new CraftedChunks(drawer, made, node.genesis(), domain);
    for (int number = 0; number < CHUNKS; number++) {
      RandomChain.Drawn drawn =
          number == 0 ? drawer.next() : made.next().or(crafted::next).orElseGet(drawer::next);
      ChunkCase chunk = chain.execute(drawn);
      assertEquals(drawn.postRoot(), chain.executed(), chunk.place());
      chunks.add(chunk);
    }
    return chunks;
  }
}
