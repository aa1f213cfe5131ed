/**
 * Answers about the chain as of the unsafe head. Reads the store only, after it has caught up with
 * the head known when the question came, so that everybody reads what he was told. Proofs of
 * withdrawals are made at the roots of posted batches.
 */
@NullMarked
package dev.sluice.sequencer.query;

import org.jspecify.annotations.NullMarked;
