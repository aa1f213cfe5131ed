/**
 * The store in sorted maps, for tests and the simulator; same contract as RocksDB's, nothing
 * durable.
 */
@NullMarked
package dev.sluice.state.store.memory;

import org.jspecify.annotations.NullMarked;
