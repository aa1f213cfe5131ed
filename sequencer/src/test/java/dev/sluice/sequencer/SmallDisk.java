package dev.sluice.sequencer;

import dev.sluice.state.chain.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The real disk, which can be made to refuse every write for want of room. */
final class SmallDisk implements LogFile.Opener {
  volatile boolean full;

  @Override
  public LogFile open(Path path) throws IOException {
    LogFile file = LogFile.onDisk(path);
    return new LogFile() {
      @Override
      public void writeFully(ByteBuffer source, long position) throws IOException {
        if (full) {
          throw new IOException("No space left on device");
        }
        file.writeFully(source, position);
      }

      @Override
      public int read(ByteBuffer target, long position) throws IOException {
        return file.read(target, position);
      }

      @Override
      public void force() throws IOException {
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
