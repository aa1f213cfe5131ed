package dev.sluice.client.devnet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to run the devnet of one directory: an operating-system lock on a file that also names
 * the process holding it. The lock dies with its process, so a file left behind by a killed devnet
 * never blocks the next one.
 */
public final class DevnetLock implements AutoCloseable {
  private final FileChannel channel;
  private final FileLock lock;

  private DevnetLock(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Takes the lock and writes this process's id into the file.
   *
   * @throws DevnetException if another process, or another part of this one, holds it; the message
   *     names that process
   */
  public static DevnetLock take(Path file) throws DevnetException, IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean taken = false;
    try {
      FileLock lock = tryLock(channel);
      if (lock == null) {
        String holder = Files.readString(file).strip();
        throw new DevnetException(
            "a devnet is already running here (process "
                + holder
                + "). Use it, or stop it with Ctrl-C in its terminal or with: kill "
                + holder);
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)),
          0);
      taken = true;
      return new DevnetLock(channel, lock);
    } finally {
      if (!taken) {
        channel.close();
      }
    }
  }

  /** Whether some process holds the lock of {@code file} now. */
  public static boolean isHeld(Path file) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      FileLock lock = tryLock(channel);
      if (lock == null) {
        return true;
      }
      lock.release();
      return false;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very JVM: for the caller the same as held by another
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      lock.release();
    }
  }
}
