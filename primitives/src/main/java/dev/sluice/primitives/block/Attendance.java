package dev.sluice.primitives.block;

import java.util.Collections;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;

/**
 * Who of one committee was present in the epoch of a heartbeat record ({@code docs/protocol.md} §5,
 * kind 9).
 */
public sealed interface Attendance {
  /** Index of the committee, a {@code u32}. */
  long committee();

  /**
   * Whether the slot is listed as absent; in {@link PresentBits} a slot that nobody occupies reads
   * as absent too.
   */
  boolean isAbsent(int slot);

  /**
   * How many slots are listed as absent among {@code committeeSize} slots, as weight counts them.
   */
  int absentCount(int committeeSize);

  /** Format 0: the absent slots, strictly ascending. */
  record AbsentSlots(long committee, List<Integer> slots) implements Attendance {
    public AbsentSlots {
      slots = List.copyOf(slots);
    }

    @Override
    public boolean isAbsent(int slot) {
      return Collections.binarySearch(slots, slot) >= 0;
    }

    @Override
    public int absentCount(int committeeSize) {
      return slots.size();
    }
  }

  /** Format 1: one bit per slot of the committee, most significant first; 1 is present. */
  record PresentBits(long committee, Bytes bits) implements Attendance {
    @Override
    public boolean isAbsent(int slot) {
      return (bits.get(slot >>> 3) & 0x80 >>> (slot & 7)) == 0;
    }

    @Override
    public int absentCount(int committeeSize) {
      int present = 0;
      for (int i = 0; i < bits.size(); i++) {
        present += Integer.bitCount(bits.get(i) & 0xff);
      }
      return committeeSize - present;
    }
  }
}
