package dev.sluice.systemtests.secondreader;

import java.util.Collection;
import java.util.TreeMap;

/** Leaves of one type by index: dense, unless a test has skipped some. */
final class Rows<T> {
  /** No type has more leaves. */
  static final long FULL = (1L << 32) - 1;

  private final TreeMap<Long, T> rows = new TreeMap<>();
  private long count;

  long count() {
    return count;
  }

  boolean has(long index) {
    return index < count;
  }

  boolean isFull() {
    return count >= FULL;
  }

  T get(long index) {
    T row = rows.get(index);
    if (row == null) {
      throw new IndexOutOfBoundsException("row " + index + " of " + count);
    }
    return row;
  }

  long add(T row) {
    rows.put(count, row);
    return count++;
  }

  /** Replaces a row that exists. */
  void set(long index, T row) {
    get(index);
    rows.put(index, row);
  }

  /** Counts as if all leaves up to this index existed, as nobody could wait for them. */
  void skipTo(long next) {
    count = next;
  }

  Collection<T> all() {
    return rows.values();
  }
}
