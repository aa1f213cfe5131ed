/** The sequencer: from a signed transaction to a durable, acknowledged block. */
@NullMarked
package dev.sluice.sequencer;

import org.jspecify.annotations.NullMarked;
