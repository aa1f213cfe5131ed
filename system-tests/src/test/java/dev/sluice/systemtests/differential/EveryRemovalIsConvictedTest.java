package dev.sluice.systemtests.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.l1.node.AnvilOptions;
import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.execution.BlockExecutor;
import dev.sluice.state.execution.ChunkExecutor;
import dev.sluice.state.execution.ChunkExecutor.Witnessed;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.transition.QueuedMessage;
import dev.sluice.systemtests.removal.ChangedReader;
import dev.sluice.systemtests.removal.Sequencer;
import dev.sluice.systemtests.removal.Site;
import dev.sluice.systemtests.removal.Sites;
import dev.sluice.systemtests.secondreader.SecondReader.Judgement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;

/**
 * Total provability: a sequencer without one check or one effect posts what it computes, and one
 * transaction convicts it. The checks and effects are not listed anywhere: they are found in the
 * sources of the second reader, and what is not convicted must be named here with the reason.
 */
final class EveryRemovalIsConvictedTest {
  private static final long SEED = Long.getLong("sluice.seed", 20_261_121L);
  private static final int CHUNKS_MAX = Integer.getInteger("sluice.chunks", 400);

  /**
   * Checks whose removal alone moves no root: they are made once more behind it, nothing could
   * happen without them, or such a sequencer has nothing to compute with.
   */
  private static final Set<String> WITHOUT_TRACE =
      Set.of(
          // 2^32 - 1 leaves of a type.
          ".isFull()",
          // The kind looks for its account and its member again.
          "resolve: (!accounts.has(from))",
          "resolve: (t.small >= members(job))",
          // A closed channel's deposit is what was claimed: there is no more to claim.
          "claim: (channel.state == 3)",
          // This reader has no point to add then; EveryCheckOfSolidityCountsTest has one that has.
          "register: (key == null)",
          "decodeKey: ",
          // A fifth token has no price and no balance to compute with, and is not listed.
          "forced: (t.token < 0",
          // Nowhere to put the key, no member to look at.
          "register: committees.add(",
          "reveal: (t.small >= members(job))");

  private static final EnumSet<Refusal> REFUSALS_WITHOUT_TRACE =
      EnumSet.of(Refusal.CAPACITY_EXHAUSTED, Refusal.BAD_DEVICE_KEY);

  /** How often a removal that changes nothing is tried again on a later chunk. */
  private static final int TRIES_MAX = 60;

  /** A batch of so many honest chunks is surely below a transaction's limit. */
  private static final int CHUNKS_PER_BATCH = 28;

  private final Map<Sites.Removal, RollupOnNode.Conviction> convicted = new LinkedHashMap<>();
  private final Map<Sites.Removal, Integer> tries = new HashMap<>();
  private final List<Chunk> unposted = new ArrayList<>();

  @Test
  void everyRemovedCheckOrEffect_isConvictedInOneTransaction() throws Exception {
    try (RollupOnNode l1 = RollupOnNode.start()) {
      TypedData domain = new TypedData(RandomChain.CHAIN_ID, l1.rollup());
      RandomChain chain =
          new RandomChain(new SeededGenerator(SEED), l1.genesis(), domain, l1.rollup());
      ChangedReader reader = new ChangedReader(RandomChain.read(l1.genesis(), l1.rollup()));
      ChunkExecutor node =
          new ChunkExecutor(
              new BlockExecutor(Ledger.genesis(l1.genesis(), NodeHasher.fastest()), domain));
      MadeChunks made = new MadeChunks(chain, l1.genesis(), domain);
      List<QueuedMessage> inbox = new ArrayList<>();
      for (int number = 0; number < CHUNKS_MAX && !isComplete(reader.sites()); number++) {
        // The first chunk funds the wallets.
        RandomChain.Drawn drawn = number == 0 ? chain.next() : made.next().orElseGet(chain::next);
        for (RandomChain.Queued queued :
            chain.inbox().subList(inbox.size(), chain.inbox().size())) {
          l1.queue(queued);
          inbox.add(queued.forExecutor());
          reader
              .sequencer()
              .queue(
                  queued.message().kind(),
                  queued.message().payload(),
                  queued.link().time(),
                  queued.link().witnessWeight(),
                  queued.link().gasWeight());
        }
        chunk(number, drawn, reader, node, inbox, l1);
      }
      report(reader.sites());
    }
  }

  private void chunk(
      int number,
      RandomChain.Drawn drawn,
      ChangedReader reader,
      ChunkExecutor node,
      List<QueuedMessage> inbox,
      RollupOnNode l1)
      throws IOException, InterruptedException {
    Sequencer sequencer = reader.sequencer();
    RollupOnNode.End before = end(sequencer);
    Runnable goBack = reader.rememberState();
    long position = Math.min(drawn.headerInboxPosition(), inbox.size());
    ChangedReader.Honest honest = reader.execute(drawn.payload(), position);
    Hash32 root = Hash32.of(honest.root());
    assertEquals(drawn.postRoot(), root, "seed " + SEED + ", chunk " + number);
    boolean executed = drawn.judgement() == Judgement.EXECUTED;
    RollupOnNode.End after =
        executed
            ? end(sequencer)
            : new RollupOnNode.End(
                before.blockNumber() + 1, before.blockAccumulator(), before.clock(), position);
    Map<Sites.Removal, Hash32> cheats = new LinkedHashMap<>();
    for (Sites.Removal removal : honest.mattered()) {
      if (convicted.containsKey(removal) || tries.merge(removal, 1, Integer::sum) > TRIES_MAX) {
        continue;
      }
      goBack.run();
      reader
          .executeWithout(removal, drawn.payload(), position)
          .map(Hash32::of)
          .filter(cheat -> !cheat.equals(root) && !cheat.isZero())
          .ifPresent(cheat -> cheats.put(removal, cheat));
    }
    goBack.run();
    reader.execute(drawn.payload(), position);

    Witnessed witnessed =
        node.executeWithWitness(
            drawn.payload(), position, inbox.subList((int) before.inboxPosition(), inbox.size()));
    assertEquals(root, witnessed.outcome().postRoot());
    if (!cheats.isEmpty()) {
      postHonest(before, l1);
      assertEquals(witnessed.preRoot(), l1.headRoot());
    }
    for (Map.Entry<Sites.Removal, Hash32> cheat : cheats.entrySet()) {
      RollupOnNode.Conviction conviction =
          l1.postAndConvict(cheat.getValue(), drawn.payload(), after, witnessed.witness());
      convicted.put(cheat.getKey(), conviction);
    }
    if (executed) {
      unposted.add(new Chunk(root, Bytes.wrap(drawn.payload())));
      if (unposted.size() == CHUNKS_PER_BATCH) {
        postHonest(after, l1);
      }
    }
    if (!cheats.isEmpty()) {
      System.out.println(
          "chunk "
              + number
              + " "
              + drawn.judgement()
              + ": "
              + cheats.size()
              + " convicted, in all "
              + convicted.size());
    }
  }

  private static RollupOnNode.End end(Sequencer sequencer) {
    return new RollupOnNode.End(
        sequencer.blockNumber(),
        Hash32.of(sequencer.blockAccumulator()),
        sequencer.clock(),
        sequencer.inboxPosition());
  }

  private void postHonest(RollupOnNode.End end, RollupOnNode l1)
      throws IOException, InterruptedException {
    if (!unposted.isEmpty()) {
      l1.post(unposted, end);
      unposted.clear();
    }
  }

  /** What must be convicted and is not yet. */
  private List<String> missing(List<Site> sites) {
    Set<Integer> found = new TreeSet<>();
    convicted.keySet().forEach(removal -> found.add(removal.site()));
    return sites.stream()
        .filter(site -> site.what() != Site.What.FORM && !found.contains(site.number()))
        .map(Site::toString)
        .filter(site -> WITHOUT_TRACE.stream().noneMatch(site::contains))
        .toList();
  }

  /** The refusals whose checks must be convicted and are not yet. */
  private Set<Refusal> missingRefusals() {
    EnumSet<Refusal> refusals = EnumSet.complementOf(REFUSALS_WITHOUT_TRACE);
    convicted
        .keySet()
        .forEach(removal -> Refusal.of(removal.refusal()).ifPresent(refusals::remove));
    return refusals;
  }

  private boolean isComplete(List<Site> sites) {
    return missing(sites).isEmpty() && missingRefusals().isEmpty();
  }

  private void report(List<Site> sites) throws IOException {
    List<String> lines = new ArrayList<>();
    Set<Integer> found = new TreeSet<>();
    convicted.forEach(
        (removal, conviction) -> {
          found.add(removal.site());
          lines.add(
              name(sites.get(removal.site()), removal)
                  + ": "
                  + conviction.gas()
                  + " gas, "
                  + conviction.calldataBytes()
                  + " bytes");
        });
    lines.sort(null);
    Path table = AnvilOptions.home().resolve("system-tests/target/removals.txt");
    Files.createDirectories(table.getParent());
    Files.write(table, lines);
    System.out.println(
        convicted.size() + " convictions without one of " + found.size() + " checks and effects");
    assertEquals(List.of(), missing(sites), "not convicted; seed " + SEED);
    assertEquals(Set.of(), missingRefusals(), "not convicted; seed " + SEED);
  }

  private static String name(Site site, Sites.Removal removal) {
    String kind = removal.kind() == Sites.EVERY_KIND ? "" : " of kind " + removal.kind();
    String refusal = Refusal.of(removal.refusal()).map(each -> " [" + each + "]").orElse("");
    return site + kind + refusal;
  }
}
