/**
 * The golden vectors in {@code primitives/vectors}: {@link
 * dev.sluice.primitives.vectors.VectorGenerator} makes them from fixed seeds, a test compares them
 * with what is checked in and reads them back through the decoders. Changing one is a change of the
 * protocol.
 */
@NullMarked
package dev.sluice.primitives.vectors;

import org.jspecify.annotations.NullMarked;
