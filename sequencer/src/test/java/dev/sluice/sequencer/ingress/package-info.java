/** Tests of the edge that need no socket. */
@NullMarked
package dev.sluice.sequencer.ingress;

import org.jspecify.annotations.NullMarked;
