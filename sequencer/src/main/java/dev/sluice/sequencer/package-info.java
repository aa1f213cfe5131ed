/**
 * The sequencer: from a signed transaction to a durable, acknowledged block.
 *
 * <pre>
 *   ingress -> admission -> pool -> ordering -> production -> confirmation -> the client's ack
 *   heartbeat, voucher, deposit ------^             \-> feed, query
 * </pre>
 *
 * <p>{@link dev.sluice.sequencer.Sequencer} builds all of it with {@code new}, so that tests and
 * simulations can; {@code app} is the Quarkus application around it. Neighbours: {@code state}
 * executes and keeps, {@code l1} reads L1, {@code proto} maps messages.
 */
@NullMarked
package dev.sluice.sequencer;

import org.jspecify.annotations.NullMarked;
