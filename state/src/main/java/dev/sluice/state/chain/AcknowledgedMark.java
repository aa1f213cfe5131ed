package dev.sluice.state.chain;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The highest acknowledged sequence number, in one mapped 8-byte word: {@code sequence48 |
 * check16}.
 *
 * <p>It is written after each append without a flush of its own (a store of one word), so it is
 * exact after a killed process and may lag after a power failure; then it is a lower bound, and an
 * unreadable word counts as 0. The file carries the lock that keeps a second process out.
 */
final class AcknowledgedMark implements AutoCloseable {
  private final FileChannel channel;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment word;

  AcknowledgedMark(Path directory) throws IOException {
    channel =
        FileChannel.open(
            directory.resolve("acknowledged"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      locked = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      throw new BlockLogException.InUse(directory, e);
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    if (!locked) {
      throw new BlockLogException.InUse(directory, null);
    }
    if (channel.size() < Long.BYTES) {
      // A hole would be filled by the first store to the word, and on a full disk that is a fault.
      channel.write(ByteBuffer.allocate(Long.BYTES), 0);
    }
    word = channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES, arena);
  }

  /** The mark, or 0 if none was ever set or it cannot be read. */
  long get() {
    long value = word.get(ValueLayout.JAVA_LONG, 0);
    long sequence = value >>> 16;
    return value == encode(sequence) ? sequence : 0;
  }

  void set(long sequence) {
    word.set(ValueLayout.JAVA_LONG, 0, encode(sequence));
  }

  private static long encode(long sequence) {
    long check = sequence * 0x9E3779B97F4A7C15L >>> 48;
    return sequence << 16 | (check ^ 0x5aa5);
  }

  @Override
  public void close() throws IOException {
    arena.close();
    channel.close();
  }
}
