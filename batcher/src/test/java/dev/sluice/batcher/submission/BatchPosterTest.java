package dev.sluice.batcher.submission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.batcher.TestChain;
import dev.sluice.batcher.assembly.AgeRule;
import dev.sluice.batcher.assembly.CountRule;
import dev.sluice.batcher.journal.BatchIntent;
import dev.sluice.batcher.journal.BatchJournal;
import dev.sluice.batcher.journal.FileBatchJournal;
import dev.sluice.batcher.journal.InMemoryBatchJournal;
import dev.sluice.batcher.journal.OpenIntent;
import dev.sluice.batcher.journal.PostedRecord;
import dev.sluice.batcher.source.SourcedBlock;
import dev.sluice.l1.contract.BatchPost;
import dev.sluice.l1.sender.Attempt;
import dev.sluice.primitives.batch.BatchData;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BatchPosterTest {
  private static final Hash32 GENESIS_ROOT = TestChain.name("genesis");
  private static final Address ROLLUP = Address.fromHex("00000000000000000000000000000000000000bb");
  private static final BatchHeader GENESIS =
      new BatchHeader(
          Hash32.ZERO,
          Hash32.ZERO,
          GENESIS_ROOT,
          Hash32.ZERO,
          0,
          0,
          0,
          1_000,
          1_000,
          0,
          0,
          Address.ZERO);

  @TempDir Path directory;

  /** {@code kill -9}. Not an exception that anybody may handle. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Dies at one tick. */
  private static final class Fuse implements Runnable {
    private long ticks;
    private final long dieAt;

    private Fuse(long dieAt) {
      this.dieAt = dieAt;
    }

    @Override
    public void run() {
      ticks++;
      if (ticks == dieAt) {
        throw new Killed();
      }
    }
  }

  /** A journal whose process may die before and after each write. */
  private record FragileJournal(BatchJournal journal, Runnable tick) implements BatchJournal {
    @Override
    public Optional<OpenIntent> open() {
      return journal.open();
    }

    @Override
    public Optional<PostedRecord> lastPosted() {
      return journal.lastPosted();
    }

    @Override
    public void attempt(BatchIntent intent, Attempt attempt) throws IOException {
      tick.run();
      journal.attempt(intent, attempt);
      tick.run();
    }

    @Override
    public void posted(PostedRecord record) throws IOException {
      tick.run();
      journal.posted(record);
      tick.run();
    }

    @Override
    public void abandoned() throws IOException {
      tick.run();
      journal.abandoned();
      tick.run();
    }

    @Override
    public void close() throws IOException {
      journal.close();
    }
  }

  private static TestChain chain(int blocks) {
    TestChain chain = new TestChain(new SplittableRandom(11), GENESIS_ROOT, 1_000, true);
    chain.grow(blocks);
    return chain;
  }

  private static BatchPoster poster(ScriptedL1 l1, TestChain chain, BatchJournal journal) {
    return new BatchPoster(
        l1,
        chain.source(),
        journal,
        TestChain.COMMITTEE_SIZE_LOG2,
        10_000,
        List.of(new CountRule(2), new AgeRule(100)));
  }

  /** Steps until the head on L1 holds the last block; time passes 10 ms a step. */
  private static void run(BatchPoster poster, ScriptedL1 l1, TestChain chain) throws Exception {
    long last = chain.blocks().size();
    for (int step = 0; step < 10_000; step++) {
      if (!l1.posts.isEmpty() && l1.posts.getLast().blockNumber() == last) {
        return;
      }
      Step done = poster.step(10L * step);
      assertTrue(
          done instanceof Step.Idle || done instanceof Step.Posted || done instanceof Step.Waiting,
          done::toString);
    }
    throw new AssertionError("not done after 10,000 steps");
  }

  private static void assertEveryBlockOnce(ScriptedL1 l1, TestChain chain, String at) {
    List<Block> posted = new ArrayList<>();
    for (BatchPost post : l1.posts) {
      for (Chunk chunk : BatchData.decode(post.chunks()).orElseThrow().chunks()) {
        posted.addAll(chunk.blocks(TestChain.COMMITTEE_SIZE_LOG2).orElseThrow());
      }
    }
    assertEquals(chain.blocks().stream().map(SourcedBlock::block).toList(), posted, at);
  }

  @Test
  void blocks_arePostedOnce_whereverTheBatcherIsKilled() throws Exception {
    TestChain chain = chain(60);
    boolean survived = false;
    int kills = 0;
    for (long dieAt = 1; !survived; dieAt++) {
      Path file = directory.resolve("journal-" + dieAt + ".bin");
      Fuse fuse = new Fuse(dieAt);
      ScriptedL1 l1 = new ScriptedL1(GENESIS, fuse);
      try (FileBatchJournal journal = FileBatchJournal.open(file, ROLLUP)) {
        run(poster(l1, chain, new FragileJournal(journal, fuse)), l1, chain);
        survived = true;
      } catch (Killed killed) {
        kills++;
        try (FileBatchJournal journal = FileBatchJournal.open(file, ROLLUP)) {
          BatchPoster restarted = poster(l1, chain, journal);
          run(restarted, l1, chain);
          restarted.step(1_000_000);
          assertEquals(Optional.empty(), journal.open(), "killed at " + dieAt);
        }
      }
      String at = "killed at tick " + dieAt;
      assertEveryBlockOnce(l1, chain, at);
      assertEquals(0, l1.minedReverts(), at);
      assertEquals(l1.posts.size(), l1.nonce(), at);
    }
    assertTrue(kills > 50, "kills: " + kills);
  }

  @Test
  void posting_goesOn_afterL1WasAway() throws Exception {
    TestChain chain = chain(20);
    ScriptedL1 l1 = new ScriptedL1(GENESIS, () -> {});
    BatchPoster poster = poster(l1, chain, new InMemoryBatchJournal());
    poster.step(0);
    l1.away = true;
    assertThrows(IOException.class, () -> poster.step(5_000));
    assertThrows(IOException.class, () -> poster.step(6_000));
    l1.away = false;
    run(poster, l1, chain);
    assertEveryBlockOnce(l1, chain, "after L1 was away");
  }

  @Test
  void post_waits_untilL1TimeReachesTheClock() throws Exception {
    TestChain chain = chain(5);
    ScriptedL1 l1 = new ScriptedL1(GENESIS, () -> {});
    l1.timestamp = 999;
    BatchPoster poster = poster(l1, chain, new InMemoryBatchJournal());
    Step step = new Step.Idle();
    for (int i = 0; i < 50 && !(step instanceof Step.Waiting); i++) {
      step = poster.step(10L * i);
    }
    assertInstanceOf(Step.Waiting.class, step);
    assertEquals(0, l1.posts.size());
    l1.timestamp = 1_000;
    run(poster, l1, chain);
  }

  @Test
  void posting_halts_whenOurBatchIsConvicted() throws Exception {
    TestChain chain = chain(20);
    ScriptedL1 l1 = new ScriptedL1(GENESIS, () -> {});
    InMemoryBatchJournal journal = new InMemoryBatchJournal();
    BatchPoster poster = poster(l1, chain, journal);
    run(poster, l1, chain);
    l1.convict(1);
    long nonce = l1.nonce();
    Step step = new Step.Idle();
    for (int i = 0; i < 10 && !(step instanceof Step.Halted); i++) {
      step = poster.step(1_000_000L + 10_000L * i);
    }
    assertInstanceOf(Step.Halted.class, step);
    assertInstanceOf(Step.Halted.class, poster.step(9_000_000));
    assertInstanceOf(Step.Halted.class, poster(l1, chain, journal).step(0), "also after a restart");
    assertEquals(nonce, l1.nonce());
  }

  @Test
  void posting_isRefused_whenL1ClaimsAnotherRoot() throws Exception {
    TestChain chain = chain(5);
    BatchHeader other =
        new BatchHeader(
            Hash32.ZERO,
            Hash32.ZERO,
            TestChain.name("other"),
            Hash32.ZERO,
            0,
            0,
            0,
            1_000,
            1_000,
            0,
            0,
            Address.ZERO);
    ScriptedL1 l1 = new ScriptedL1(other, () -> {});
    BatchPoster poster = poster(l1, chain, new InMemoryBatchJournal());
    poster.step(0);
    Step.Refused refused = assertInstanceOf(Step.Refused.class, poster.step(10));
    assertTrue(refused.reason().contains(GENESIS_ROOT.toString()), refused.reason());
  }
}
