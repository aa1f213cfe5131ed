package dev.sluice.state.ledger;

import dev.sluice.primitives.crypto.BlsPublicKey;
import dev.sluice.primitives.value.Hash32;

/**
 * Committee leaves, type 5, and counter leaves, type 6. Provider {@code i} sits in committee {@code
 * i / C}, slot {@code i mod C}.
 */
public final class Committees {
  static final int BYTES = 134;
  private static final int TOTAL_KEY = 6;
  private static final int KEY_ROOT = 102;
  private static final int MONTH = 0;
  private static final int RECORDED = 4;
  private static final int PREVIOUS_RECORDED = 6;
  private static final int JOIN_EPOCH_A = 8;
  private static final int JOIN_COUNT_A = 12;
  private static final int JOIN_EPOCH_B = 14;
  private static final int JOIN_COUNT_B = 18;
  private static final int SLOTS = 20;
  private final LeafTable keys;
  private final LeafTable counters;
  private final DeviceKeys deviceKeys;
  private final int slots;

  Committees(LeafTable keys, LeafTable counters, DeviceKeys deviceKeys, int committeeSizeLog2) {
    this.keys = keys;
    this.counters = counters;
    this.deviceKeys = deviceKeys;
    this.slots = 1 << committeeSizeLog2;
  }

  static int counterBytes(int committeeSizeLog2) {
    return SLOTS + 8 * (1 << committeeSizeLog2);
  }

  /** Slots of a committee, C. */
  public int slots() {
    return slots;
  }

  public int count() {
    return keys.size();
  }

  /** Members of a committee. */
  public int members(int committee) {
    return keys.u16(committee, 0);
  }

  public long lastEpochPlusOne(int committee) {
    return keys.u32(committee, 2);
  }

  /** The sum of all member keys, 96 bytes; zeros for infinity. */
  public byte[] totalKey(int committee) {
    return keys.bytes(committee, TOTAL_KEY, 96);
  }

  /** A member's device key; no part of a leaf. */
  public BlsPublicKey key(int committee, int slot) {
    return deviceKeys.get(committee * slots + slot);
  }

  /** Root of the tree over the hashes of the member keys. */
  public Hash32 keyRoot(int committee) {
    return keys.hash32(committee, KEY_ROOT);
  }

  public long month(int committee) {
    return counters.u32(committee, MONTH);
  }

  /** Epochs recorded in the current month. */
  public int recorded(int committee) {
    return counters.u16(committee, RECORDED);
  }

  public int previousRecorded(int committee) {
    return counters.u16(committee, PREVIOUS_RECORDED);
  }

  public int missed(int committee, int slot) {
    return counters.u16(committee, SLOTS + 4 * slot);
  }

  public int excused(int committee, int slot) {
    return counters.u16(committee, SLOTS + 4 * slot + 2);
  }

  public int previousMissed(int committee, int slot) {
    return counters.u16(committee, SLOTS + 4 * (slots + slot));
  }

  public int previousExcused(int committee, int slot) {
    return counters.u16(committee, SLOTS + 4 * (slots + slot) + 2);
  }

  /**
   * Lowest slot that an epoch does not count against its member, {@code docs/protocol.md} §6.2,
   * kind 9.
   */
  public int eligible(int committee, long epoch) {
    if (counters.u32(committee, JOIN_EPOCH_B) < epoch) {
      return members(committee);
    }
    return counters.u32(committee, JOIN_EPOCH_A) < epoch
        ? counters.u16(committee, JOIN_COUNT_B)
        : counters.u16(committee, JOIN_COUNT_A);
  }

  /**
   * Seats the provider just registered, which is the last one, in the next free slot.
   *
   * @param totalKey the committee's total with its key
   */
  public void join(int provider, BlsPublicKey key, byte[] totalKey, long epoch, long month) {
    int committee = provider / slots;
    int slot = provider % slots;
    if (slot == 0) {
      keys.append();
      counters.append();
    }
    int before = members(committee);
    keys.u16(committee, 0, before + 1);
    keys.bytes(committee, TOTAL_KEY, totalKey);
    deviceKeys.add(key);
    keys.hash32(committee, KEY_ROOT, deviceKeys.tree(committee).root());
    roll(committee, month);
    counters.u16(committee, SLOTS + 4 * slot + 2, recorded(committee));
    if (counters.u32(committee, JOIN_EPOCH_B) != epoch) {
      counters.u32(committee, JOIN_EPOCH_A, counters.u32(committee, JOIN_EPOCH_B));
      counters.u16(committee, JOIN_COUNT_A, counters.u16(committee, JOIN_COUNT_B));
      counters.u32(committee, JOIN_EPOCH_B, epoch);
      counters.u16(committee, JOIN_COUNT_B, before);
    }
  }

  /** The total key of the committee that the next provider joins; zeros if it is a new one. */
  public byte[] totalKeyBeforeJoin(int provider) {
    return provider % slots == 0 ? new byte[96] : totalKey(provider / slots);
  }

  /** Makes {@code month} the current one if it is later. */
  public void roll(int committee, long month) {
    long current = month(committee);
    if (current >= month) {
      return;
    }
    if (current + 1 == month) {
      counters.u16(committee, PREVIOUS_RECORDED, recorded(committee));
      counters.bytes(committee, SLOTS + 4 * slots, counters.bytes(committee, SLOTS, 4 * slots));
    } else {
      counters.u16(committee, PREVIOUS_RECORDED, 0);
      counters.bytes(committee, SLOTS + 4 * slots, new byte[4 * slots]);
    }
    counters.u16(committee, RECORDED, 0);
    counters.bytes(committee, SLOTS, new byte[4 * slots]);
    counters.u32(committee, MONTH, month);
  }

  /** Marks a committee as named by a transaction, for witnesses. */
  public void touch(int committee) {
    keys.touch(committee);
    counters.touch(committee);
  }

  /** Counts one more recorded epoch, in the current month or the one before it. */
  public void countEpoch(int committee, long epoch, boolean previousMonth) {
    keys.u32(committee, 2, epoch + 1);
    int offset = previousMonth ? PREVIOUS_RECORDED : RECORDED;
    counters.u16(committee, offset, counters.u16(committee, offset) + 1);
  }

  /** Counts an absence of a slot, missed or excused, in the current month or the one before it. */
  public void countAbsence(int committee, int slot, boolean missed, boolean previousMonth) {
    int offset = SLOTS + 4 * (previousMonth ? slots + slot : slot) + (missed ? 0 : 2);
    counters.u16(committee, offset, counters.u16(committee, offset) + 1);
  }
}
