/**
 * Tests of the sequencer: its core in process with an in-memory store and a simulated inbox, its
 * gRPC surface over a real socket.
 */
@NullMarked
package dev.sluice.sequencer;

import org.jspecify.annotations.NullMarked;
