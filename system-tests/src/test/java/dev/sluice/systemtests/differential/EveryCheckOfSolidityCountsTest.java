package dev.sluice.systemtests.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.l1.node.AnvilOptions;
import dev.sluice.primitives.batch.ChunkWitness;
import dev.sluice.primitives.testing.SeededGenerator;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Shows that the differential test can fail on the contracts' side: every condition of the
 * state-transition function in Solidity is switched off, one at a time, and on some chunk the root
 * is then another one than Java's, or there is none. The conditions are not listed anywhere: they
 * are found in the sources, and what goes unnoticed must be named here with the reason.
 *
 * <p>No honest witness comes to a condition behind which the call reverts. Those are switched off
 * under attacks on honest chunks: a root that is not the right one would convict there.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EveryCheckOfSolidityCountsTest {
  private static final long SEED = Long.getLong("sluice.seed", 20_261_128L);
  private static final int CHUNKS = Integer.getInteger("sluice.chunks", 1_000);
  private static final int CALLERS = 3;

  /** Chunks with a witness that are attacked: half of them made, half of chance. */
  private static final int ATTACKED = 50;

  /** How often a check is switched off in vain. */
  private static final int TRIES_MAX = 40;

  /** How often a revert is: most attacks have another in their way. */
  private static final int TRIES_OF_REVERTS_MAX = 250;

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

  /** Reverts without which no attack here gives a wrong root: something else stands behind them. */
  private static final Set<String> HARMLESS =
      Set.of(
          // Who cannot pay for a call that gets all but 1/64 of the gas cannot go on with that.
          "Bls12381._mustRun: !ran",
          "WalletSignature.isBy: !ran",
          // Leaves have the lengths of their types since the witness was read.
          "LeafBytes.number: offset + bytesCount > leaf.length",
          "DeviceKinds._copy: leaf.length != length",
          "ChunkProver._write: room.length != leaf.length",
          // The table's keys have 39 bits; the Bridge's need not.
          "Multiproof.roots: shr(DEPTH, index)",
          // The order of the leaves is asked for twice.
          "Multiproof.roots: iszero(gt(next, index))",
          "Witness.readLeaves: key < lastKeyPlusOne",
          // Other encodings of the same nodes.
          "Multiproof.roots: iszero(sibling)",
          "Multiproof.roots: and(mask, 1)",
          "Multiproof.roots: mask := false #2",
          "Multiproof.roots: or(xor(top, add(frame, 0xa0))",
          // What is read beyond the end must lead to the root and the accumulator all the same.
          "Witness.readLeaves: cursor + LEAF_HEAD > end",
          "Witness.readLeaves: cursor > end",
          "Witness.readMessages: next + count * MESSAGE_HEAD > end",
          "Witness.readMessages: next > end",
          "Witness.readProofs: next + PROOF_HEAD > end",
          "Witness.readProofs: next > end",
          // The prover asks the right module, and gives no proof where none belongs.
          "ChannelKinds.run: step.kind != CHANNEL_CLOSE",
          "JobKinds.run: proof.length != 0",
          // A surplus is not read; a proof that is too short does not lead to the root.
          "DeviceKinds._refuse: proof.length != 0",
          "DeviceKinds._register: proof.length != committeeSizeLog2 << 5",
          "DeviceKinds._sumOfThePresent: cursor != end",
          "ChunkProver._execute: x.proofs != 0",
          // Their number is below zero then, which is not zero at the end.
          "ChunkProver._takeProof: x.proofs == 0",
          // A message too many is found by one of the first two, and who looks for one too few
          // looks beyond an array's end.
          "ChunkProver._execute: x.messages.length != messages",
          "ChunkProver._checkMessages: count > consumed",
          "ChunkProver._checkMessages: count == 0",
          // The root before the chunk says which leaves are there.
          "ChunkProver._write: _load(entry + 0x60) != 0",
          "ChunkProver._open: _load(entry + 0x60) != 0",
          "ChunkProver._existing: _load(entry + 0x60) == 0",
          // Of fewer than three leaves none leads to a root, or none is the seeds'.
          "ChunkProver._loadMeta: x.leafCount == 0",
          "ChunkProver._loadFeesAndSeeds: x.leafCount < 3");

  private ProverOnNode node;
  private ExecutorService threads;
  private List<ChunkCase> chunks;
  private SwitchedProver prover;

  @BeforeAll
  void compile() throws Exception {
    node = ProverOnNode.start();
    threads = Executors.newFixedThreadPool(CALLERS);
    Future<Switched> compiled =
        threads.submit((Callable<Switched>) () -> Switched.compile(FOLDER.resolve("solidity")));
    chunks = chunks(node);
    prover = new SwitchedProver(node, compiled.get());
    assertTrue(prover.checks().size() > CHECKS_MIN, "are they found at all?");
  }

  @AfterAll
  void stop() {
    threads.shutdownNow();
    node.close();
  }

  @Test
  void checkSwitchedOff_isNoticed_whicheverItIs() throws Exception {
    CheckHunt hunt =
        new CheckHunt(prover, check -> check.what() == Check.What.DECISION, TRIES_MAX, threads);
    for (ChunkCase chunk : chunks) {
      if (!hunt.missing(WITHOUT_TRACE).isEmpty()) {
        hunt.chunk(chunk);
      }
    }
    judge(hunt, WITHOUT_TRACE, "solidity-checks.txt");
  }

  @Test
  void revertSwitchedOff_convictsAnHonestChunk_whicheverItIs() throws Exception {
    CheckHunt hunt =
        new CheckHunt(
            prover, check -> check.what() == Check.What.REVERT, TRIES_OF_REVERTS_MAX, threads);
    SeededGenerator generator = new SeededGenerator(SEED);
    List<ChunkCase> attacked =
        chunks.stream()
            .filter(chunk -> chunk.witness().length > ChunkWitness.EMPTY.encode().length)
            .filter(chunk -> !chunk.place().startsWith("full"))
            .limit(ATTACKED)
            .toList();
    for (ChunkCase chunk : attacked) {
      for (WitnessAttacks.Attack attack : WitnessAttacks.on(chunk, generator)) {
        hunt.attack(attack);
      }
    }
    judge(hunt, HARMLESS, "solidity-reverts.txt");
  }

  private static void judge(CheckHunt hunt, Set<String> named, String file) throws IOException {
    hunt.write(FOLDER.resolve(file));
    System.out.println(hunt.summary(named));
    assertEquals(List.of(), hunt.missing(named), "not noticed; repeat with -Dsluice.seed=" + SEED);
    assertEquals(List.of(), hunt.wronglyNamed(named), "named, but noticed or not there");
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
