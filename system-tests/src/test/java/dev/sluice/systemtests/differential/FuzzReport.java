package dev.sluice.systemtests.differential;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.systemtests.secondreader.SecondReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a fuzz run did and found. Not thread-safe. */
final class FuzzReport {
  /** A chunk applies at least so many transactions to count as a busy one. */
  static final int BUSY = 10;

  private final long seed;
  private final TreeMap<String, Integer> judgements = new TreeMap<>();
  private final int[] applied = new int[16];
  private final int[] forced = new int[16];
  private final TreeMap<Integer, Integer> refusals = new TreeMap<>();
  private final List<String> disagreements = new ArrayList<>();
  private final long startedNanos = System.nanoTime();
  private int chunks;
  private int busy;

  FuzzReport(long seed) {
    this.seed = seed;
  }

  void chunk(RandomChain.Drawn drawn) {
    chunks++;
    busy += drawn.applied() >= BUSY ? 1 : 0;
    judgements.merge(drawn.judgement().name(), 1, Integer::sum);
  }

  /** Adds up a chain that has been drawn to its end. */
  void chain(SecondReader state) {
    for (int kind = 0; kind < applied.length; kind++) {
      applied[kind] += state.applied()[kind];
      forced[kind] += state.appliedForced()[kind];
    }
    state.refusals().forEach((refusal, count) -> refusals.merge(refusal, count, Integer::sum));
  }

  /** Refusals met outside of random chains. */
  void refused(int refusal) {
    refusals.merge(refusal, 1, Integer::sum);
  }

  void disagreement(String text) {
    disagreements.add(text);
  }

  int chunks() {
    return chunks;
  }

  int busy() {
    return busy;
  }

  Map<String, Integer> judgements() {
    return judgements;
  }

  List<String> disagreements() {
    return disagreements;
  }

  /** How many transactions of a kind were applied, forced ones included. */
  int applied(TransactionKind kind) {
    return applied[kind.number()] + forced[kind.number()];
  }

  /** The refusals that nothing was refused with. */
  Set<Refusal> neverSeen() {
    Set<Refusal> unseen = EnumSet.allOf(Refusal.class);
    refusals.keySet().forEach(number -> unseen.remove(Refusal.of(number).orElseThrow()));
    return unseen;
  }

  /** One line for a progress log. */
  String summary() {
    long seconds = (System.nanoTime() - startedNanos) / 1_000_000_000;
    return chunks
        + " chunks in "
        + seconds
        + " s, "
        + busy
        + " of ten transactions or more, "
        + judgements
        + ", disagreements "
        + disagreements.size();
  }

  /** Writes all of it as JSON. */
  void write(Path file) throws IOException {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode();
    root.put("seed", seed);
    root.put("chunks", chunks);
    root.put("chunksApplyingTenOrMore", busy);
    root.put("seconds", (System.nanoTime() - startedNanos) / 1_000_000_000);
    ObjectNode byKind = root.putObject("transactionsByKind");
    ObjectNode forcedByKind = root.putObject("forcedTransactionsByKind");
    for (TransactionKind kind : TransactionKind.values()) {
      byKind.put(kind.name(), applied(kind));
      forcedByKind.put(kind.name(), forced[kind.number()]);
    }
    ObjectNode byJudgement = root.putObject("chunksByJudgement");
    judgements.forEach(byJudgement::put);
    ObjectNode byRefusal = root.putObject("outcomesByRefusal");
    refusals.forEach(
        (number, count) -> byRefusal.put(Refusal.of(number).orElseThrow().name(), count));
    var found = root.putArray("disagreements");
    disagreements.forEach(found::add);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, mapper.writeValueAsString(root) + "\n");
  }
}
