package dev.sluice.systemtests.secondreader;

import java.util.Collection;
import java.util.TreeMap;

/** Leaves of one type by index: dense, unless a test has skipped some. */
final class Rows<T> {
  /** No type has more leaves. */
  static final long FULL = (1L << 32) - 1;

  private final TreeMap<Long, T> rows = new TreeMap<>();
  private final long full;
  private long count;

  Rows(long full) {
    this.full = full;
  }

  long count() {
    return count;
  }

  boolean has(long index) {
    return index < count;
  }

  boolean isFull() {
    return count >= full;
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

  /** Counts as if every leaf existed that may, as nobody could wait for them. */
  void fill() {
    count = full;
  }

  /** Counts as if there were so many. */
  void fillTo(long leaves) {
    count = leaves;
  }

  /** Puts a row where there is none. */
  void put(long index, T row) {
    rows.put(index, row);
  }

  Collection<T> all() {
    return rows.values();
  }

  Collection<Long> indices() {
    return rows.keySet();
  }
}
