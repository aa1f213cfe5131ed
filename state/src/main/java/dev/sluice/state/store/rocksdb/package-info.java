/**
 * The store on RocksDB: the only package that knows it. One column family per kind of row,
 * big-endian keys, so that order by key is order by number.
 */
@NullMarked
package dev.sluice.state.store.rocksdb;

import org.jspecify.annotations.NullMarked;
