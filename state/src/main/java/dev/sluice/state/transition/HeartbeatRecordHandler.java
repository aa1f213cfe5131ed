package dev.sluice.state.transition;

import static dev.sluice.state.transition.TransitionOutcome.rejected;

import dev.sluice.primitives.block.Attendance;
import dev.sluice.primitives.block.Attendance.AbsentSlots;
import dev.sluice.primitives.block.Attendance.PresentBits;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.crypto.Bls12381;
import dev.sluice.primitives.crypto.BlsKeySum;
import dev.sluice.primitives.crypto.BlsPublicKey;
import dev.sluice.primitives.crypto.BlsSignature;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Committees;
import dev.sluice.state.ledger.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Kind 9: all or nothing. */
final class HeartbeatRecordHandler {
  private final Ledger ledger;
  private final Hash32 domain;

  HeartbeatRecordHandler(Ledger ledger, Hash32 domain) {
    this.ledger = ledger;
    this.domain = domain;
  }

  TransitionOutcome apply(PostedTransaction.HeartbeatRecord t) {
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
    BlsKeySum present = BlsKeySum.EMPTY;
    for (Attendance attendance : t.committees()) {
      if (attendance.committee() >= ledger.committees().count()) {
        return rejected(Refusal.UNKNOWN_COMMITTEE);
      }
      int committee = (int) attendance.committee();
      if (ledger.committees().lastEpochPlusOne(committee) > t.epoch()) {
        return rejected(Refusal.EPOCH_ALREADY_RECORDED);
      }
      int members = ledger.committees().members(committee);
      if (!namesMembersOnly(attendance, members)) {
        return rejected(Refusal.SLOT_OUT_OF_RANGE);
      }
      List<Integer> absent = absent(attendance, members);
      if (absent.size() == members) {
        return rejected(Refusal.NOBODY_PRESENT);
      }
      present = present.plus(keyOfThePresent(committee, members, absent));
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
    for (Attendance attendance : t.committees()) {
      count((int) attendance.committee(), attendance, t.epoch());
    }
    return new TransitionOutcome.Applied(
        TransitionOutcome.NOTHING,
        TransitionOutcome.NOTHING,
        TransitionOutcome.NOTHING,
        0,
        Uint128.ZERO,
        Uint128.ZERO);
  }

  private void count(int committee, Attendance attendance, long epoch) {
    Committees committees = ledger.committees();
    long month = ledger.genesis().month(epoch);
    committees.roll(committee, month);
    boolean previousMonth = committees.month(committee) != month;
    int eligible = committees.eligible(committee, epoch);
    committees.countEpoch(committee, epoch, previousMonth);
    for (int slot : absent(attendance, committees.members(committee))) {
      committees.countAbsence(committee, slot, slot < eligible, previousMonth);
    }
  }

  /** Adds the keys of the present or subtracts those of the absent, whichever are fewer. */
  private BlsKeySum keyOfThePresent(int committee, int members, List<Integer> absent) {
    int first = committee * ledger.committees().slots();
    List<BlsPublicKey> keys = new ArrayList<>();
    if (absent.size() * 2 > members) {
      for (int slot = 0; slot < members; slot++) {
        if (java.util.Collections.binarySearch(absent, slot) < 0) {
          keys.add(ledger.providers().key(first + slot));
        }
      }
      return BlsKeySum.of(keys);
    }
    for (int slot : absent) {
      keys.add(ledger.providers().key(first + slot));
    }
    return BlsKeySum.decode(ledger.committees().totalKey(committee))
        .orElseThrow(() -> new IllegalStateException("total key of committee " + committee))
        .minus(BlsKeySum.of(keys));
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
