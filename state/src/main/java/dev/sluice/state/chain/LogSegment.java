package dev.sluice.state.chain;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The bytes of a segment file, big-endian.
 *
 * <pre>
 *   header  32: magic8 "SLUICLOG" | version4 = 1 | zero4 | firstSequence8 | previousCrc4 | crc4 of the 28 before
 *   record 24+: length4 | groupIndex4 | sequence8 | previousCrc4 | crc4 of the 20 before and the payload | payload
 *   then zeros up to the preallocated size
 * </pre>
 *
 * <p>{@code previousCrc} chains a record to the one before it, so that bytes left by a failed
 * append can never follow a record that they were not written after. {@code groupIndex} counts from
 * 0 in an append group: a valid record of a later group proves that an earlier one had been
 * acknowledged.
 */
final class LogSegment {
  static final int HEADER_BYTES = 32;
  static final int FRAME_BYTES = 24;
  private static final long MAGIC = 0x534c5549434c4f47L;
  private static final int VERSION = 1;

  /** A later record this many numbers ahead is not believed when the log is searched for one. */
  private static final long SEARCH_SEQUENCES_MAX = 1 << 20;

  private LogSegment() {}

  static ByteBuffer header(long firstSequence, int previousCrc) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.putLong(MAGIC).putInt(VERSION).putInt(0).putLong(firstSequence).putInt(previousCrc);
    header.putInt(crc(header.array(), 0, 28, new byte[0], 0, 0));
    return header.flip();
  }

  /** True if the first 32 bytes are an intact header for {@code firstSequence}. */
  static boolean headerIsIntact(ByteBuffer segment, long firstSequence) {
    if (segment.limit() < HEADER_BYTES || segment.getLong(0) != MAGIC) {
      return false;
    }
    byte[] head = new byte[28];
    segment.get(0, head);
    return segment.getInt(8) == VERSION
        && segment.getInt(12) == 0
        && segment.getLong(16) == firstSequence
        && segment.getInt(28) == crc(head, 0, 28, new byte[0], 0, 0);
  }

  static int headerPreviousCrc(ByteBuffer segment) {
    return segment.getInt(24);
  }

  /** Appends one record to {@code target}; returns its CRC. */
  static int putRecord(
      ByteBuffer target, long sequence, int groupIndex, int previousCrc, byte[] payload) {
    byte[] frame = new byte[20];
    ByteBuffer.wrap(frame)
        .putInt(payload.length)
        .putInt(groupIndex)
        .putLong(sequence)
        .putInt(previousCrc);
    int crc = crc(frame, 0, 20, payload, 0, payload.length);
    target.put(frame).putInt(crc).put(payload);
    return crc;
  }

  /** True if an intact record lies at {@code offset}, whatever its sequence number. */
  static boolean recordIsIntact(ByteBuffer segment, int offset) {
    if (offset > segment.limit() - FRAME_BYTES) {
      return false;
    }
    int length = segment.getInt(offset);
    if (length <= 0 || length > segment.limit() - offset - FRAME_BYTES) {
      return false;
    }
    return segment.getInt(offset + 20) == crcAt(segment, offset, length);
  }

  static int length(ByteBuffer segment, int offset) {
    return segment.getInt(offset);
  }

  static int groupIndex(ByteBuffer segment, int offset) {
    return segment.getInt(offset + 4);
  }

  static long sequence(ByteBuffer segment, int offset) {
    return segment.getLong(offset + 8);
  }

  static int previousCrc(ByteBuffer segment, int offset) {
    return segment.getInt(offset + 16);
  }

  static int crc(ByteBuffer segment, int offset) {
    return segment.getInt(offset + 20);
  }

  static byte[] payload(ByteBuffer segment, int offset) {
    byte[] payload = new byte[length(segment, offset)];
    segment.get(offset + FRAME_BYTES, payload);
    return payload;
  }

  /**
   * Sequence of an intact record behind {@code offset} whose append group began after {@code
   * sequence}, or -1: such a record can only have been written once {@code sequence} was durable.
   */
  static long laterGroup(ByteBuffer segment, int offset, long sequence) {
    for (int at = offset; at <= segment.limit() - FRAME_BYTES; at++) {
      long found = segment.getLong(at + 8);
      if (found > sequence
          && found - sequence < SEARCH_SEQUENCES_MAX
          && found - groupIndex(segment, at) > sequence
          && recordIsIntact(segment, at)) {
        return found;
      }
    }
    return -1;
  }

  /**
   * Offset behind the last byte at or after {@code from} that is not zero; {@code from} if none.
   */
  static int writtenEnd(ByteBuffer segment, int from) {
    int end = segment.limit();
    while (end >= from + 8 && segment.getLong(end - 8) == 0) {
      end -= 8;
    }
    while (end > from && segment.get(end - 1) == 0) {
      end--;
    }
    return end;
  }

  private static int crcAt(ByteBuffer segment, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(segment.slice(offset, 20));
    crc.update(segment.slice(offset + FRAME_BYTES, length));
    return (int) crc.getValue();
  }

  private static int crc(byte[] a, int aFrom, int aLength, byte[] b, int bFrom, int bLength) {
    CRC32C crc = new CRC32C();
    crc.update(a, aFrom, aLength);
    crc.update(b, bFrom, bLength);
    return (int) crc.getValue();
  }
}
