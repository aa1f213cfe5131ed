package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;

import dev.sluice.primitives.block.Attendance;
import dev.sluice.primitives.block.Attendance.AbsentSlots;
import dev.sluice.primitives.block.Attendance.PresentBits;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.crypto.Bls12381;
import dev.sluice.primitives.crypto.BlsKeySum;
import dev.sluice.primitives.crypto.BlsSignature;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Committees;
import dev.sluice.state.ledger.Ledger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Kind 9: all or nothing. */
final class HeartbeatRecordHandler {
  private final Ledger ledger;
  private final Committees committees;
  private final Hash32 domain;

  HeartbeatRecordHandler(Ledger ledger, Hash32 domain) {
    this.ledger = ledger;
    this.committees = ledger.committees();
    this.domain = domain;
  }

  TransitionOutcome apply(PostedTransaction.HeartbeatRecord t) {
    ledger.keyProofs().begin();
    Genesis genesis = ledger.genesis();
    long clock = ledger.meta().clock();
    long end = genesis.epochEnd(t.epoch());
    if (Long.compareUnsigned(clock, end) < 0) {
      return rejected(Refusal.EPOCH_NOT_OVER);
    }
    if (Long.compareUnsigned(clock, end + genesis.graceSeconds()) >= 0) {
      return rejected(Refusal.EPOCH_TOO_OLD);
    }
    Optional<Hash32> seed = ledger.seeds().of(genesis.seedPeriod(t.epoch()) - 1);
    if (seed.isEmpty()) {
      return rejected(Refusal.BEACON_VOID);
    }
    List<RollCall> rollCalls = new ArrayList<>();
    for (Attendance attendance : t.committees()) {
      if (attendance.committee() >= committees.count()) {
        return rejected(Refusal.UNKNOWN_COMMITTEE);
      }
      int committee = (int) attendance.committee();
      if (committees.lastEpochPlusOne(committee) > t.epoch()) {
        return rejected(Refusal.EPOCH_ALREADY_RECORDED);
      }
      int members = committees.members(committee);
      if (!namesMembersOnly(attendance, members)) {
        return rejected(Refusal.SLOT_OUT_OF_RANGE);
      }
      RollCall rollCall = new RollCall(committee, members, absent(attendance, members));
      if (rollCall.absent.size() == members) {
        return rejected(Refusal.NOBODY_PRESENT);
      }
      rollCalls.add(rollCall);
    }
    BlsKeySum present = BlsKeySum.EMPTY;
    for (RollCall rollCall : rollCalls) {
      present = present.plus(keyOfThePresent(rollCall));
    }
    byte[] message =
        Ids.heartbeatMessage(domain, t.epoch(), Ids.beacon(seed.get(), t.epoch())).toBytes();
    BlsKeySum keys = present;
    boolean valid =
        BlsSignature.decode(t.signature().toArrayUnsafe())
            .filter(
                signature ->
                    Bls12381.fastAggregateVerify(keys, message, signature, Bls12381.Domain.MESSAGE))
            .isPresent();
    if (!valid) {
      return rejected(Refusal.BAD_AGGREGATE);
    }
    for (RollCall rollCall : rollCalls) {
      count(rollCall, t.epoch());
    }
    return new TransitionOutcome.Applied(
        TransitionOutcome.NOTHING,
        TransitionOutcome.NOTHING,
        TransitionOutcome.NOTHING,
        0,
        Uint128.ZERO,
        Uint128.ZERO);
  }

  /**
   * Who of a committee was there.
   *
   * @param absent slots, ascending
   */
  private record RollCall(int committee, int members, List<Integer> absent) {
    boolean isMostlyAbsent() {
      return absent.size() * 2 > members;
    }

    /** The slots of the absent, or of the present if they are fewer. */
    List<Integer> fewer() {
      if (!isMostlyAbsent()) {
        return absent;
      }
      List<Integer> present = new ArrayList<>();
      for (int slot = 0; slot < members; slot++) {
        if (Collections.binarySearch(absent, slot) < 0) {
          present.add(slot);
        }
      }
      return present;
    }
  }

  private void count(RollCall rollCall, long epoch) {
    int committee = rollCall.committee;
    long month = ledger.genesis().month(epoch);
    committees.roll(committee, month);
    boolean previousMonth = committees.month(committee) != month;
    int eligible = committees.eligible(committee, epoch);
    committees.countEpoch(committee, epoch, previousMonth);
    for (int slot : rollCall.absent) {
      committees.countAbsence(committee, slot, slot < eligible, previousMonth);
    }
  }

  /** Adds the keys of the present or subtracts those of the absent, whichever are fewer. */
  private BlsKeySum keyOfThePresent(RollCall rollCall) {
    int committee = rollCall.committee;
    List<Integer> slots = rollCall.fewer();
    ledger.keyProofs().members(committee, slots);
    BlsKeySum named =
        BlsKeySum.of(slots.stream().map(slot -> committees.key(committee, slot)).toList());
    return rollCall.isMostlyAbsent()
        ? named
        : BlsKeySum.decode(committees.totalKey(committee))
            .orElseThrow(() -> new IllegalStateException("total key of committee " + committee))
            .minus(named);
  }

  private static boolean namesMembersOnly(Attendance attendance, int members) {
    return switch (attendance) {
      case AbsentSlots absent -> absent.slots().isEmpty() || absent.slots().getLast() < members;
      case PresentBits present -> {
        for (int slot = members; slot < 8 * present.bits().size(); slot++) {
          if (!present.isAbsent(slot)) {
            yield false;
          }
        }
        yield true;
      }
    };
  }

  private static List<Integer> absent(Attendance attendance, int members) {
    return switch (attendance) {
      case AbsentSlots absent -> absent.slots();
      case PresentBits present -> {
        List<Integer> slots = new ArrayList<>();
        for (int slot = 0; slot < members; slot++) {
          if (present.isAbsent(slot)) {
            slots.add(slot);
          }
        }
        yield slots;
      }
    };
  }
}
