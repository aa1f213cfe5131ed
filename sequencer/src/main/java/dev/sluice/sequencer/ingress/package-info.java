/**
 * The gRPC surface: maps frames to domain calls and answers back. Flow control and every limit on
 * what a caller may send live here; what is right or wrong is decided elsewhere.
 */
@NullMarked
package dev.sluice.sequencer.ingress;

import org.jspecify.annotations.NullMarked;
