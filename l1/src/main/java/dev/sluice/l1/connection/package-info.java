/**
 * The wire to an L1 node: JSON-RPC over HTTP with time-outs and bounded retries.
 *
 * <p>Comes in: method calls in our own words. Goes out: {@link dev.sluice.l1.connection.L1Block},
 * {@link dev.sluice.l1.connection.L1Log}, {@link dev.sluice.l1.connection.L1Receipt}. A node that
 * does not answer is an {@link dev.sluice.l1.connection.L1UnavailableException}, a node that
 * answers with an error an {@link dev.sluice.l1.connection.L1ErrorException}; both are checked, so
 * nobody forgets that L1 may be away.
 *
 * <p>Keeps no state about the chain. Retries only what may be repeated without harm, which is every
 * method used here: sending the same signed bytes twice is one transaction.
 */
@NullMarked
package dev.sluice.l1.connection;

import org.jspecify.annotations.NullMarked;
