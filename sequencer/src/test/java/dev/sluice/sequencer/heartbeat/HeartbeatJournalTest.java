package dev.sluice.sequencer.heartbeat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.sequencer.heartbeat.HeartbeatJournal.Row;
import dev.sluice.state.chain.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HeartbeatJournalTest {
  @TempDir Path directory;

  private static byte[] signature(int seed) {
    byte[] bytes = new byte[192];
    Arrays.fill(bytes, (byte) seed);
    return bytes;
  }

  private static Row.Singles singles(long epoch, int count) {
    return new Row.Singles(
        epoch,
        java.util.stream.IntStream.range(0, count)
            .mapToObj(i -> new Heartbeat(i, epoch, signature(i)))
            .toList());
  }

  @Test
  void rows_areAsWritten_afterReopening() throws Exception {
    BitSet slots = new BitSet();
    slots.set(0);
    slots.set(511);
    try (HeartbeatJournal journal = HeartbeatJournal.open(directory, LogFile::onDisk)) {
      assertEquals(List.of(), journal.rows());
      journal.write(
          List.of(singles(7, 9_000), new Row.Part(8, 3, slots, signature(1)), new Row.Taken(7)));
    }
    try (HeartbeatJournal journal = HeartbeatJournal.open(directory, LogFile::onDisk)) {
      List<Row> rows = journal.rows();
      assertEquals(4, rows.size(), "9,000 heartbeats take two rows");
      Row.Singles second = (Row.Singles) rows.get(1);
      Heartbeat last = second.heartbeats().getLast();
      assertEquals(8_999, last.provider());
      assertEquals(7, last.epoch());
      assertArrayEquals(signature(8_999), last.signature());
      Row.Part part = (Row.Part) rows.get(2);
      assertEquals(3, part.committee());
      assertEquals(slots, part.slots());
      assertArrayEquals(signature(1), part.signature());
      assertEquals(new Row.Taken(7), rows.get(3));
    }
  }

  @Test
  void room_isGivenBack_whenEpochsAreDropped() throws Exception {
    try (HeartbeatJournal journal = HeartbeatJournal.open(directory, LogFile::onDisk)) {
      for (long epoch = 0; epoch < 6; epoch++) {
        journal.write(List.of(singles(epoch, 30_000)));
      }
      long before = segments();
      journal.drop(4);
      assertTrue(segments() < before && segments() <= 2, before + " to " + segments());
    }
    try (HeartbeatJournal journal = HeartbeatJournal.open(directory, LogFile::onDisk)) {
      assertEquals(
          30_000,
          journal.rows().stream()
              .filter(row -> row.epoch() == 5)
              .mapToInt(row -> ((Row.Singles) row).heartbeats().size())
              .sum());
    }
  }

  private long segments() throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".log")).count();
    }
  }

  @Test
  void concurrentWrites_shareFlushes() throws Exception {
    int writers = 50;
    AtomicInteger flushes = new AtomicInteger();
    CountDownLatch slow = new CountDownLatch(1);
    LogFile.Opener opener =
        path -> {
          LogFile file = LogFile.onDisk(path);
          return new LogFile() {
            @Override
            public void writeFully(ByteBuffer source, long position) throws IOException {
              file.writeFully(source, position);
            }

            @Override
            public int read(ByteBuffer target, long position) throws IOException {
              return file.read(target, position);
            }

            @Override
            public void force() throws IOException {
              if (flushes.incrementAndGet() == 2) {
                // The first of the writers, until the others have come.
                try {
                  slow.await();
                } catch (InterruptedException e) {
                  throw new IOException(e);
                }
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
        };
    try (HeartbeatJournal journal = HeartbeatJournal.open(directory, opener)) {
      List<Thread> threads =
          java.util.stream.IntStream.range(0, writers)
              .mapToObj(i -> Thread.ofPlatform().start(() -> journal.write(List.of(singles(i, 1)))))
              .toList();
      for (Thread thread : threads) {
        while (thread.getState() != Thread.State.WAITING) {
          Thread.onSpinWait();
        }
      }
      slow.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(writers, journal.rows().size());
      assertTrue(flushes.get() <= 5, "of the new segment, of the first, of the others: " + flushes);
    }
  }
}
