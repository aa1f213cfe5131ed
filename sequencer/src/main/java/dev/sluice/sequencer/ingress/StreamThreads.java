package dev.sluice.sequencer.ingress;

import java.util.concurrent.ExecutorService;

/**
 * Where streams and queries run: a virtual thread each.
 *
 * @param executor virtual threads; interrupted when the sequencer stops
 */
public record StreamThreads(ExecutorService executor) {}
