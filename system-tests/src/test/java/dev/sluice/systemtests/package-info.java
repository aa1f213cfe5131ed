/** Simulation, acceptance, and the import rules of the house. */
@NullMarked
package dev.sluice.systemtests;

import org.jspecify.annotations.NullMarked;
