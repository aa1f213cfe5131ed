package dev.sluice.systemtests.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.l1.node.AnvilOptions;
import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.systemtests.differential.FullTransactions.Full;
import dev.sluice.systemtests.secondreader.FilledState;
import dev.sluice.systemtests.secondreader.SecondReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The weights of docs/protocol.md §9 hold: chunks of every kind and of mixtures, as full as a chunk
 * may be, in a state of 2^32 leaves of every type, are convicted in one transaction that every node
 * takes. Each has the right root on L1 too, and costs no more bytes or gas than it weighs. {@code
 * target/weights.txt} has them all.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WorstChunkIsConvictedTest {
  private static final long SEED = Long.getLong("sluice.seed", 20_261_128L);
  private static final int MIXTURES = 10;
  private static final int MANY = 10_000;

  private final List<String> table = new ArrayList<>();

  @AfterAll
  void write() throws IOException {
    Path file = AnvilOptions.home().resolve("system-tests/target/weights.txt");
    Files.createDirectories(file.getParent());
    Files.write(file, table);
  }

  /** The smallest and the largest committee that there can be. */
  @ParameterizedTest
  @ValueSource(ints = {3, 9})
  void fullChunk_isConvicted_andCostsNoMoreThanItWeighs(int log2) throws Exception {
    try (RollupOnNode l1 = RollupOnNode.start(log2)) {
      List<String> tooLight = new ArrayList<>();
      Measured measured = new Measured(l1, log2, tooLight);
      boolean all = log2 == 3;
      if (all) {
        measured.each(FullTransactions::posted, 1);
        measured.each(FullTransactions::forced, MANY);
        measured.each(FullTransactions::posted, MANY);
      } else {
        measured.each(FullTransactions::heartbeats, MANY);
      }
      int size = 1 << log2;
      for (int absent : List.of(0, 1, 2, size / 16, size / 8)) {
        measured.chunk(made -> made.recordOfMany(absent), 1);
      }
      if (all) {
        int kinds = measured.transactions().posted().size();
        for (int i = 0; i < kinds; i++) {
          int number = i;
          measured.chunk(made -> made.posted().get(number), MANY, true);
        }
      }
      for (int mixture = 0; mixture < MIXTURES; mixture++) {
        boolean burns = mixture % 2 == 1;
        SeededGenerator generator = new SeededGenerator(SEED + mixture);
        String name = "mixture of seed " + (SEED + mixture) + (burns ? ", burning" : "");
        measured.chunk(made -> mixture(name, burns, made, generator), MANY);
      }
      assertEquals(List.of(), tooLight);
    }
  }

  /** Failing precompiles before or behind as many ticks as fit beside them, and the reverse. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5, 8, 10})
  void burningChunk_isConvicted_inAnyOrder(int burning) throws Exception {
    try (RollupOnNode l1 = RollupOnNode.start(3)) {
      Measured measured = new Measured(l1, 3, new ArrayList<>());
      // What is left of 10 M for ticks, 463,600 each.
      int ticks = (9_550_000 - burning * 889_000) / 463_600;
      for (boolean first : List.of(true, false)) {
        int change = first ? burning : ticks;
        measured.chunk(
            made -> {
              Full bad = named(made, "9 HeartbeatRecord, bad signature");
              Full tick = named(made, "4 ChannelClaim, 4,096 ticks");
              AtomicInteger next = new AtomicInteger();
              return new Full(
                  burning
                      + " bad signatures "
                      + (first ? "before " : "behind ")
                      + ticks
                      + " claims",
                  true,
                  () -> (next.getAndIncrement() < change == first ? bad : tick).next().get());
            },
            burning + ticks);
      }
    }
  }

  private static Full named(FullTransactions made, String name) {
    return made.posted().stream()
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Of all kinds; of such as nobody could refuse in time too, if it burns. */
  private static Full mixture(
      String name, boolean burns, FullTransactions made, SeededGenerator generator) {
    List<Full> kinds = new ArrayList<>(made.posted());
    kinds.removeIf(kind -> kind.burns() && !burns);
    return new Full(name, burns, () -> kinds.get(generator.below(kinds.size())).next().get());
  }

  /**
   * Records of as many committees as fit: of all but one absent, listed one by one and by bits,
   * which makes the most counters and the longest lists; and of a quarter to a half, whose keys are
   * the most bytes that one proof can have, more than 65,535 at 64 members and above.
   */
  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 6, 7, 8, 9})
  void recordOfManyCommittees_isConvicted(int log2) throws Exception {
    try (RollupOnNode l1 = RollupOnNode.start(log2)) {
      List<String> tooLight = new ArrayList<>();
      Measured measured = new Measured(l1, log2, tooLight);
      int size = 1 << log2;
      measured.chunk(FullTransactions::recordOfLists, 1);
      for (int absent : List.of(size - 1, size / 4, size / 2 - 1, size / 2)) {
        measured.chunk(made -> made.recordOfMany(absent), 1);
      }
      assertEquals(List.of(), tooLight);
    }
  }

  private final class Measured {
    private final RollupOnNode l1;
    private final int log2;
    private final List<String> tooLight;

    Measured(RollupOnNode l1, int log2, List<String> tooLight) {
      this.l1 = l1;
      this.log2 = log2;
      this.tooLight = tooLight;
    }

    private FullTransactions transactions() {
      SecondReader reader = new SecondReader(RandomChain.read(l1.genesis(), l1.rollup()));
      return new FullTransactions(
          new FilledState(reader, log2, l1.genesis().genesisTime() + FullTransactions.AFTER),
          l1.genesis(),
          new TypedData(RandomChain.CHAIN_ID, l1.rollup()));
    }

    /** A chunk for each of these. */
    void each(Function<FullTransactions, List<Full>> kinds, int most) throws Exception {
      int count = kinds.apply(transactions()).size();
      for (int i = 0; i < count; i++) {
        int number = i;
        chunk(made -> kinds.apply(made).get(number), most);
      }
    }

    void chunk(Function<FullTransactions, Full> kind, int most) throws Exception {
      chunk(kind, most, false);
    }

    /** Each transaction in a block of its own, if {@code apart}. */
    void chunk(Function<FullTransactions, Full> kind, int most, boolean apart) throws Exception {
      FullTransactions made = transactions();
      Full full = kind.apply(made);
      FullChunk chunk = FullChunk.of(log2, made, full.next(), most, apart);
      l1.restart(chunk.preRoot());
      for (RandomChain.Queued queued : chunk.messages()) {
        l1.queue(queued);
      }
      int position = chunk.messages().size();
      RollupOnNode.Execution execution =
          l1.execute(chunk.preRoot(), position, chunk.payload(), chunk.witness());
      Hash32 root = chunk.postRoot();
      assertEquals(root, execution.root(), full.name());
      long gas = execution.gas();
      RollupOnNode.Conviction conviction =
          l1.postAndConvict(
              new Hash32(root.w0(), root.w1(), root.w2(), root.w3() ^ 1),
              chunk.payload(),
              new RollupOnNode.End(1, chunk.blockAccumulator(), chunk.clock(), position),
              chunk.witness());
      String line =
          String.format(
              "committees of %3d: %-48s %4d tx, %4d B posted | bytes %6d of %6d | gas %8d of %8d"
                  + " | in all %8d",
              1 << log2,
              full.name() + (apart ? ", as many blocks" : ""),
              chunk.transactions(),
              chunk.payload().length,
              conviction.calldataBytes(),
              chunk.weight().witnessBytes(),
              gas,
              chunk.weight().gas(),
              conviction.gas());
      table.add(line);
      System.out.println(line);
      // What a failed call takes depends on what there is: it has to be enough, no more.
      if (conviction.calldataBytes() > chunk.weight().witnessBytes()
          || (!full.burns() && gas > chunk.weight().gas())) {
        tooLight.add(line);
      }
    }
  }
}
