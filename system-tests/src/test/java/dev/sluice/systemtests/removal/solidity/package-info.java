/**
 * The contracts with a switch at every condition of the state-transition function. In: the sources
 * of {@code bridge-contracts}, read through the compiler's own syntax tree. Out: the places, and
 * contracts compiled once, in which the value of any one place can be fixed by a storage override.
 *
 * <p>Nobody lists the places, and no contract is compiled per place: that would take hours.
 */
@NullMarked
package dev.sluice.systemtests.removal.solidity;

import org.jspecify.annotations.NullMarked;
