package dev.sluice.systemtests.differential;

import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.execution.BlockExecutor;
import dev.sluice.state.execution.ChunkExecutor;
import dev.sluice.state.execution.ChunkExecutor.Witnessed;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.transition.QueuedMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Random chunks through three readings of the protocol: the second reader that draws them, the
 * node's executor that makes the witness, and the prover on an EVM node that has nothing else.
 */
final class ChunkFuzz implements AutoCloseable {
  /** Chunks of one chain; then another begins at genesis, so that states stay small. */
  static final int CHUNKS_PER_CHAIN = 250;

  private static final int IN_FLIGHT_MAX = 12;
  private static final int CALLERS = 2;

  /** More messages than one chunk can take. */
  private static final int MESSAGES_AHEAD = 2_000;

  private final ProverOnNode prover;
  private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
  private final Map<Address, String> codes;
  private final Path cases;
  private final boolean keepsChains;
  private final List<RandomChain.Recorded> recorded = new ArrayList<>();

  /** One call under way. */
  private record Call(String place, RandomChain.Drawn drawn, Future<ProverOnNode.Answer> answer) {}

  /**
   * @param codes runtime code in place of a contract's own
   * @param cases directory for the arguments of calls that disagree
   * @param keepsChains whether {@link #recorded} is wanted afterwards
   */
  ChunkFuzz(ProverOnNode prover, Map<Address, String> codes, Path cases, boolean keepsChains) {
    this.prover = prover;
    this.keepsChains = keepsChains;
    this.codes = Map.copyOf(codes);
    this.cases = cases;
  }

  /** Runs at least so many chunks; {@code progress} hears of every chain. */
  FuzzReport run(long seed, int chunks, int disagreementsMax, Consumer<FuzzReport> progress)
      throws IOException, InterruptedException {
    FuzzReport report = new FuzzReport(seed);
    for (int chain = 0; report.chunks() < chunks; chain++) {
      int wanted = Math.min(CHUNKS_PER_CHAIN, chunks - report.chunks());
      chain(seed + 1_000_003L * chain, wanted, report, disagreementsMax);
      progress.accept(report);
      if (report.disagreements().size() >= disagreementsMax) {
        break;
      }
    }
    return report;
  }

  /** The chains of the runs so far. */
  List<RandomChain.Recorded> recorded() {
    return recorded;
  }

  private void chain(long seed, int wanted, FuzzReport report, int disagreementsMax)
      throws IOException, InterruptedException {
    TypedData domain = new TypedData(RandomChain.CHAIN_ID, prover.rollup());
    RandomChain chain =
        new RandomChain(new SeededGenerator(seed), prover.genesis(), domain, prover.rollup());
    BlockExecutor executor =
        new BlockExecutor(Ledger.genesis(prover.genesis(), NodeHasher.plain()), domain);
    ChunkExecutor node = new ChunkExecutor(executor);
    List<RandomChain.Drawn> chunks = new ArrayList<>();
    if (keepsChains) {
      recorded.add(
          new RandomChain.Recorded(prover.genesis(), prover.rollup(), chain.inbox(), chunks));
    }
    ArrayDeque<Call> calls = new ArrayDeque<>();
    TreeMap<Long, Hash32> accumulators = new TreeMap<>(Map.of(0L, Hash32.ZERO));
    for (int number = 0;
        number < wanted && report.disagreements().size() < disagreementsMax;
        number++) {
      String place = "seed " + seed + ", chunk " + number;
      RandomChain.Drawn drawn = chain.next();
      report.chunk(drawn);
      if (keepsChains) {
        chunks.add(drawn);
      }
      List<RandomChain.Queued> inbox = chain.inbox();
      while (accumulators.size() <= inbox.size()) {
        RandomChain.Queued queued = inbox.get(accumulators.size() - 1);
        accumulators.put(
            (long) accumulators.size(),
            queued.link().accumulate(accumulators.lastEntry().getValue()));
      }
      long position = executor.ledger().meta().inboxPosition();
      Witnessed witnessed =
          node.executeWithWitness(
              drawn.payload(),
              drawn.headerInboxPosition(),
              inbox.subList((int) position, inbox.size()).stream()
                  .map(
                      queued ->
                          new QueuedMessage(
                              queued.message(),
                              queued.link().time(),
                              queued.link().witnessWeight(),
                              queued.link().gasWeight()))
                  .toList());
      if (!witnessed.outcome().postRoot().equals(drawn.postRoot())) {
        report.disagreement(
            place
                + ", "
                + drawn.judgement()
                + ": the second reader says "
                + drawn.postRoot()
                + ", the executor "
                + witnessed.outcome());
        break;
      }
      Map<Long, Hash32> near =
          new TreeMap<>(accumulators.subMap(position, position + MESSAGES_AHEAD));
      calls.add(
          new Call(
              place,
              drawn,
              callers.submit(
                  () -> {
                    ProverOnNode.Answer answer =
                        prover.postRootOf(
                            witnessed.preRoot(),
                            drawn.headerInboxPosition(),
                            drawn.payload(),
                            witnessed.witness(),
                            near,
                            codes);
                    if (!answer.equals(new ProverOnNode.Answer.Root(drawn.postRoot()))) {
                      keep(place, drawn, witnessed, near);
                    }
                    return answer;
                  })));
      if (calls.size() == IN_FLIGHT_MAX) {
        judge(calls.remove(), report);
      }
    }
    while (!calls.isEmpty()) {
      judge(calls.remove(), report);
    }
    report.chain(chain.state());
  }

  private static void judge(Call call, FuzzReport report) throws IOException, InterruptedException {
    try {
      ProverOnNode.Answer answer = call.answer().get();
      if (!answer.equals(new ProverOnNode.Answer.Root(call.drawn().postRoot()))) {
        report.disagreement(
            call.place()
                + ", "
                + call.drawn().judgement()
                + ": Java says "
                + call.drawn().postRoot()
                + ", the prover "
                + answer);
      }
    } catch (ExecutionException failed) {
      throw new IOException(call.place(), failed.getCause());
    }
  }

  /** Everything that repeats the call, one value a line. */
  private void keep(
      String place, RandomChain.Drawn drawn, Witnessed witnessed, Map<Long, Hash32> accumulators)
      throws IOException {
    HexFormat hex = HexFormat.of();
    Files.createDirectories(cases);
    Files.writeString(
        cases.resolve(place.replaceAll("[^0-9a-z]+", "-") + ".txt"),
        "preRoot "
            + witnessed.preRoot()
            + "\npostRoot "
            + drawn.postRoot()
            + "\ninboxPositionEnd "
            + drawn.headerInboxPosition()
            + "\npayload 0x"
            + hex.formatHex(drawn.payload())
            + "\nwitness 0x"
            + hex.formatHex(witnessed.witness())
            + "\naccumulators "
            + accumulators
            + "\n");
  }

  @Override
  public void close() {
    callers.shutdownNow();
  }
}
