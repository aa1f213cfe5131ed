/**
 * The batcher: from durable blocks to batches on L1.
 *
 * <pre>
 *   source ──blocks──► assembly ──batch──► submission ──► l1 sender ──► Rollup.post
 *                                             │  ▲
 *                                      before │  │ after a restart
 *                                             ▼  │
 *                                          journal          seeds ──► Inbox.takeSeed
 * </pre>
 *
 * <p>It trusts nobody but L1 about where the chain of batches stands: the next batch always begins
 * after the block that the head header on L1 names. It holds no state of L2 and never imports
 * {@code state}: roots come with the blocks.
 */
@NullMarked
package dev.sluice.batcher;

import org.jspecify.annotations.NullMarked;
