package dev.sluice.batcher.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.batcher.TestChain;
import dev.sluice.batcher.source.SourcedBlock;
import dev.sluice.primitives.batch.BatchData;
import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.weight.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class BatchAssemblerTest {
  private static final int BITS = TestChain.COMMITTEE_SIZE_LOG2;
  private static final Hash32 GENESIS_ROOT = TestChain.name("genesis");

  private static TestChain chain(long seed, int blocks) {
    TestChain chain = new TestChain(new SplittableRandom(seed), GENESIS_ROOT, 1_000, true);
    chain.grow(blocks);
    return chain;
  }

  private static BatchAssembler assembler(int dataBytesMax, ClosingRule... rules) {
    return new BatchAssembler(BITS, dataBytesMax, List.of(rules), 0, GENESIS_ROOT, Weight.ZERO);
  }

  /** Every batch of a chain, cut when due or full. */
  private static List<AssembledBatch> assemble(
      BatchAssembler assembler, List<SourcedBlock> blocks) {
    List<AssembledBatch> batches = new ArrayList<>();
    long now = 0;
    for (SourcedBlock block : blocks) {
      now += 10;
      if (assembler.isDue(now)) {
        batches.add(assembler.cut().orElseThrow());
      }
      if (!assembler.offer(block, now)) {
        batches.add(assembler.cut().orElseThrow());
        assertTrue(assembler.offer(block, now), "a fresh batch takes any block");
      }
    }
    assembler.cut().ifPresent(batches::add);
    return batches;
  }

  @Test
  void blocks_areAllThereInOrder_andLimitsHold_forRandomChains() {
    for (long seed = 1; seed <= 30; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int dataBytesMax = 3_968 + random.nextInt(30_000);
      List<SourcedBlock> blocks = chain(seed, 400).blocks();
      List<AssembledBatch> batches =
          assemble(
              assembler(
                  dataBytesMax,
                  new SizeRule(1 + random.nextInt(40_000)),
                  new AgeRule(random.nextInt(2_000)),
                  new CountRule(1 + random.nextInt(20))),
              blocks);
      String at = "seed " + seed;
      List<Block> posted = new ArrayList<>();
      for (AssembledBatch batch : batches) {
        assertEquals(posted.size() + 1L, batch.firstBlock(), at);
        assertTrue(batch.data().encode().length <= dataBytesMax, at);
        for (Chunk chunk : batch.data().chunks()) {
          List<Block> inChunk = chunk.blocks(BITS).orElseThrow();
          Weight before =
              posted.isEmpty() ? Weight.ZERO : blocks.get(posted.size() - 1).inboxWeight();
          posted.addAll(inChunk);
          SourcedBlock end = blocks.get(posted.size() - 1);
          Weight messages =
              new Weight(
                  end.inboxWeight().witnessBytes() - before.witnessBytes(),
                  end.inboxWeight().gas() - before.gas());
          assertTrue(Weight.ofChunk(inChunk, BITS).plus(messages).fits(Weight.CHUNK_LIMIT), at);
          assertEquals(end.postRoot(), chunk.postRoot(), at);
        }
        SourcedBlock end = blocks.get(posted.size() - 1);
        assertEquals(end.number(), batch.lastBlock(), at);
        assertEquals(end.blockAccumulator(), batch.blockAccumulator(), at);
        assertEquals(end.commitment().inboxPosition(), batch.inboxPosition(), at);
      }
      assertEquals(blocks.stream().map(SourcedBlock::block).toList(), posted, at);
    }
  }

  @Test
  void assembly_isTheSame_forTheSameInput() {
    assertEquals(
        assemble(assembler(20_000, new CountRule(3)), chain(7, 200).blocks()),
        assemble(assembler(20_000, new CountRule(3)), chain(7, 200).blocks()));
  }

  @Test
  void block_isRefused_whenItDoesNotFollow() {
    List<SourcedBlock> blocks = chain(3, 3).blocks();
    BatchAssembler assembler = assembler(20_000);
    assertThrows(IllegalStateException.class, () -> assembler.offer(blocks.get(1), 0));
    assertTrue(assembler.offer(blocks.get(0), 0));
    assertThrows(IllegalStateException.class, () -> assembler.offer(blocks.get(0), 0));
    BatchAssembler onAnotherRoot =
        new BatchAssembler(BITS, 20_000, List.of(), 0, TestChain.name("other"), Weight.ZERO);
    assertThrows(IllegalStateException.class, () -> onAnotherRoot.offer(blocks.get(0), 0));
  }

  @Test
  void rules_closeAtTheirBound_andNeverAnEmptyBatch() {
    assertFalse(new SizeRule(100).closes(new BatchShape(99, 1, 1, 0), 0));
    assertTrue(new SizeRule(100).closes(new BatchShape(100, 1, 1, 0), 0));
    assertFalse(new AgeRule(50).closes(new BatchShape(1, 1, 1, 100), 149));
    assertTrue(new AgeRule(50).closes(new BatchShape(1, 1, 1, 100), 150));
    assertFalse(new CountRule(3).closes(new BatchShape(1, 2, 9, 0), 0));
    assertTrue(new CountRule(3).closes(new BatchShape(1, 3, 9, 0), 0));
    BatchAssembler empty = assembler(20_000, new AgeRule(0));
    assertFalse(empty.isDue(1_000_000));
    assertTrue(empty.cut().isEmpty());
  }

  @Test
  void data_fitsATransaction_atItsBound() {
    assertTrue(BatchAssembler.DATA_BYTES_MAX + 736 + 31 + 200 <= 128 * 1024);
    assertTrue(BatchData.CHUNKS_MAX >= 1);
    assertThrows(
        IllegalArgumentException.class, () -> assembler(BatchAssembler.DATA_BYTES_MAX + 1));
  }
}
