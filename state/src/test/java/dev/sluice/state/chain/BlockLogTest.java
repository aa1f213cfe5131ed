package dev.sluice.state.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockLogTest {
  private static final int SEGMENT = 512;

  @TempDir Path directory;

  private static byte[] record(int seed) {
    byte[] record = new byte[1 + seed * 7 % 60];
    new Random(seed).nextBytes(record);
    return record;
  }

  private BlockLog open() throws IOException {
    return BlockLog.open(directory, 1, SEGMENT, LogFile::onDisk);
  }

  private static List<byte[]> readAll(BlockLog log) throws IOException {
    List<byte[]> records = new ArrayList<>();
    log.read(log.firstSequence(), (sequence, payload) -> records.add(payload));
    return records;
  }

  private static void assertRecords(BlockLog log, int count) throws IOException {
    List<byte[]> records = readAll(log);
    assertEquals(count, records.size());
    for (int i = 0; i < count; i++) {
      assertArrayEquals(record(i + 1), records.get(i));
    }
  }

  /** Forgets what was acknowledged, as a power failure may. */
  private void loseMark() throws IOException {
    Files.write(directory.resolve("acknowledged"), new byte[8]);
  }

  private Path lastSegment() throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(path -> path.toString().endsWith(".log")).sorted().toList().getLast();
    }
  }

  private static int recordBytes(int seed) {
    return LogSegment.FRAME_BYTES + record(seed).length;
  }

  @Test
  void records_areRead_afterReopening_acrossSegments() throws IOException {
    try (BlockLog log = open()) {
      for (int i = 1; i <= 39; i += 3) {
        assertEquals(i + 2, log.append(List.of(record(i), record(i + 1), record(i + 2))));
      }
      assertRecords(log, 39);
    }
    try (BlockLog log = open()) {
      assertEquals(new BlockLog.Recovery(39, 0), log.recovery());
      log.append(List.of(record(40)));
      assertRecords(log, 40);
    }
    try (var files = Files.list(directory)) {
      assertTrue(files.count() > 3);
    }
  }

  @Test
  void secondOpening_isRefused_whileLogIsOpen() throws IOException {
    try (BlockLog log = open()) {
      assertThrows(BlockLogException.InUse.class, this::open);
      assertEquals(1, log.nextSequence());
    }
  }

  @Test
  void append_isRefused_forEmptyOrOversizedGroups() throws IOException {
    try (BlockLog log = open()) {
      assertThrows(IllegalArgumentException.class, () -> log.append(List.of()));
      assertThrows(IllegalArgumentException.class, () -> log.append(List.of(new byte[0])));
      assertThrows(IllegalArgumentException.class, () -> log.append(List.of(new byte[SEGMENT])));
      log.append(List.of(record(1)));
      assertRecords(log, 1);
    }
  }

  /**
   * Damages every byte of the last record in turn, with and without the proof that it was
   * acknowledged.
   */
  @Test
  void lastRecord_isDroppedIfUnacknowledged_elseRefusedExactly_whenFlippedAtAnyByte()
      throws IOException {
    try (BlockLog log = open()) {
      log.append(List.of(record(1), record(2)));
      log.append(List.of(record(3)));
    }
    Path segment = lastSegment();
    byte[] intact = Files.readAllBytes(segment);
    byte[] mark = Files.readAllBytes(directory.resolve("acknowledged"));
    int start = LogSegment.HEADER_BYTES + recordBytes(1) + recordBytes(2);
    for (int at = start; at < start + recordBytes(3); at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] damaged = intact.clone();
        damaged[at] ^= (byte) (1 << bit);
        Files.write(segment, damaged);
        Files.write(directory.resolve("acknowledged"), mark);
        BlockLogException.Corrupt refusal =
            assertThrows(BlockLogException.Corrupt.class, this::open);
        assertEquals(segment.toString(), refusal.file());
        assertEquals(start, refusal.offset());
        assertTrue(refusal.expected().contains("record 3"), refusal.getMessage());
        assertArrayEquals(damaged, Files.readAllBytes(segment), "a refusal changes nothing");

        loseMark();
        try (BlockLog log = open()) {
          assertEquals(2, log.recovery().lastSequence());
          assertTrue(log.recovery().droppedBytes() > 0);
          assertRecords(log, 2);
          log.append(List.of(record(3)));
          assertRecords(log, 3);
        }
        assertArrayEquals(intact, Files.readAllBytes(segment), "as if nothing had happened");
      }
    }
  }

  @Test
  void lastRecord_isDroppedIfUnacknowledged_elseRefusedExactly_whenTruncatedAtAnyByte()
      throws IOException {
    try (BlockLog log = open()) {
      log.append(List.of(record(1), record(2)));
      log.append(List.of(record(3)));
    }
    Path segment = lastSegment();
    byte[] intact = Files.readAllBytes(segment);
    byte[] mark = Files.readAllBytes(directory.resolve("acknowledged"));
    int start = LogSegment.HEADER_BYTES + recordBytes(1) + recordBytes(2);
    for (int length = start; length < start + recordBytes(3); length++) {
      Files.write(segment, java.util.Arrays.copyOf(intact, length));
      Files.write(directory.resolve("acknowledged"), mark);
      BlockLogException.Corrupt refusal = assertThrows(BlockLogException.Corrupt.class, this::open);
      assertEquals(start, refusal.offset());

      loseMark();
      try (BlockLog log = open()) {
        assertEquals(2, log.recovery().lastSequence());
        assertRecords(log, 2);
        log.append(List.of(record(3)));
      }
      assertArrayEquals(intact, Files.readAllBytes(segment));
    }
  }

  @Test
  void middleRecord_isRefusedExactly_whenFlippedAtAnyByte_evenWithoutMark() throws IOException {
    try (BlockLog log = open()) {
      log.append(List.of(record(1)));
      log.append(List.of(record(2)));
      log.append(List.of(record(3)));
    }
    Path segment = lastSegment();
    byte[] intact = Files.readAllBytes(segment);
    int start = LogSegment.HEADER_BYTES + recordBytes(1);
    for (int at = start; at < start + recordBytes(2); at++) {
      byte[] damaged = intact.clone();
      damaged[at] ^= 0x10;
      Files.write(segment, damaged);
      loseMark();
      BlockLogException.Corrupt refusal = assertThrows(BlockLogException.Corrupt.class, this::open);
      assertEquals(start, refusal.offset());
      assertTrue(refusal.expected().contains("followed by record 3"), refusal.getMessage());
    }
  }

  @Test
  void unacknowledgedGroup_isDroppedFromItsFirstDamage_whenWrittenOutOfOrder() throws IOException {
    try (BlockLog log = open()) {
      log.append(List.of(record(1)));
      log.append(List.of(record(2), record(3), record(4)));
    }
    Path segment = lastSegment();
    byte[] bytes = Files.readAllBytes(segment);
    bytes[LogSegment.HEADER_BYTES + recordBytes(1) + 30] ^= 1;
    Files.write(segment, bytes);
    loseMark();
    try (BlockLog log = open()) {
      assertRecords(log, 1);
    }
  }

  @Test
  void missingSegment_isRefused() throws IOException {
    try (BlockLog log = open()) {
      for (int i = 1; i <= 30; i++) {
        log.append(List.of(record(i)));
      }
    }
    List<Path> segments;
    try (var files = Files.list(directory)) {
      segments = files.filter(path -> path.toString().endsWith(".log")).sorted().toList();
    }
    Path second = segments.get(1);
    byte[] bytes = Files.readAllBytes(second);
    Files.delete(second);
    BlockLogException.Corrupt refusal = assertThrows(BlockLogException.Corrupt.class, this::open);
    assertEquals(segments.get(2).toString(), refusal.file());
    Files.write(second, bytes);
    Path last = segments.getLast();
    Files.delete(last);
    assertTrue(
        assertThrows(BlockLogException.Corrupt.class, this::open)
            .expected()
            .contains("acknowledged up to 30"));
  }

  @Test
  void segmentBeingCreated_isStartedAgain_whenItsHeaderIsTorn() throws IOException {
    try (BlockLog log = open()) {
      for (int i = 1; i <= 30; i++) {
        log.append(List.of(record(i)));
      }
      Files.write(directory.resolve("%020d.log".formatted(31)), new byte[] {0x53, 0x4c, 0, 0});
    }
    try (BlockLog log = open()) {
      assertEquals(30, log.recovery().lastSequence());
      log.append(List.of(record(31)));
      assertRecords(log, 31);
    }
  }

  @Test
  void records_areGone_afterRewindAndDrop() throws IOException {
    try (BlockLog log = open()) {
      for (int i = 1; i <= 30; i++) {
        log.append(List.of(record(i)));
      }
      log.rewindTo(7);
      assertRecords(log, 7);
      for (int i = 8; i <= 20; i++) {
        log.append(List.of(record(i)));
      }
    }
    try (BlockLog log = open()) {
      assertRecords(log, 20);
      log.dropBefore(15);
      assertTrue(log.firstSequence() > 1 && log.firstSequence() <= 15);
    }
    try (BlockLog log = open()) {
      assertEquals(20, log.recovery().lastSequence());
    }
  }

  /**
   * A disk with so many free bytes: writes beyond a file's end need room, and every write may be
   * refused.
   */
  private static final class SmallDisk implements LogFile.Opener {
    private long free;
    private boolean refuseAll;
    private boolean refuseForce;

    @Override
    public LogFile open(Path path) throws IOException {
      LogFile file = LogFile.onDisk(path);
      return new LogFile() {
        @Override
        public void writeFully(ByteBuffer source, long position) throws IOException {
          long growth = Math.max(0, position + source.remaining() - file.size());
          if (growth > free || refuseAll) {
            if (!refuseAll) {
              file.writeFully(source.slice(source.position(), (int) Math.max(0, free)), position);
            }
            throw new IOException("No space left on device");
          }
          free -= growth;
          file.writeFully(source, position);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
          return file.read(target, position);
        }

        @Override
        public void force() throws IOException {
          if (refuseForce) {
            throw new IOException("Input/output error");
          }
          file.force();
        }

        @Override
        public long size() throws IOException {
          return file.size();
        }

        @Override
        public void close() throws IOException {
          file.close();
        }
      };
    }
  }

  @Test
  void fullDisk_isSaid_andLogStaysReadable_andWorksAgainWithRoom() throws IOException {
    SmallDisk disk = new SmallDisk();
    disk.free = SEGMENT + 100;
    try (BlockLog log = BlockLog.open(directory, 1, SEGMENT, disk)) {
      int appended = 0;
      BlockLogException.DiskFull full = null;
      while (full == null) {
        try {
          log.append(List.of(record(appended + 1)));
          appended++;
        } catch (BlockLogException.DiskFull e) {
          full = e;
        }
      }
      assertTrue(String.valueOf(full.getMessage()).startsWith("disk full"));
      assertRecords(log, appended);
      assertEquals(appended + 1, log.nextSequence());
      disk.free = 10 * SEGMENT;
      log.append(List.of(record(appended + 1)));
      disk.refuseAll = true;
      int before = appended + 1;
      assertThrows(BlockLogException.DiskFull.class, () -> log.append(List.of(record(before + 1))));
      disk.refuseAll = false;
      log.append(List.of(record(before + 1)));
      assertRecords(log, before + 1);
    }
    try (BlockLog log = open()) {
      assertEquals(0, log.recovery().droppedBytes());
    }
  }

  @Test
  void failedFlush_stopsTheLog_untilItIsOpenedAgain() throws IOException {
    SmallDisk disk = new SmallDisk();
    disk.free = 10 * SEGMENT;
    try (BlockLog log = BlockLog.open(directory, 1, SEGMENT, disk)) {
      log.append(List.of(record(1)));
      disk.refuseForce = true;
      assertThrows(BlockLogException.Failed.class, () -> log.append(List.of(record(2))));
      disk.refuseForce = false;
      assertThrows(BlockLogException.Failed.class, () -> log.append(List.of(record(2))));
      assertRecords(log, 1);
    }
    try (BlockLog log = open()) {
      assertTrue(log.recovery().lastSequence() >= 1);
    }
  }
}
