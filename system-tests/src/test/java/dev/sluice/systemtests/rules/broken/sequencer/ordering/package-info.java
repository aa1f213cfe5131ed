/** Reads a clock. */
@NullMarked
package dev.sluice.systemtests.rules.broken.sequencer.ordering;

import org.jspecify.annotations.NullMarked;
