/**
 * What the batcher is about to send, on disk before it is sent.
 *
 * <p>In: intents with their signed attempts, and what became of them. Out, after a restart: the one
 * intent that may be open, and the last batch that was posted. One append-only file; every append
 * is on the disk (fsync) when the method returns.
 *
 * <p>Invariants: at most one intent is open; a record cut off by a crash is dropped, as nothing was
 * sent for it; any other damage is refused with the offset, because dropping it could repeat a
 * batch.
 */
@NullMarked
package dev.sluice.batcher.journal;

import org.jspecify.annotations.NullMarked;
