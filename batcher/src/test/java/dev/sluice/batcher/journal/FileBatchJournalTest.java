package dev.sluice.batcher.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.batcher.TestChain;
import dev.sluice.primitives.value.Address;
import java.io.IOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileBatchJournalTest extends BatchJournalContract {
  private static final Address ROLLUP = Address.fromHex("00000000000000000000000000000000000000bb");

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("batcher/journal.bin");
  }

  @Override
  BatchJournal create() throws IOException {
    return FileBatchJournal.open(file(), ROLLUP);
  }

  /**
   * Two records that stand, and one that may be cut: batch 1 posted, batch 2 open with one attempt,
   * and its second attempt.
   */
  private int writeThree() throws IOException {
    try (BatchJournal journal = create()) {
      journal.attempt(intent(1), attempt(5, 0));
      journal.posted(new PostedRecord(1, TestChain.name("header 1")));
      journal.attempt(intent(2), attempt(6, 0));
    }
    int before = (int) Files.size(file());
    try (BatchJournal journal = create()) {
      journal.attempt(intent(2), attempt(6, 1));
    }
    return before;
  }

  @Test
  void everything_isThereAgain_afterReopening() throws Exception {
    writeThree();
    try (BatchJournal journal = create()) {
      assertOpen(journal, 2, 2);
      assertEquals(
          Optional.of(new PostedRecord(1, TestChain.name("header 1"))), journal.lastPosted());
    }
  }

  @Test
  void lastRecord_isDropped_whenCutAtEveryByte() throws Exception {
    int before = writeThree();
    byte[] whole = Files.readAllBytes(file());
    for (int length = before; length < whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      try (BatchJournal journal = create()) {
        assertOpen(journal, 2, 1);
        journal.attempt(intent(2), attempt(6, 1));
      }
      try (BatchJournal journal = create()) {
        assertOpen(journal, 2, 2);
      }
    }
  }

  @Test
  void journal_startsEmpty_whenItsHeadWasCut() throws Exception {
    create().close();
    byte[] whole = Files.readAllBytes(file());
    for (int length = 0; length < whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      try (BatchJournal journal = create()) {
        assertEquals(Optional.empty(), journal.open());
      }
    }
  }

  @Test
  void damage_isRefusedOrDropsTheLastRecordOnly_atEveryByte() throws Exception {
    int before = writeThree();
    byte[] whole = Files.readAllBytes(file());
    for (int at = 0; at < whole.length; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 0x40;
      Files.write(file(), flipped);
      try (BatchJournal journal = create()) {
        assertTrue(at >= before, "byte " + at + " was accepted");
        assertOpen(journal, 2, 1);
      } catch (JournalDamagedException refused) {
        assertTrue(String.valueOf(refused.getMessage()).contains("journal.bin"));
      }
    }
  }

  @Test
  void journal_isRefused_whenItIsAnotherChains() throws Exception {
    create().close();
    JournalDamagedException refused =
        assertThrows(
            JournalDamagedException.class,
            () -> FileBatchJournal.open(file(), Address.ZERO).close());
    assertTrue(String.valueOf(refused.getMessage()).contains(ROLLUP.toString()));
  }

  @Test
  void journal_isRefused_whileAnotherHoldsIt() throws Exception {
    try (BatchJournal held = create()) {
      assertEquals(Optional.empty(), held.open());
      // In one JVM the same lock is an exception of its own; between processes it is an
      // IOException.
      assertThrows(OverlappingFileLockException.class, () -> create().close());
    }
  }

  @Test
  void file_staysBounded_overManyBatches() throws Exception {
    byte[] signed = new byte[120_000];
    try (BatchJournal journal = create()) {
      for (long number = 1; number <= 300; number++) {
        journal.attempt(
            intent(number),
            new dev.sluice.l1.sender.Attempt(
                number,
                TestChain.name("t" + number),
                signed,
                java.math.BigInteger.ONE,
                java.math.BigInteger.ONE,
                1));
        journal.posted(new PostedRecord(number, TestChain.name("header " + number)));
      }
    }
    assertTrue(Files.size(file()) < 20L << 20, "size " + Files.size(file()));
    try (BatchJournal journal = create()) {
      assertEquals(
          Optional.of(new PostedRecord(300, TestChain.name("header 300"))), journal.lastPosted());
    }
  }
}
