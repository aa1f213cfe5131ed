/**
 * The only room with web3j. Everything that Sluice knows about L1 passes here and leaves as records
 * of our own.
 *
 * <pre>
 *   connection  JSON-RPC with time-outs and bounded retries; L1 away is a typed condition
 *   contract    façades of Inbox, Rollup, Bridge, ChunkProver and the test token; custom errors by name
 *   reader      inbox messages, batches and heads, in order, with reorgs as values
 *   sender      one nonce-managed EIP-1559 sender per L1 account
 *   deployment  deploys the contracts; ChainConfig, the file that every application reads
 *   node        a local anvil for devnets and tests
 * </pre>
 *
 * <p>Neighbours: below it {@code primitives}; above it sequencer, batcher and client. No web3j type
 * is part of a public signature of this room. It decides nothing about L2: it reports.
 */
@NullMarked
package dev.sluice.l1;

import org.jspecify.annotations.NullMarked;
