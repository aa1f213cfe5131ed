/**
 * {@code sluice demo}: the chain's main job, end to end, on real signed traffic, and a verdict.
 *
 * <pre>
 *   DemoCommand -> scenes (deposits, transfers, channels, ticks, streams, heartbeats, jobs, k of n, updates, withdrawals)
 *                    |  traffic: dev.sluice.client.sdk over gRPC, dev.sluice.l1 to L1
 *                    |  what was sent: demo.model
 *                    v
 *                  Readings (what the chain says)  vs  demo.model (what it must say)  -> Check
 *                  CalldataBill (posted calldata, decoded)                                  -> L1 bytes and gas per kind
 * </pre>
 *
 * <p>Invariants: every key is drawn afresh in each run, so that a used devnet is as good as a new
 * one; a check that fails makes the exit code non-zero and is printed; nothing that is printed as
 * checked was only observed.
 */
@NullMarked
package dev.sluice.client.demo;

import org.jspecify.annotations.NullMarked;
