package dev.sluice.systemtests.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.execution.BlockExecutor;
import dev.sluice.state.execution.ChunkExecutor;
import dev.sluice.state.execution.ChunkExecutor.Witnessed;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.ledger.Meta;
import dev.sluice.state.transition.QueuedMessage;
import dev.sluice.systemtests.secondreader.SecondReader.Judgement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;

/**
 * Chunks of every kind stand on an EVM node with the right root and with a wrong one, and are
 * attacked with witnesses and gas limits that are not as they should be. The attacks on bindings,
 * signatures and malformed bytes stand in {@code bridge-contracts/test/unit}: {@code
 * docs/attacks.md} says where.
 */
final class HonestChunkIsNeverConvictedTest {
  private static final long SEED = Long.getLong("sluice.seed", 20_261_122L);
  private static final int DRAWN = 6;
  private static final int MUTATIONS = 24;
  private static final int GAS_LIMITS = 16;

  private final SeededGenerator generator = new SeededGenerator(SEED);

  @Test
  void noWitnessAndNoGasLimit_convictsAnHonestChunk_orSavesAWrongOne() throws Exception {
    try (RollupOnNode l1 = RollupOnNode.start()) {
      TypedData domain = new TypedData(RandomChain.CHAIN_ID, l1.rollup());
      RandomChain chain = new RandomChain(generator, l1.genesis(), domain, l1.rollup());
      MadeChunks made = new MadeChunks(chain, l1.genesis(), domain);
      Ledger ledger = Ledger.genesis(l1.genesis(), NodeHasher.fastest());
      ChunkExecutor node = new ChunkExecutor(new BlockExecutor(ledger, domain));
      List<QueuedMessage> inbox = new ArrayList<>();
      byte[] before = new byte[0];
      int drawnAlready = 0;
      for (int number = 0; drawnAlready < DRAWN; number++) {
        RandomChain.Drawn drawn = number == 0 ? chain.next() : made.next().orElseGet(chain::next);
        drawnAlready += drawn.judgement() == Judgement.EXECUTED && drawn.applied() > 5 ? 1 : 0;
        for (RandomChain.Queued queued :
            chain.inbox().subList(inbox.size(), chain.inbox().size())) {
          l1.queue(queued);
          inbox.add(queued.forExecutor());
        }
        if (drawn.judgement() != Judgement.EXECUTED) {
          continue;
        }
        int position = (int) ledger.meta().inboxPosition();
        Witnessed witnessed =
            node.executeWithWitness(
                drawn.payload(), inbox.size(), inbox.subList(position, inbox.size()));
        assertEquals(drawn.postRoot(), witnessed.outcome().postRoot());
        Meta meta = ledger.meta();
        attack(
            "seed " + SEED + ", chunk " + number,
            new Chunk(drawn.postRoot(), Bytes.wrap(drawn.payload())),
            new RollupOnNode.End(
                meta.blockNumber(), meta.blockAccumulator(), meta.clock(), meta.inboxPosition()),
            witnessed.witness(),
            before,
            l1);
        before = witnessed.witness();
      }
    }
  }

  private void attack(
      String place,
      Chunk right,
      RollupOnNode.End end,
      byte[] witness,
      byte[] ofTheChunkBefore,
      RollupOnNode l1)
      throws Exception {
    Hash32 preRoot = l1.headRoot();
    Hash32 root = right.postRoot();
    Chunk wrong =
        new Chunk(new Hash32(root.w0(), root.w1(), root.w2(), root.w3() ^ 1), right.payload());
    // Any limit may be too low for a conviction, but the highest is none.
    RollupOnNode.Conviction conviction =
        l1.postAndConvict(wrong.postRoot(), right.payload().toArrayUnsafe(), end, witness);
    l1.post(List.of(right), end);
    assertFalse(l1.wouldConvict(preRoot, right, witness, RollupOnNode.GAS_MAX), place);
    for (int i = 0; i < GAS_LIMITS; i++) {
      long gas = 50_000L + generator.below((int) (conviction.gas() * 11 / 10));
      assertFalse(l1.wouldConvict(preRoot, right, witness, gas), place + " with gas " + gas);
    }
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] changed = witness.clone();
      int at = generator.coin() ? generator.below(changed.length) : generator.below(200);
      changed[Math.min(at, changed.length - 1)] ^= (byte) (1 << generator.below(8));
      assertFalse(
          l1.wouldConvict(preRoot, right, changed, RollupOnNode.GAS_MAX),
          place + " with byte " + at + " changed");
    }
    for (byte[] other :
        List.of(
            ofTheChunkBefore,
            new byte[6],
            Arrays.copyOf(witness, witness.length - 32),
            Arrays.copyOf(witness, witness.length + 32),
            Arrays.copyOf(witness, generator.below(witness.length)))) {
      assertFalse(
          l1.wouldConvict(preRoot, right, other, RollupOnNode.GAS_MAX),
          place + " with " + other.length + " other bytes");
    }
    assertTrue(conviction.gas() > 0);
  }
}
