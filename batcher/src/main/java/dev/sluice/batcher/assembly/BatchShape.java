package dev.sluice.batcher.assembly;

/**
 * What closing rules look at.
 *
 * @param bytes of the batch's data so far
 * @param chunks so far, the open one included
 * @param blocks so far
 * @param openedAtMillis when its first block came in
 */
public record BatchShape(int bytes, int chunks, long blocks, long openedAtMillis) {}
