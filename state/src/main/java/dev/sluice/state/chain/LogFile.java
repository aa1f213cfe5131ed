package dev.sluice.state.chain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One open segment file: the four acts that the log needs of a disk. A port, so that tests and the
 * simulator can put a full or failing disk below the log.
 */
public interface LogFile extends AutoCloseable {
  /**
   * Writes all remaining bytes at {@code position}; throws without saying how many were written.
   */
  void writeFully(ByteBuffer source, long position) throws IOException;

  /** Reads until {@code target} is full or the file ends; returns the number of bytes read. */
  int read(ByteBuffer target, long position) throws IOException;

  /** Makes written bytes durable (fdatasync). */
  void force() throws IOException;

  /** Length of the file in bytes. */
  long size() throws IOException;

  @Override
  void close() throws IOException;

  /** Opens (and creates if absent) a segment for reading and writing. */
  @FunctionalInterface
  interface Opener {
    LogFile open(Path path) throws IOException;
  }

  /** The real disk. */
  static LogFile onDisk(Path path) throws IOException {
    return new ChannelLogFile(
        FileChannel.open(
            path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE));
  }

  /** A segment on a {@link FileChannel}. */
  record ChannelLogFile(FileChannel channel) implements LogFile {
    @Override
    public void writeFully(ByteBuffer source, long position) throws IOException {
      long at = position;
      while (source.hasRemaining()) {
        at += channel.write(source, at);
      }
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      int total = 0;
      while (target.hasRemaining()) {
        int n = channel.read(target, position + total);
        if (n < 0) {
          break;
        }
        total += n;
      }
      return total;
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
