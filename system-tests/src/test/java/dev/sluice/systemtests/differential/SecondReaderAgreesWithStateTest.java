package dev.sluice.systemtests.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.execution.BlockExecutor;
import dev.sluice.state.execution.ChunkExecutor;
import dev.sluice.state.execution.ChunkOutcome;
import dev.sluice.state.execution.ExecutedBlock;
import dev.sluice.state.execution.Receipt;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.transition.QueuedMessage;
import dev.sluice.state.transition.TransitionOutcome;
import dev.sluice.systemtests.secondreader.InboxEntry;
import dev.sluice.systemtests.secondreader.ReadGenesis;
import dev.sluice.systemtests.secondreader.SecondReader;
import java.util.ArrayList;
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
  private static final int REFUSALS_MISSED_MAX = 3;

  /** One run: the node's two ways to execute a chunk, and the second reader. */
  private static final class Duel {
    private final ChunkExecutor chunks;
    private final BlockExecutor blocks =
        new BlockExecutor(
            Ledger.genesis(RandomChain.GENESIS, NodeHasher.plain()), RandomChain.DOMAIN);
    private final SecondReader reader = new SecondReader(genesis());
    private final RandomChain chain;
    private final Map<Integer, Integer> refusals = new TreeMap<>();
    private final Set<String> outcomes = new TreeSet<>();
    private int toldToReader;

    Duel(SeededGenerator generator) {
      BlockExecutor live =
          new BlockExecutor(
              Ledger.genesis(RandomChain.GENESIS, NodeHasher.fastest()), RandomChain.DOMAIN);
      this.chunks = new ChunkExecutor(live);
      this.chain = new RandomChain(generator, live.ledger());
    }

    void next(int number) {
      int position = reader.inboxPosition();
      RandomChain.Drawn drawn = chain.next();
      List<QueuedMessage> inbox = chain.inbox();
      for (; toldToReader < inbox.size(); toldToReader++) {
        reader.queue(List.of(entry(inbox.get(toldToReader))));
      }
      ChunkOutcome outcome =
          chunks.execute(
              drawn.payload(), drawn.headerInboxPosition(), inbox.subList(position, inbox.size()));
      outcomes.add(outcome.getClass().getSimpleName());
      assertEquals(
          outcome.postRoot(),
          Hash32.of(reader.execute(drawn.payload(), drawn.headerInboxPosition())),
          () -> "root after chunk " + number + ", " + outcome);
      if (outcome instanceof ChunkOutcome.Executed) {
        executeAgain(drawn.payload(), inbox);
        assertEquals(outcome.postRoot(), blocks.root(), "root of the block executor");
      }
      assertEquals(refusals, reader.refusals(), () -> "refusals up to chunk " + number);
    }

    private void executeAgain(byte[] payload, List<QueuedMessage> inbox) {
      List<Block> decoded =
          new Chunk(Hash32.ZERO, Bytes.wrap(payload))
              .blocks(RandomChain.GENESIS.committeeSizeLog2())
              .orElseThrow();
      for (Block block : decoded) {
        int position = (int) blocks.ledger().meta().inboxPosition();
        ExecutedBlock executed = blocks.execute(block, inbox.subList(position, inbox.size()));
        for (Receipt receipt : executed.receipts()) {
          if (receipt.outcome() instanceof TransitionOutcome.Rejected rejected) {
            refusals.merge(rejected.refusal().number(), 1, Integer::sum);
          }
        }
      }
    }

    private static InboxEntry entry(QueuedMessage queued) {
      return new InboxEntry(
          queued.message().kind(),
          queued.message().payload(),
          queued.time(),
          queued.witnessWeight(),
          queued.gasWeight());
    }

    private static ReadGenesis genesis() {
      var genesis = RandomChain.GENESIS;
      return new ReadGenesis(
          31_337,
          new Address(7, 7, 7).toBytes(),
          genesis.tokens().stream().map(Address::toBytes).toList(),
          genesis.feeUnits().stream().map(Uint128::toBigInteger).toList(),
          genesis.genesisTime(),
          genesis.epochSeconds(),
          genesis.epochsPerMonth(),
          genesis.epochsPerSeed(),
          genesis.graceSeconds(),
          genesis.committeeSizeLog2(),
          genesis.protectiveDelay(),
          genesis.feeRecipient().toBytes());
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
          int[] applied = duel.reader.applied();
          Set<Refusal> unseen = EnumSet.allOf(Refusal.class);
          duel.refusals
              .keySet()
              .forEach(refusal -> unseen.remove(Refusal.of(refusal).orElseThrow()));
          List<String> counts = new ArrayList<>();
          for (TransactionKind kind : TransactionKind.values()) {
            counts.add(kind + " " + applied[kind.number()]);
          }
          System.out.println("applied: " + counts);
          System.out.println("refused, by number: " + duel.refusals + ", never: " + unseen);
          for (TransactionKind kind : TransactionKind.values()) {
            assertTrue(applied[kind.number()] > 0, kind + " never applied");
          }
          assertEquals(
              Set.of("Executed", "MalformedChunk", "OverWeight", "OverRun"), duel.outcomes);
          // A type of leaf is full at 2^32 - 1 leaves only; every seed may miss a few others.
          unseen.remove(Refusal.CAPACITY_EXHAUSTED);
          assertTrue(unseen.size() <= REFUSALS_MISSED_MAX, "never refused with " + unseen);
        });
  }
}
