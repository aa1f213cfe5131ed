/**
 * Blocks: made transaction by transaction for the sequencer, executed from posted bytes for
 * followers, recovered from store and log after a restart; chunks and their witnesses for L1.
 *
 * <pre>
 *   sequencer:  BlockExecutor.begin -> BlockInProgress.add... -> seal -> ExecutedBlock -> log, store, feed
 *   follower:   posted bytes -> BlockExecutor.execute -> ExecutedBlock     (the same transition)
 *   restart:    ChainRecovery: store head, then the log
 *   dispute:    ChunkExecutor -> post root, witness
 * </pre>
 *
 * <p>In: verified or posted transactions, inbox messages, clock deltas as values. Out: {@link
 * dev.sluice.state.execution.ExecutedBlock}. Neighbours: {@code state.transition} decides, {@code
 * state.ledger} holds. Invariants: sequencer's and follower's mode give the same root for the same
 * block; the state after a transaction does not depend on chunk borders. Single writer. No clock,
 * no chance.
 */
@NullMarked
package dev.sluice.state.execution;

import org.jspecify.annotations.NullMarked;
