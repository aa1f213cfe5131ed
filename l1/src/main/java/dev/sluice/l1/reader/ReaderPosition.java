package dev.sluice.l1.reader;

import dev.sluice.primitives.value.Hash32;

/**
 * Up to where L1 was read.
 *
 * @param block the last block that was read
 * @param blockHash its hash
 * @param messages inbox messages up to it
 * @param accumulator the inbox's accumulator after them
 */
public record ReaderPosition(long block, Hash32 blockHash, long messages, Hash32 accumulator) {}
