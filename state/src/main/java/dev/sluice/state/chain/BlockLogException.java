package dev.sluice.state.chain;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What can be wrong with the block log, one case per kind of answer that an operator needs. */
public abstract sealed class BlockLogException extends IOException {
  private static final long serialVersionUID = 1L;

  private BlockLogException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  private BlockLogException(String message) {
    super(message);
  }

  /**
   * The disk is full. Nothing was appended; the log stays readable and the same append may be tried
   * again when there is room.
   */
  public static final class DiskFull extends BlockLogException {
    private static final long serialVersionUID = 1L;

    DiskFull(Path file, long bytesWanted, Throwable cause) {
      super("disk full: " + bytesWanted + " bytes could not be written to " + file, cause);
    }
  }

  /**
   * A flush or write failed in a way that leaves the durability of the last bytes unknown: no more
   * appends until the log is opened again.
   */
  public static final class Failed extends BlockLogException {
    private static final long serialVersionUID = 1L;

    Failed(String message, Throwable cause) {
      super(message, cause);
    }

    Failed(String message) {
      super(message);
    }
  }

  /** Another process has the log open. */
  public static final class InUse extends BlockLogException {
    private static final long serialVersionUID = 1L;

    InUse(Path directory, @Nullable Throwable cause) {
      super("block log " + directory + " is in use by another process", cause);
    }
  }

  /**
   * Bytes that were acknowledged are not as they were written. Names the file, the offset of the
   * record, and what was expected and found there.
   */
  public static final class Corrupt extends BlockLogException {
    private static final long serialVersionUID = 1L;
    private final String file;
    private final long offset;
    private final String expected;
    private final String actual;

    Corrupt(Path file, long offset, String expected, String actual) {
      super(
          "block log corrupt: "
              + file
              + " at offset "
              + offset
              + ": expected "
              + expected
              + ", found "
              + actual);
      this.file = file.toString();
      this.offset = offset;
      this.expected = expected;
      this.actual = actual;
    }

    /** The damaged segment. */
    public String file() {
      return file;
    }

    /** Offset in bytes of the damaged record in {@link #file()}. */
    public long offset() {
      return offset;
    }

    /** What an intact log has there. */
    public String expected() {
      return expected;
    }

    /** What was found. */
    public String actual() {
      return actual;
    }
  }
}
