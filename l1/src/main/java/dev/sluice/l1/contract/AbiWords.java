package dev.sluice.l1.contract;

import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Reads ABI-encoded words in order. Strict: a value that does not fit its type, or a length beyond
 * the end, is an {@link IllegalArgumentException}; the callers turn that into "the node's answer is
 * not what was asked for".
 */
final class AbiWords {
  private static final int WORD = 32;

  private final byte[] bytes;
  private int at;

  AbiWords(byte[] bytes) {
    this.bytes = bytes;
  }

  Hash32 hash() {
    int start = take();
    return Hash32.of(bytes, start);
  }

  BigInteger number() {
    int start = take();
    return new BigInteger(1, bytes, start, WORD);
  }

  /** An unsigned 64-bit number in a {@code long}. */
  long u64() {
    return leading(24);
  }

  /** An unsigned number below 2^32. */
  long u32() {
    return leading(28);
  }

  int u8() {
    return (int) leading(31);
  }

  Uint128 u128() {
    int start = take();
    requireZero(start, 16);
    return Uint128.of(bytes, start + 16);
  }

  Address address() {
    int start = take();
    requireZero(start, 12);
    return Address.of(bytes, start + 12);
  }

  boolean bool() {
    int value = u8();
    if (value > 1) {
      throw new IllegalArgumentException("not a bool: " + value);
    }
    return value == 1;
  }

  BatchHeader header() {
    return new BatchHeader(
        hash(), hash(), hash(), hash(), u64(), u64(), u64(), u64(), u64(), u32(), u8(), address());
  }

  InboxLink link() {
    return new InboxLink(hash(), u64(), u64(), u64());
  }

  /**
   * Follows the offset in this word to a {@code bytes} value; offsets count from the start of these
   * words.
   */
  byte[] dynamicBytes() {
    long offset = u64();
    AbiWords tail = new AbiWords(bytes);
    if (offset < 0 || offset > bytes.length) {
      throw new IllegalArgumentException("offset " + offset + " in " + bytes.length + " bytes");
    }
    tail.at = (int) offset;
    long length = tail.u64();
    if (length < 0 || length > bytes.length - tail.at) {
      throw new IllegalArgumentException(
          "length " + length + " at " + tail.at + " of " + bytes.length);
    }
    return Arrays.copyOfRange(bytes, tail.at, tail.at + (int) length);
  }

  private long leading(int zeros) {
    int start = take();
    requireZero(start, zeros);
    long value = 0;
    for (int i = start + zeros; i < start + WORD; i++) {
      value = value << 8 | bytes[i] & 0xff;
    }
    return value;
  }

  private int take() {
    if (at < 0 || at > bytes.length - WORD) {
      throw new IllegalArgumentException("word at " + at + " of " + bytes.length + " bytes");
    }
    int start = at;
    at += WORD;
    return start;
  }

  private void requireZero(int start, int count) {
    for (int i = start; i < start + count; i++) {
      if (bytes[i] != 0) {
        throw new IllegalArgumentException("value too large for its type at byte " + start);
      }
    }
  }
}
