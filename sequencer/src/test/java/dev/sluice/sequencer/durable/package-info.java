/** Tests of shared durable writes. */
@NullMarked
package dev.sluice.sequencer.durable;

import org.jspecify.annotations.NullMarked;
