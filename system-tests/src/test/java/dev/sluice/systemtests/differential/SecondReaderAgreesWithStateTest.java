package dev.sluice.systemtests.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.execution.BlockExecutor;
import dev.sluice.state.execution.ChunkExecutor;
import dev.sluice.state.execution.ChunkOutcome;
import dev.sluice.state.execution.ExecutedBlock;
import dev.sluice.state.execution.Receipt;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.transition.QueuedMessage;
import dev.sluice.state.transition.TransitionOutcome;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;

/** Two readings of the protocol, one chain of random chunks: every root and refusal is the same. */
final class SecondReaderAgreesWithStateTest {
  private static final int CHUNKS = 400;
  private static final int REFUSALS_MISSED_MAX = 4;
  private static final Address ROLLUP = new Address(7, 7, 7);
  private static final TypedData DOMAIN = new TypedData(RandomChain.CHAIN_ID, ROLLUP);
  private static final Genesis GENESIS = RandomChain.genesis(new Address(1, 2, 3));

  /** One run: the node's two ways to execute a chunk, and the second reader that draws. */
  private static final class Duel {
    private final ChunkExecutor chunks =
        new ChunkExecutor(new BlockExecutor(Ledger.genesis(GENESIS, NodeHasher.fastest()), DOMAIN));
    private final BlockExecutor blocks =
        new BlockExecutor(Ledger.genesis(GENESIS, NodeHasher.plain()), DOMAIN);
    private final RandomChain chain;
    private final Map<Integer, Integer> refusals = new TreeMap<>();
    private final Set<String> outcomes = new TreeSet<>();
    private long position;
    private int busy;

    Duel(SeededGenerator generator) {
      this.chain = new RandomChain(generator, GENESIS, DOMAIN, ROLLUP);
    }

    void next(int number) {
      RandomChain.Drawn drawn = chain.next();
      List<QueuedMessage> inbox =
          chain.inbox().stream().map(RandomChain.Queued::forExecutor).toList();
      ChunkOutcome outcome =
          chunks.execute(
              drawn.payload(),
              drawn.headerInboxPosition(),
              inbox.subList((int) position, inbox.size()));
      outcomes.add(outcome.getClass().getSimpleName());
      busy += drawn.applied() >= 10 ? 1 : 0;
      assertEquals(
          drawn.postRoot(),
          outcome.postRoot(),
          () -> "root after chunk " + number + ", " + drawn.judgement() + ", " + outcome);
      if (outcome instanceof ChunkOutcome.Executed) {
        executeAgain(drawn.payload(), inbox);
        position = blocks.ledger().meta().inboxPosition();
        assertEquals(outcome.postRoot(), blocks.root(), "root of the block executor");
        assertEquals(drawn.refusals(), refusals, () -> "refusals up to chunk " + number);
      }
    }

    private void executeAgain(byte[] payload, List<QueuedMessage> inbox) {
      List<Block> decoded =
          new Chunk(Hash32.ZERO, Bytes.wrap(payload))
              .blocks(GENESIS.committeeSizeLog2())
              .orElseThrow();
      for (Block block : decoded) {
        int from = (int) blocks.ledger().meta().inboxPosition();
        ExecutedBlock executed = blocks.execute(block, inbox.subList(from, inbox.size()));
        for (Receipt receipt : executed.receipts()) {
          if (receipt.outcome() instanceof TransitionOutcome.Rejected rejected) {
            refusals.merge(rejected.refusal().number(), 1, Integer::sum);
          }
        }
      }
    }
  }

  @Test
  void everyRootAndRefusal_isTheSame_onRandomChunks() {
    SeededGenerator.forAll(
        1,
        generator -> {
          Duel duel = new Duel(generator);
          for (int number = 0; number < CHUNKS; number++) {
            duel.next(number);
          }
          int[] applied = duel.chain.state().applied();
          int[] forced = duel.chain.state().appliedForced();
          Set<Refusal> unseen = EnumSet.allOf(Refusal.class);
          duel.refusals
              .keySet()
              .forEach(refusal -> unseen.remove(Refusal.of(refusal).orElseThrow()));
          Map<TransactionKind, String> counts = new TreeMap<>();
          for (TransactionKind kind : TransactionKind.values()) {
            counts.put(kind, applied[kind.number()] + " + " + forced[kind.number()] + " forced");
          }
          System.out.println("applied: " + counts);
          System.out.println("refused, by number: " + duel.refusals + ", never: " + unseen);
          System.out.println(duel.busy + " of " + CHUNKS + " chunks apply ten or more");
          for (TransactionKind kind : TransactionKind.values()) {
            assertTrue(applied[kind.number()] > 0, kind + " never applied");
          }
          // The bar of six in ten is for the longer run of JavaEqualsSolidityTest.
          assertTrue(duel.busy * 2 >= CHUNKS, "too few transactions in most chunks");
          assertEquals(
              Set.of("Executed", "MalformedChunk", "OverWeight", "OverRun"), duel.outcomes);
          // A type of leaf is full at 2^32 - 1 leaves only; every seed may miss a few others.
          unseen.remove(Refusal.CAPACITY_EXHAUSTED);
          assertTrue(unseen.size() <= REFUSALS_MISSED_MAX, "never refused with " + unseen);
        });
  }
}
