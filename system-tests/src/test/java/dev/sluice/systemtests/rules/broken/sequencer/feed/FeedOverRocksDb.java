package dev.sluice.systemtests.rules.broken.sequencer.feed;

import org.rocksdb.RocksDB;

/** Breaks: RocksDB only in its store. */
record FeedOverRocksDb(RocksDB database) {}
