package dev.sluice.state.ledger;

import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.tree.StateTree;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All leaves of one type as rows of equal length in pages. Typed views read and write fields of a
 * row by offset, big-endian.
 *
 * <p>A write marks the row for the next root and for the current block; while a recording runs, the
 * first touch of a row, by read or write, keeps its bytes as they were when the recording began.
 */
final class LeafTable {
  private static final int PAGE_ROWS_LOG2 = 10;
  private static final int PAGE_ROWS = 1 << PAGE_ROWS_LOG2;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private static final VarHandle LANES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /**
   * Rows hashed together: many times the width of the vector kernel, few enough to stay in the
   * first cache.
   */
  private static final int BATCH_ROWS = 64;

  private final long[] blocks = new long[NodeHasher.BLOCK_LANES * BATCH_ROWS];
  private final long[] hashes = new long[4 * BATCH_ROWS];
  private final int[] batch = new int[BATCH_ROWS];
  private final int type;
  private final int rowBytes;
  private byte[][] pages = new byte[0][];
  private int size;
  private final IndexSet changedSinceRoot = new IndexSet();
  private final IndexSet changedInBlock = new IndexSet();
  private @Nullable TreeMap<Integer, byte[]> recording;
  private int sizeAtRecording;

  LeafTable(int type, int rowBytes) {
    this.type = type;
    this.rowBytes = rowBytes;
  }

  int type() {
    return type;
  }

  int size() {
    return size;
  }

  /** Adds a row of zeros behind the last one and returns its index. */
  int append() {
    if (size == StateTree.LEAVES_PER_TYPE_MAX) {
      throw new IllegalStateException("type " + type + " is full with " + size + " leaves");
    }
    int index = size;
    int page = index >>> PAGE_ROWS_LOG2;
    if (page == pages.length) {
      byte[][] more = Arrays.copyOf(pages, page + 1);
      more[page] = new byte[PAGE_ROWS * rowBytes];
      pages = more;
    }
    size++;
    write(index);
    return index;
  }

  /** Adds a row with this content, as loaded from a store. */
  void load(int index, byte[] bytes) {
    if (index != size || bytes.length != length(index)) {
      throw new IllegalArgumentException(
          "leaf "
              + index
              + " of type "
              + type
              + " with "
              + bytes.length
              + " bytes, expected leaf "
              + size
              + " with "
              + length(index));
    }
    append();
    System.arraycopy(bytes, 0, page(index), at(index), bytes.length);
  }

  /** The preimage of a leaf. */
  byte[] bytes(int index) {
    read(index);
    return Arrays.copyOfRange(page(index), at(index), at(index) + length(index));
  }

  /** As {@link #bytes(int)}, but unseen by a recording. */
  byte[] peek(int index) {
    return Arrays.copyOfRange(page(index), at(index), at(index) + length(index));
  }

  /** The address at the start of a row, unseen by a recording. */
  Address peekAddress(int index) {
    return Address.of(page(index), at(index));
  }

  /** A hash, unseen by a recording. */
  Hash32 peekHash32(int index, int offset) {
    return Hash32.of(page(index), at(index) + offset);
  }

  /** A number, unseen by a recording. */
  int peekI32(int index, int offset) {
    return (int) INTS.get(page(index), at(index) + offset);
  }

  /** Every field access of a view passes here or by {@link #write}. */
  private void read(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException("leaf " + index + " of type " + type + ", size " + size);
    }
    if (recording != null) {
      record(index);
    }
  }

  private void write(int index) {
    read(index);
    changedSinceRoot.add(index);
    changedInBlock.add(index);
  }

  /** Marks a row as touched without reading a field. */
  void touch(int index) {
    read(index);
  }

  private void record(int index) {
    TreeMap<Integer, byte[]> rows = recording;
    if (rows != null && !rows.containsKey(index)) {
      byte[] before =
          index < sizeAtRecording
              ? Arrays.copyOfRange(page(index), at(index), at(index) + length(index))
              : new byte[0];
      rows.put(index, before);
    }
  }

  void startRecording() {
    recording = new TreeMap<>();
    sizeAtRecording = size;
  }

  /**
   * Touched rows by index with the bytes before; empty bytes for a row that was absent. Ends the
   * recording.
   */
  SortedMap<Integer, byte[]> stopRecording() {
    TreeMap<Integer, byte[]> rows = recording;
    if (rows == null) {
      throw new IllegalStateException("no recording of type " + type);
    }
    recording = null;
    return rows;
  }

  /**
   * Takes rows back to bytes that {@link #stopRecording} gave, and the size to what it was then.
   */
  void restore(SortedMap<Integer, byte[]> rows) {
    int restored = size;
    for (var row : rows.entrySet()) {
      int index = row.getKey();
      changedSinceRoot.add(index);
      if (row.getValue().length == 0) {
        restored = Math.min(restored, index);
        Arrays.fill(page(index), at(index), at(index) + rowBytes, (byte) 0);
      } else {
        System.arraycopy(row.getValue(), 0, page(index), at(index), row.getValue().length);
      }
    }
    size = restored;
  }

  /**
   * Hashes the rows changed since the last root into the tree, many at a time where a row is one
   * block.
   */
  void hashInto(StateTree tree, NodeHasher hasher) {
    int count = 0;
    for (int i = 0; i < changedSinceRoot.size(); i++) {
      int index = changedSinceRoot.get(i);
      if (index >= size || length(index) >= Keccak256.RATE_BYTES) {
        Hash32 hash =
            index < size ? Keccak256.hash32(page(index), at(index), length(index)) : Hash32.ZERO;
        hash.writeLanesTo(hashes, 0);
        tree.setLeaf(type, index, hashes, 0);
        continue;
      }
      pad(page(index), at(index), length(index), NodeHasher.BLOCK_LANES * count);
      batch[count++] = index;
      if (count == BATCH_ROWS) {
        flush(tree, hasher, count);
        count = 0;
      }
    }
    flush(tree, hasher, count);
    changedSinceRoot.clear();
  }

  /** Writes a row as a padded block to {@code blocks[to]}. */
  private void pad(byte[] bytes, int from, int length, int to) {
    int words = length >>> 3;
    for (int w = 0; w < words; w++) {
      blocks[to + w] = (long) LANES.get(bytes, from + 8 * w);
    }
    long last = 1L << 8 * (length & 7);
    for (int b = 0; b < (length & 7); b++) {
      last |= (bytes[from + 8 * words + b] & 0xffL) << 8 * b;
    }
    Arrays.fill(blocks, to + words, to + NodeHasher.BLOCK_LANES, 0);
    blocks[to + words] = last;
    blocks[to + NodeHasher.BLOCK_LANES - 1] |= 0x8000000000000000L;
  }

  private void flush(StateTree tree, NodeHasher hasher, int count) {
    hasher.hashBlocks(blocks, count, hashes);
    for (int i = 0; i < count; i++) {
      tree.setLeaf(type, batch[i], hashes, 4 * i);
    }
  }

  IndexSet changedInBlock() {
    return changedInBlock;
  }

  /**
   * Bytes of a row that are the preimage; all rows of a type but the meta type are equally long.
   */
  int length(int index) {
    return type == Ledger.TYPE_META ? Ledger.metaBytes(index) : rowBytes;
  }

  private byte[] page(int index) {
    return pages[index >>> PAGE_ROWS_LOG2];
  }

  private int at(int index) {
    return (index & (PAGE_ROWS - 1)) * rowBytes;
  }

  int u8(int index, int offset) {
    read(index);
    return page(index)[at(index) + offset] & 0xff;
  }

  void u8(int index, int offset, int value) {
    write(index);
    page(index)[at(index) + offset] = (byte) value;
  }

  int u16(int index, int offset) {
    read(index);
    return (short) SHORTS.get(page(index), at(index) + offset) & 0xffff;
  }

  void u16(int index, int offset, int value) {
    write(index);
    SHORTS.set(page(index), at(index) + offset, (short) value);
  }

  int i32(int index, int offset) {
    read(index);
    return (int) INTS.get(page(index), at(index) + offset);
  }

  long u32(int index, int offset) {
    return Integer.toUnsignedLong(i32(index, offset));
  }

  void u32(int index, int offset, long value) {
    write(index);
    INTS.set(page(index), at(index) + offset, (int) value);
  }

  long u64(int index, int offset) {
    read(index);
    return (long) LONGS.get(page(index), at(index) + offset);
  }

  void u64(int index, int offset, long value) {
    write(index);
    LONGS.set(page(index), at(index) + offset, value);
  }

  Uint128 u128(int index, int offset) {
    read(index);
    return Uint128.of(page(index), at(index) + offset);
  }

  void u128(int index, int offset, Uint128 value) {
    write(index);
    value.writeTo(page(index), at(index) + offset);
  }

  Address address(int index, int offset) {
    read(index);
    return Address.of(page(index), at(index) + offset);
  }

  void address(int index, int offset, Address value) {
    write(index);
    value.writeTo(page(index), at(index) + offset);
  }

  Hash32 hash32(int index, int offset) {
    read(index);
    return Hash32.of(page(index), at(index) + offset);
  }

  void hash32(int index, int offset, Hash32 value) {
    write(index);
    value.writeTo(page(index), at(index) + offset);
  }

  byte[] bytes(int index, int offset, int length) {
    read(index);
    return Arrays.copyOfRange(page(index), at(index) + offset, at(index) + offset + length);
  }

  void bytes(int index, int offset, byte[] value) {
    write(index);
    System.arraycopy(value, 0, page(index), at(index) + offset, value.length);
  }
}
