/** Tests of {@code dev.sluice.sequencer.heartbeat}. */
@NullMarked
package dev.sluice.sequencer.heartbeat;

import org.jspecify.annotations.NullMarked;
