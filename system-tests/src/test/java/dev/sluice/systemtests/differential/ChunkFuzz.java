package dev.sluice.systemtests.differential;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
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

  private final ProverOnNode prover;
  private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
  private final Path cases;

  /** One call under way. */
  private record Call(ChunkCase chunk, Future<ProverOnNode.Answer> answer) {}

  /**
   * @param cases directory for the arguments of calls that disagree
   */
  ChunkFuzz(ProverOnNode prover, Path cases) {
    this.prover = prover;
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

  private void chain(long seed, int wanted, FuzzReport report, int disagreementsMax)
      throws IOException, InterruptedException {
    WitnessedChain chain = new WitnessedChain(seed, prover.genesis(), prover.rollup());
    ArrayDeque<Call> calls = new ArrayDeque<>();
    for (int number = 0;
        number < wanted && report.disagreements().size() < disagreementsMax;
        number++) {
      RandomChain.Drawn drawn = chain.chain().next();
      report.chunk(drawn);
      ChunkCase chunk = chain.execute(drawn);
      if (!chain.executed().equals(chunk.postRoot())) {
        report.disagreement(
            chunk.place()
                + ": the second reader says "
                + chunk.postRoot()
                + ", the executor "
                + chain.executed());
        break;
      }
      calls.add(
          new Call(
              chunk,
              callers.submit(
                  () -> {
                    ProverOnNode.Answer answer = prover.postRootOf(chunk);
                    if (!answer.equals(new ProverOnNode.Answer.Root(chunk.postRoot()))) {
                      chunk.write(cases);
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
    report.chain(chain.chain().state());
  }

  private static void judge(Call call, FuzzReport report) throws IOException, InterruptedException {
    ChunkCase chunk = call.chunk();
    try {
      ProverOnNode.Answer answer = call.answer().get();
      if (!answer.equals(new ProverOnNode.Answer.Root(chunk.postRoot()))) {
        report.disagreement(
            chunk.place() + ": Java says " + chunk.postRoot() + ", the prover " + answer);
      }
    } catch (ExecutionException failed) {
      throw new IOException(chunk.place(), failed.getCause());
    }
  }

  @Override
  public void close() {
    callers.shutdownNow();
  }
}
