package dev.sluice.batcher.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.batcher.TestChain;
import dev.sluice.l1.sender.Attempt;
import dev.sluice.primitives.value.Address;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every journal keeps to. */
abstract class BatchJournalContract {
  /** A fresh, empty journal. */
  abstract BatchJournal create() throws IOException;

  static BatchIntent intent(long number) {
    return new BatchIntent(
        number,
        TestChain.name("parent " + number),
        TestChain.name("data " + number),
        TestChain.name("root " + number),
        TestChain.name("accumulator " + number),
        10 * number,
        10 * number + 9,
        1_000 + number,
        number / 2,
        3,
        Address.fromHex("00000000000000000000000000000000000000aa"));
  }

  static Attempt attempt(long nonce, int bump) {
    byte[] signed = new byte[40 + bump];
    signed[0] = (byte) nonce;
    signed[1] = (byte) bump;
    return new Attempt(
        nonce,
        TestChain.name("transaction " + nonce + "." + bump),
        signed,
        BigInteger.valueOf(1_000 + bump),
        BigInteger.valueOf(10 + bump),
        77);
  }

  static void assertOpen(BatchJournal journal, long number, int attempts) {
    OpenIntent open = journal.open().orElseThrow();
    assertEquals(intent(number), open.intent());
    assertEquals(attempts, open.attempts().size());
    for (int i = 0; i < attempts; i++) {
      Attempt expected = attempt(open.attempts().getFirst().nonce(), i);
      Attempt found = open.attempts().get(i);
      assertArrayEquals(expected.signed(), found.signed());
      assertEquals(expected.transactionHash(), found.transactionHash());
      assertEquals(expected.maxFeeWei(), found.maxFeeWei());
      assertEquals(expected.priorityFeeWei(), found.priorityFeeWei());
      assertEquals(expected.sentAtBlock(), found.sentAtBlock());
    }
  }

  @Test
  void journal_isEmpty_whenCreated() throws Exception {
    try (BatchJournal journal = create()) {
      assertEquals(Optional.empty(), journal.open());
      assertEquals(Optional.empty(), journal.lastPosted());
    }
  }

  @Test
  void intent_staysOpenWithAllAttempts_untilPosted() throws Exception {
    try (BatchJournal journal = create()) {
      journal.attempt(intent(1), attempt(5, 0));
      journal.attempt(intent(1), attempt(5, 1));
      assertOpen(journal, 1, 2);
      PostedRecord posted = new PostedRecord(1, TestChain.name("header 1"));
      journal.posted(posted);
      assertEquals(Optional.empty(), journal.open());
      assertEquals(Optional.of(posted), journal.lastPosted());
    }
  }

  @Test
  void posted_staysTheLast_whenTheNextIsAbandoned() throws Exception {
    try (BatchJournal journal = create()) {
      journal.attempt(intent(1), attempt(5, 0));
      PostedRecord posted = new PostedRecord(1, TestChain.name("header 1"));
      journal.posted(posted);
      journal.attempt(intent(2), attempt(6, 0));
      journal.abandoned();
      assertEquals(Optional.empty(), journal.open());
      assertEquals(Optional.of(posted), journal.lastPosted());
    }
  }

  @Test
  void secondIntent_isRefused_whileOneIsOpen() throws Exception {
    try (BatchJournal journal = create()) {
      journal.attempt(intent(1), attempt(5, 0));
      assertThrows(IllegalStateException.class, () -> journal.attempt(intent(2), attempt(5, 0)));
      assertThrows(IllegalStateException.class, () -> journal.attempt(intent(1), attempt(6, 0)));
      assertOpen(journal, 1, 1);
    }
  }

  @Test
  void outcome_isRefused_whenNothingIsOpen() throws Exception {
    try (BatchJournal journal = create()) {
      assertThrows(IllegalStateException.class, journal::abandoned);
      assertThrows(
          IllegalStateException.class,
          () -> journal.posted(new PostedRecord(1, TestChain.name("x"))));
    }
  }
}
