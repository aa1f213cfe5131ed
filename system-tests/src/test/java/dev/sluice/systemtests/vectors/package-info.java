/**
 * The golden vectors read by programs that are not ours.
 *
 * <p>Comes in: {@code primitives/vectors}. Goes out: pass or the differences that the other program
 * names. Needs node and the npm packages of {@code bridge-contracts}, which the build has installed
 * before; without them the test fails.
 */
@NullMarked
package dev.sluice.systemtests.vectors;

import org.jspecify.annotations.NullMarked;
