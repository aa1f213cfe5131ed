package dev.sluice.systemtests.removal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What the changed sources call: asks whether the check or the effect at a place is there, and
 * keeps the places at which it mattered. Static, because the sources are nobody's objects; one
 * thread at a time.
 */
public final class Sites {
  /**
   * A place in the changed sources, or one of the kinds that share it.
   *
   * @param site number of the place
   * @param kind of the transaction for a place that several kinds share; else {@link #EVERY_KIND}
   * @param refusal what it refused with; 0 if it refuses nothing
   */
  public record Removal(int site, int kind, int refusal) {}

  /** The kind in a removal that holds for all of them. */
  public static final int EVERY_KIND = -1;

  /** The refusal of a chunk as a whole. */
  public static final int NO_OPERATION = -1;

  private static final Set<Removal> SEEN = new LinkedHashSet<>();
  private static final Deque<Integer> KINDS = new ArrayDeque<>();
  private static Optional<Removal> removed = Optional.empty();
  private static Set<Integer> shared = Set.of();

  private Sites() {}

  /** Names the places that several kinds of transactions share. */
  static void share(Set<Integer> sites) {
    shared = Set.copyOf(sites);
  }

  /** Begins a run of a chunk; without a removal every place is kept and what matters is seen. */
  static void run(Optional<Removal> without) {
    removed = without;
    KINDS.clear();
    SEEN.clear();
  }

  /** Where the last run refused or wrote something. */
  static Set<Removal> seen() {
    return Set.copyOf(SEEN);
  }

  private static int kindAt(int site) {
    return shared.contains(site) && !KINDS.isEmpty() ? KINDS.element() : EVERY_KIND;
  }

  /** A transaction of this kind begins to execute. */
  public static void begin(int kind) {
    KINDS.push(kind);
  }

  /** It has ended, with this outcome. */
  public static int end(int outcome) {
    KINDS.pop();
    return outcome;
  }

  /** Whether the check is there. */
  public static boolean keep(int site) {
    return removed
        .filter(removal -> removal.site() == site && removal.kind() == kindAt(site))
        .isEmpty();
  }

  /** Whether the effect is there. */
  public static boolean effect(int site) {
    SEEN.add(new Removal(site, kindAt(site), 0));
    return keep(site);
  }

  /** A refusal, or 0. */
  public static int refused(int site, int refusal) {
    if (refusal != 0) {
      SEEN.add(new Removal(site, kindAt(site), refusal));
    }
    return refusal;
  }

  /** A chunk is judged. */
  public static <T extends Enum<T>> T refused(int site, T judgement) {
    if (!judgement.name().equals("EXECUTED")) {
      SEEN.add(new Removal(site, EVERY_KIND, NO_OPERATION));
    }
    return judgement;
  }

  /** What a check lets pass, or without the check whatever it is. */
  public static <T> Optional<T> checked(int site, Optional<T> passed, T unchecked) {
    if (passed.isEmpty()) {
      SEEN.add(new Removal(site, kindAt(site), NO_OPERATION));
    }
    return keep(site) ? passed : Optional.of(unchecked);
  }

  /** 1 if a count is one too low without it. */
  public static int less(int site) {
    return effect(site) ? 0 : 1;
  }

  /** Where nobody checks that a row exists, some other row is found in its place. */
  public static long row(long index, long count) {
    return removed.isEmpty() || count == 0 ? index : Long.remainderUnsigned(index, count);
  }
}
