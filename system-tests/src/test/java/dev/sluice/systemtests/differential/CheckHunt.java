package dev.sluice.systemtests.differential;

import dev.sluice.systemtests.removal.solidity.Check;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Predicate;

/** Looks for chunks that show that a check is off. */
final class CheckHunt {
  /** How often a check that changes nothing is switched off again in a later chunk. */
  private static final int TRIES_MAX = 40;

  private final SwitchedProver prover;
  private final ExecutorService threads;
  private final List<Check> hunted;
  private final Map<Check, String> noticed = new LinkedHashMap<>();
  private final Map<Check, Integer> tries = new HashMap<>();
  private int calls;
  private int chunks;

  /**
   * @param threads at most so many calls at once
   */
  CheckHunt(SwitchedProver prover, Predicate<Check> hunted, ExecutorService threads) {
    this.prover = prover;
    this.threads = threads;
    this.hunted = prover.checks().stream().filter(hunted).toList();
  }

  /** Those that no chunk has shown yet, and that are not named; the names are parts. */
  List<Check> missing(Set<String> named) {
    return hunted.stream()
        .filter(check -> !noticed.containsKey(check))
        .filter(check -> named.stream().noneMatch(check.name()::contains))
        .toList();
  }

  /** The names that stand for nothing, or for what a chunk has shown. */
  List<String> wronglyNamed(Set<String> named) {
    List<String> wrongly = new ArrayList<>();
    for (String name : new TreeSet<>(named)) {
      List<Check> meant = hunted.stream().filter(check -> check.name().contains(name)).toList();
      if (meant.isEmpty()) {
        wrongly.add(name + " is not there");
      }
      meant.stream()
          .filter(noticed::containsKey)
          .forEach(check -> wrongly.add(check + " was noticed: " + noticed.get(check)));
    }
    return wrongly;
  }

  /** One line. */
  String summary(Set<String> named) {
    return hunted.size()
        + " checks of Solidity switched off one by one on "
        + chunks
        + " chunks, "
        + calls
        + " times; noticed: "
        + noticed.size()
        + ", not noticed: "
        + missing(named);
  }

  /** Switches off whatever decides something in this chunk and was not noticed yet. */
  void chunk(ChunkCase chunk) throws IOException, InterruptedException {
    chunks++;
    ProverOnNode.Answer right = new ProverOnNode.Answer.Root(chunk.postRoot());
    ProverOnNode.Answer honest = prover.answer(chunk);
    if (!honest.equals(right)) {
      throw new AssertionError(
          chunk.place() + ": Java says " + right + ", the contracts with all checks on " + honest);
    }
    Map<Check, Future<ProverOnNode.Answer>> answers = new LinkedHashMap<>();
    for (int fired : prover.firedIn(chunk)) {
      Check check = prover.checks().get(fired);
      if (hunted.contains(check)
          && !noticed.containsKey(check)
          && tries.merge(check, 1, Integer::sum) <= TRIES_MAX) {
        answers.put(check, threads.submit(() -> prover.answerWithout(fired, chunk)));
      }
    }
    for (Map.Entry<Check, Future<ProverOnNode.Answer>> each : answers.entrySet()) {
      calls++;
      try {
        ProverOnNode.Answer answer = each.getValue().get();
        if (!answer.equals(right)) {
          noticed.put(each.getKey(), chunk.place() + ": " + answer);
        }
      } catch (ExecutionException failed) {
        throw new IOException(chunk.place() + " without " + each.getKey(), failed.getCause());
      }
    }
  }

  /** A line per check. */
  void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Check check : hunted) {
      lines.add(
          check
              + "  |  "
              + noticed.getOrDefault(
                  check, "not noticed in " + tries.getOrDefault(check, 0) + " chunks"));
    }
    Files.createDirectories(file.getParent());
    Files.write(file, lines);
  }
}
