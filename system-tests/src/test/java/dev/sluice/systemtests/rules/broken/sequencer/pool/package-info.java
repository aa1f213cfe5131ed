/** Leans on the container. */
@NullMarked
package dev.sluice.systemtests.rules.broken.sequencer.pool;

import org.jspecify.annotations.NullMarked;
