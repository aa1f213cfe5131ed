/**
 * What happened on L1, in order: inbox messages, posts, convictions, and rewinds when L1
 * reorganised.
 *
 * <pre>
 *   latest − confirmations ──► logs of Inbox and Rollup ──► accumulator chain verified ──► L1Event…
 *          │ a block hash that we saw is gone
 *          └──► Rewound: everything after that block is void
 * </pre>
 *
 * <p>In: an L1 client and two addresses. Out: values; nothing is kept on disk, the caller decides
 * what an event means. Every message's accumulator is recomputed, so a node cannot leave one out or
 * reorder.
 */
@NullMarked
package dev.sluice.l1.reader;

import org.jspecify.annotations.NullMarked;
