/**
 * The batcher as a process: configuration, wiring, health, metrics. The only package of this room
 * that knows Quarkus.
 *
 * <p>Configuration ({@code sluice.*}, or environment {@code SLUICE_*}): see {@link
 * dev.sluice.batcher.app.BatcherSettings}. Ready when L1 holds the chain of the configuration; live
 * as long as posting is possible; DOWN, loudly, when a batch of ours was convicted.
 */
@NullMarked
package dev.sluice.batcher.app;

import org.jspecify.annotations.NullMarked;
