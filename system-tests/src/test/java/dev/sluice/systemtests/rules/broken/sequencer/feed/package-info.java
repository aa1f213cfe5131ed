/** Reads RocksDB behind the store's back. */
@NullMarked
package dev.sluice.systemtests.rules.broken.sequencer.feed;

import org.jspecify.annotations.NullMarked;
