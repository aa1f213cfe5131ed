/**
 * The Java SDK ({@code sdk}) and the command line on top of it ({@code cli}).
 *
 * <p>Imports primitives, proto and l1, and never state or sequencer: whatever a client believes, it
 * has checked with the public protocol alone.
 */
@NullMarked
package dev.sluice.client;

import org.jspecify.annotations.NullMarked;
