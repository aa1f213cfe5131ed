package dev.sluice.systemtests.differential;

import dev.sluice.primitives.value.Hash32;
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
  private final SwitchedProver prover;
  private final ExecutorService threads;
  private final int triesMax;
  private final List<Check> hunted;
  private final Map<Check, String> noticed = new LinkedHashMap<>();
  private final Map<Check, Integer> tries = new HashMap<>();
  private int calls;
  private int chunks;

  /**
   * @param triesMax how often a check that changes nothing is switched off again in a later chunk
   * @param threads at most so many calls at once
   */
  CheckHunt(SwitchedProver prover, Predicate<Check> hunted, int triesMax, ExecutorService threads) {
    this.triesMax = triesMax;
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
        + " checks of Solidity switched off one by one: "
        + chunks
        + " calls with all on, "
        + calls
        + " with one off; noticed: "
        + noticed.size()
        + ", not noticed: "
        + missing(named);
  }

  /** Switches off whatever decides something in this chunk and was not noticed yet. */
  void chunk(ChunkCase chunk) throws IOException, InterruptedException {
    chunks++;
    ProverOnNode.Answer right = new ProverOnNode.Answer.Root(chunk.postRoot());
    ProverOnNode.Answer honest = prover.answer(chunk, ProverOnNode.GAS_MAX);
    if (!honest.equals(right)) {
      throw new AssertionError(
          chunk.place() + ": Java says " + right + ", the contracts with all checks on " + honest);
    }
    for (Map.Entry<Check, ProverOnNode.Answer> each :
        answers(chunk, ProverOnNode.GAS_MAX).entrySet()) {
      if (!each.getValue().equals(right)) {
        noticed.put(each.getKey(), chunk.place() + ": " + each.getValue());
      }
    }
  }

  /**
   * Switches off whatever stops an attack on an honest chunk, and looks whether the attack gives a
   * root then, with which the chunk would be convicted.
   */
  void attack(WitnessAttacks.Attack attack) throws IOException, InterruptedException {
    chunks++;
    String place = attack.chunk().place() + ", " + attack.what();
    ProverOnNode.Answer right = new ProverOnNode.Answer.Root(attack.chunk().postRoot());
    ProverOnNode.Answer honest = prover.answer(attack.chunk(), attack.gas());
    if (honest instanceof ProverOnNode.Answer.Root) {
      if (!honest.equals(right)) {
        throw new AssertionError(place + ": Java says " + right + ", the contracts " + honest);
      }
      return;
    }
    for (Map.Entry<Check, ProverOnNode.Answer> each :
        answers(attack.chunk(), attack.gas()).entrySet()) {
      if (each.getValue() instanceof ProverOnNode.Answer.Root(Hash32 root)
          && !root.equals(attack.chunk().postRoot())) {
        noticed.put(each.getKey(), place + ": " + root);
      }
    }
  }

  /** The answers without each of the checks that decide something here and were not noticed yet. */
  private Map<Check, ProverOnNode.Answer> answers(ChunkCase chunk, long gas)
      throws IOException, InterruptedException {
    Map<Check, Future<ProverOnNode.Answer>> asked = new LinkedHashMap<>();
    for (int fired : prover.firedIn(chunk, gas)) {
      Check check = prover.checks().get(fired);
      if (hunted.contains(check)
          && !noticed.containsKey(check)
          && tries.merge(check, 1, Integer::sum) <= triesMax) {
        asked.put(check, threads.submit(() -> prover.answerWithout(fired, chunk, gas)));
      }
    }
    Map<Check, ProverOnNode.Answer> answers = new LinkedHashMap<>();
    for (Map.Entry<Check, Future<ProverOnNode.Answer>> each : asked.entrySet()) {
      calls++;
      try {
        answers.put(each.getKey(), each.getValue().get());
      } catch (ExecutionException failed) {
        throw new IOException(chunk.place() + " without " + each.getKey(), failed.getCause());
      }
    }
    return answers;
  }

  /** A line per check. */
  void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Check check : hunted) {
      lines.add(
          check
              + "  |  "
              + noticed.getOrDefault(
                  check, "not noticed in " + tries.getOrDefault(check, 0) + " calls"));
    }
    Files.createDirectories(file.getParent());
    Files.write(file, lines);
  }
}
