package dev.sluice.sequencer.heartbeat;

import dev.sluice.primitives.codec.ByteReader;
import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.crypto.BlsSignature;
import dev.sluice.sequencer.durable.GroupCommit;
import dev.sluice.state.chain.BlockLog;
import dev.sluice.state.chain.LogFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Keeps what was counted in epochs that are not recorded yet, so that a restart loses no heartbeat
 * that has a receipt. Thread-safe; concurrent calls share one flush.
 *
 * <p>On a {@link BlockLog} of small segments; one row per record:
 *
 * <pre>
 *   01 | epoch u32 | n x (provider u32 | signature x192)
 *   02 | epoch u32 | committee u32 | slots (BitSet, least significant bit first) | signature x192
 *   03 | epoch u32: nothing is taken any more for it and those before
 * </pre>
 */
public final class HeartbeatJournal implements AutoCloseable {
  /** Of the log; about 40,000 heartbeats. */
  private static final int SEGMENT_BYTES = 8 << 20;

  /** Of one append, with room for the frames of its rows. */
  private static final int APPEND_BYTES_MAX = SEGMENT_BYTES - (1 << 20);

  /** Heartbeats of one row: 1.6 MiB, below what the log takes. */
  private static final int ROW_HEARTBEATS_MAX = 8_192;

  private static final int HEARTBEAT_BYTES = 4 + BlsSignature.BYTES;

  /** A row. */
  public sealed interface Row {
    long epoch();

    /** Single heartbeats of an epoch; their signatures are valid. */
    record Singles(long epoch, List<Heartbeat> heartbeats) implements Row {
      public Singles {
        heartbeats = List.copyOf(heartbeats);
      }
    }

    /** An aggregate over slots of a committee; it is valid. */
    record Part(long epoch, long committee, BitSet slots, byte[] signature) implements Row {}

    /** The epoch, and those before, take no more. */
    record Taken(long epoch) implements Row {}
  }

  private final BlockLog log;
  private final GroupCommit<List<byte[]>> commits = new GroupCommit<>(this::append);

  /** First log sequence of each epoch that has rows. */
  private final TreeMap<Long, Long> firstRows = new TreeMap<>();

  /**
   * Opens or creates the journal.
   *
   * @throws dev.sluice.state.chain.BlockLogException as the log under it
   */
  public static HeartbeatJournal open(Path directory, LogFile.Opener opener) throws IOException {
    return new HeartbeatJournal(BlockLog.open(directory, 1, SEGMENT_BYTES, opener));
  }

  private HeartbeatJournal(BlockLog log) {
    this.log = log;
  }

  /**
   * Every row kept, in the order in which they were written. Called once, before anything is
   * written.
   */
  public List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    log.read(
        log.firstSequence(),
        (sequence, bytes) -> {
          Row row = decode(sequence, bytes);
          synchronized (firstRows) {
            firstRows.putIfAbsent(row.epoch(), sequence);
          }
          rows.add(row);
        });
    return rows;
  }

  /**
   * Writes rows; durable against a power failure on return.
   *
   * @throws UncheckedIOException if they could not be made durable; with {@link
   *     dev.sluice.state.chain.BlockLogException.DiskFull} it may be tried again
   */
  public void write(List<Row> rows) {
    List<byte[]> encoded = new ArrayList<>();
    for (Row row : rows) {
      encode(row, encoded);
    }
    if (!encoded.isEmpty()) {
      commits.commit(encoded);
    }
  }

  /** Rows of this epoch and of those before are needed no more; their room is given back. */
  public void drop(long throughEpoch) throws IOException {
    long keepFrom;
    synchronized (firstRows) {
      if (firstRows.isEmpty() || firstRows.firstKey() > throughEpoch) {
        return;
      }
      firstRows.headMap(throughEpoch, true).clear();
      OptionalLong first = firstRows.values().stream().mapToLong(Long::longValue).min();
      keepFrom = first.orElse(log.nextSequence());
    }
    log.dropBefore(keepFrom);
  }

  @Override
  public void close() throws IOException {
    log.close();
  }

  private void append(List<List<byte[]>> groups) {
    List<byte[]> rows = new ArrayList<>();
    int bytes = 0;
    for (List<byte[]> group : groups) {
      for (byte[] row : group) {
        if (bytes + row.length > APPEND_BYTES_MAX) {
          flush(rows);
          rows.clear();
          bytes = 0;
        }
        rows.add(row);
        bytes += row.length + Long.BYTES * 4;
      }
    }
    flush(rows);
  }

  private void flush(List<byte[]> rows) {
    try {
      // The epochs are known to drop() before their rows can be on the disk.
      synchronized (firstRows) {
        long next = log.nextSequence();
        rows.forEach(row -> firstRows.putIfAbsent(epochOf(row), next));
      }
      log.append(rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void encode(Row row, List<byte[]> encoded) {
    switch (row) {
      case Row.Singles(long epoch, List<Heartbeat> heartbeats) -> {
        for (int from = 0; from < heartbeats.size(); from += ROW_HEARTBEATS_MAX) {
          List<Heartbeat> some =
              heartbeats.subList(from, Math.min(heartbeats.size(), from + ROW_HEARTBEATS_MAX));
          ByteWriter out = new ByteWriter(5 + some.size() * HEARTBEAT_BYTES).u8(1).u32(epoch);
          some.forEach(each -> out.u32(each.provider()).bytes(each.signature()));
          encoded.add(out.toBytes());
        }
      }
      case Row.Part(long epoch, long committee, BitSet slots, byte[] signature) ->
          encoded.add(
              new ByteWriter(9 + BlsSignature.BYTES + 64)
                  .u8(2)
                  .u32(epoch)
                  .u32(committee)
                  .bytes(slots.toByteArray())
                  .bytes(signature)
                  .toBytes());
      case Row.Taken(long epoch) -> encoded.add(new ByteWriter(5).u8(3).u32(epoch).toBytes());
    }
  }

  private static long epochOf(byte[] row) {
    return new ByteReader(row, 1, 5).u32();
  }

  private Row decode(long sequence, byte[] bytes) throws IOException {
    ByteReader in = new ByteReader(bytes);
    int type = in.u8();
    long epoch = in.u32();
    Row row =
        switch (type) {
          case 1 -> {
            List<Heartbeat> heartbeats = new ArrayList<>();
            while (in.remaining() > 0 && !in.hasFailed()) {
              heartbeats.add(
                  new Heartbeat(in.u32(), epoch, in.bytes(BlsSignature.BYTES).toArray()));
            }
            yield new Row.Singles(epoch, heartbeats);
          }
          case 2 -> {
            long committee = in.u32();
            int bits = Math.max(0, in.remaining() - BlsSignature.BYTES);
            yield new Row.Part(
                epoch,
                committee,
                BitSet.valueOf(in.bytes(bits).toArray()),
                in.bytes(BlsSignature.BYTES).toArray());
          }
          case 3 -> new Row.Taken(epoch);
          default ->
              throw new IOException(
                  "row " + sequence + " of the heartbeat journal is of type " + type);
        };
    if (in.hasFailed() || in.remaining() != 0) {
      throw new IOException("row " + sequence + " of the heartbeat journal is malformed");
    }
    return row;
  }
}
