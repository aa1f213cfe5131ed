package dev.sluice.state.execution;

import static dev.sluice.state.execution.TestChain.DOMAIN;
import static dev.sluice.state.execution.TestChain.START;
import static dev.sluice.state.execution.TestChain.device;
import static dev.sluice.state.execution.TestChain.sign;
import static dev.sluice.state.execution.TestChain.wallet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sluice.primitives.block.Attendance;
import dev.sluice.primitives.block.Attendance.AbsentSlots;
import dev.sluice.primitives.block.Attendance.PresentBits;
import dev.sluice.primitives.block.PostedTransaction.HeartbeatRecord;
import dev.sluice.primitives.crypto.Bls12381;
import dev.sluice.primitives.crypto.BlsSignature;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.ledger.Committees;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Committees of eight slots, epochs of ten seconds, a seed per epoch, months of sixty epochs. */
class HeartbeatTest {
  private final TestChain chain = new TestChain();
  private final PrivateKey alice = wallet("alice");
  private int account;

  @BeforeEach
  void registerTenDevices() {
    account = chain.deposit(alice, 0, 100_000);
    for (int i = 0; i < 10; i++) {
      chain.applies(sign(alice, chain.register(account, alice, alice.address(), 0, device(i))));
    }
  }

  @AfterEach
  void everyChainReplays() {
    chain.audit();
    chain.assertReplays();
  }

  private void seed(long period) {
    chain.queue(new InboxMessage.Seed(period, new Hash32(period + 1, 5, 5, 5)));
    chain.consume();
  }

  private static Hash32 message(long epoch) {
    Hash32 seed = new Hash32(epoch, 5, 5, 5);
    return Ids.heartbeatMessage(DOMAIN.domainSeparator(), epoch, Ids.beacon(seed, epoch));
  }

  private static HeartbeatRecord record(
      long epoch, List<Attendance> committees, List<Integer> present) {
    List<BlsSignature> signatures = new ArrayList<>();
    for (int provider : present) {
      signatures.add(
          Bls12381.sign(device(provider), message(epoch).toBytes(), Bls12381.Domain.MESSAGE));
    }
    byte[] aggregate =
        BlsSignature.aggregate(signatures).map(BlsSignature::toBytes).orElse(new byte[192]);
    return new HeartbeatRecord(epoch, committees, Bytes.wrap(aggregate));
  }

  private Attempt offer(HeartbeatRecord heartbeats) {
    BlockInProgress block = chain.executor.begin(0);
    Attempt attempt = block.add(heartbeats);
    if (attempt instanceof Attempt.Included) {
      chain.seal(block);
    } else {
      block.abandon();
    }
    return attempt;
  }

  private void refuses(Refusal expected, HeartbeatRecord heartbeats) {
    Hash32 before = chain.executor.root();
    assertEquals(new Attempt.Refused(expected), offer(heartbeats));
    assertEquals(before, chain.executor.root());
  }

  private void applies(HeartbeatRecord heartbeats) {
    assertInstanceOf(Attempt.Included.class, offer(heartbeats));
  }

  private void clockTo(long second) {
    chain.tick(START + second - chain.ledger.meta().clock());
  }

  private static final List<Integer> ALL = List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);

  @Test
  void record_isRefusedInOrder_thenCountsTheAbsent() {
    HeartbeatRecord first =
        record(
            1,
            List.of(new AbsentSlots(0, List.of(2)), new AbsentSlots(1, List.of())),
            List.of(0, 1, 3, 4, 5, 6, 7, 8, 9));
    clockTo(19);
    refuses(Refusal.EPOCH_NOT_OVER, first);
    clockTo(20);
    refuses(Refusal.BEACON_VOID, first);
    seed(0);
    refuses(Refusal.UNKNOWN_COMMITTEE, record(1, List.of(new AbsentSlots(2, List.of())), ALL));
    refuses(Refusal.SLOT_OUT_OF_RANGE, record(1, List.of(new AbsentSlots(1, List.of(2))), ALL));
    refuses(
        Refusal.SLOT_OUT_OF_RANGE,
        record(1, List.of(new PresentBits(1, Bytes.fromHexString("0xe0"))), ALL));
    refuses(Refusal.NOBODY_PRESENT, record(1, List.of(new AbsentSlots(1, List.of(0, 1))), ALL));
    refuses(
        Refusal.NOBODY_PRESENT,
        record(1, List.of(new PresentBits(1, Bytes.fromHexString("0x00"))), ALL));
    refuses(Refusal.BAD_AGGREGATE, record(1, first.committees(), ALL));
    refuses(
        Refusal.BAD_AGGREGATE,
        new HeartbeatRecord(1, first.committees(), Bytes.wrap(new byte[192])));
    applies(first);
    refuses(Refusal.EPOCH_ALREADY_RECORDED, first);
    Committees committees = chain.ledger.committees();
    assertEquals(1, committees.recorded(0));
    assertEquals(1, committees.missed(0, 2));
    assertEquals(0, committees.missed(0, 1));
    assertEquals(2, committees.lastEpochPlusOne(1));
    clockTo(30);
    refuses(Refusal.EPOCH_TOO_OLD, record(1, List.of(new AbsentSlots(1, List.of())), ALL));
  }

  @Test
  void bitfield_countsAsTheList_andFewPresentAreEnough() {
    seed(0);
    clockTo(20);
    applies(record(1, List.of(new PresentBits(0, Bytes.fromHexString("0x80"))), List.of(0)));
    for (int slot = 0; slot < 8; slot++) {
      assertEquals(slot == 0 ? 0 : 1, chain.ledger.committees().missed(0, slot));
    }
  }

  @Test
  void memberThatJoinedInTheEpoch_isExcused_notMissed() {
    seed(0);
    clockTo(15);
    chain.applies(sign(alice, chain.register(account, alice, alice.address(), 0, device(10))));
    clockTo(20);
    applies(record(1, List.of(new AbsentSlots(1, List.of(1, 2))), List.of(8)));
    Committees committees = chain.ledger.committees();
    assertEquals(1, committees.missed(1, 1));
    assertEquals(0, committees.missed(1, 2));
    assertEquals(1, committees.excused(1, 2));
    chain.applies(sign(alice, chain.register(account, alice, alice.address(), 0, device(11))));
    assertEquals(1, committees.excused(1, 3), "the month's records before it joined");
    seed(1);
    seed(2);
    clockTo(40);
    applies(record(3, List.of(new AbsentSlots(1, List.of(2, 3))), List.of(8, 9)));
    assertEquals(1, committees.missed(1, 2));
    assertEquals(1, committees.missed(1, 3));
    assertEquals(2, committees.recorded(1));
  }

  @Test
  void counters_rollWithTheMonth_andTakeALateRecordOfTheOneBefore() {
    seed(57);
    seed(58);
    clockTo(590);
    applies(record(58, List.of(new AbsentSlots(0, List.of(3))), List.of(0, 1, 2, 4, 5, 6, 7)));
    clockTo(600);
    chain.applies(sign(alice, chain.register(account, alice, alice.address(), 0, device(20))));
    Committees committees = chain.ledger.committees();
    assertEquals(1, committees.month(1));
    applies(
        record(
            59,
            List.of(new AbsentSlots(0, List.of(3)), new AbsentSlots(1, List.of(1, 2))),
            List.of(0, 1, 2, 4, 5, 6, 7, 8)));
    assertEquals(2, committees.missed(0, 3));
    assertEquals(0, committees.recorded(1));
    assertEquals(1, committees.previousRecorded(1));
    assertEquals(1, committees.previousMissed(1, 1));
    assertEquals(1, committees.previousExcused(1, 2));
    seed(59);
    clockTo(610);
    applies(record(60, List.of(new AbsentSlots(0, List.of())), List.of(0, 1, 2, 3, 4, 5, 6, 7)));
    assertEquals(2, committees.previousMissed(0, 3));
    assertEquals(0, committees.missed(0, 3));
    assertEquals(1, committees.recorded(0));
    assertEquals(2, committees.previousRecorded(0));
  }
}
