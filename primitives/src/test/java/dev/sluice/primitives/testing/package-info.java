/**
 * Values drawn from one seed, for property tests and simulations of every module (the {@code tests}
 * jar of this one). A failure names its seed; {@code -Dsluice.seed=N} repeats it.
 */
@NullMarked
package dev.sluice.primitives.testing;

import org.jspecify.annotations.NullMarked;
