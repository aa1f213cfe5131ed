/**
 * Posting: one batch at a time, each on top of the head that L1 shows.
 *
 * <pre>
 *   open intent in the journal? ──► resume it ──► posted | abandoned
 *   else: head on L1 ──► source.seek(after it) ──► assembler ──► due? ──► checks ──► journal ──► post
 * </pre>
 *
 * <p>Invariants: a batch begins after the last block of the header that it names as parent, so a
 * block is neither skipped nor repeated, whatever died when; nothing is sent for a new batch while
 * an intent is open. A convicted batch of ours stops everything, loudly: our own roots are wrong,
 * and every further post would lose another bond.
 */
@NullMarked
package dev.sluice.batcher.submission;

import org.jspecify.annotations.NullMarked;
