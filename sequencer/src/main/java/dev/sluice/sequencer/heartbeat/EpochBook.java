package dev.sluice.sequencer.heartbeat;

import dev.sluice.primitives.crypto.BlsSignature;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Who was alive in one epoch, with verified signatures. Not thread-safe: its collector locks. */
final class EpochBook {
  /** Verified aggregate over some slots of a committee. */
  private record Part(BitSet slots, BlsSignature signature) {}

  /** A committee of the book. */
  private static final class Committee {
    final Map<Integer, BlsSignature> singles = new TreeMap<>();
    final List<Part> parts = new ArrayList<>();
    final BitSet inParts = new BitSet();
  }

  /**
   * A committee as a record needs it.
   *
   * @param present slots whose signatures are in {@code signature}
   */
  record Tally(BitSet present, BlsSignature signature) {}

  private final SortedMap<Long, Committee> committees = new TreeMap<>();

  /** Whether the slot is present already. */
  boolean isCounted(long committee, int slot) {
    Committee found = committees.get(committee);
    return found != null && (found.inParts.get(slot) || found.singles.containsKey(slot));
  }

  /** Counts one device, unless it is counted. */
  boolean count(long committee, int slot, BlsSignature signature) {
    if (isCounted(committee, slot)) {
      return false;
    }
    committees.computeIfAbsent(committee, _ -> new Committee()).singles.put(slot, signature);
    return true;
  }

  /**
   * Counts a gateway's part, unless it shares a slot with another part: an aggregate cannot be
   * taken apart. Single heartbeats of its slots step back behind it; they are kept, in case it is
   * taken back.
   */
  boolean countPart(long committee, BitSet slots, BlsSignature signature) {
    Committee book = committees.computeIfAbsent(committee, _ -> new Committee());
    if (book.inParts.intersects(slots)) {
      return false;
    }
    book.parts.add(new Part((BitSet) slots.clone(), signature));
    book.inParts.or(slots);
    return true;
  }

  /** Takes a device back that {@link #count} counted. */
  void uncount(long committee, int slot) {
    Committee found = committees.get(committee);
    if (found != null) {
      found.singles.remove(slot);
    }
  }

  /** Takes a part back that {@link #countPart} counted. */
  void uncountPart(long committee, BitSet slots) {
    Committee found = committees.get(committee);
    if (found != null && found.parts.removeIf(part -> part.slots().equals(slots))) {
      found.inParts.andNot(slots);
    }
  }

  /** Committees with somebody present, ascending, each with its aggregate. */
  SortedMap<Long, Tally> tally() {
    SortedMap<Long, Tally> tallies = new TreeMap<>();
    committees.forEach(
        (index, committee) -> {
          BitSet present = (BitSet) committee.inParts.clone();
          List<BlsSignature> signatures = new ArrayList<>();
          committee.parts.forEach(part -> signatures.add(part.signature()));
          committee.singles.forEach(
              (slot, signature) -> {
                if (!committee.inParts.get(slot)) {
                  present.set(slot);
                  signatures.add(signature);
                }
              });
          BlsSignature.aggregate(signatures)
              .ifPresent(signature -> tallies.put(index, new Tally(present, signature)));
        });
    return tallies;
  }

  /** Devices present. */
  int size() {
    return committees.values().stream()
        .mapToInt(
            committee -> {
              BitSet present = (BitSet) committee.inParts.clone();
              committee.singles.keySet().forEach(present::set);
              return present.cardinality();
            })
        .sum();
  }
}
