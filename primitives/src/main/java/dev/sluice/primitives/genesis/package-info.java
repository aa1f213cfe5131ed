/**
 * The parameters of a chain and their hash, which the L1 contracts hold ({@code docs/protocol.md}
 * §2); the fee schedule and the arithmetic of epochs follow from them.
 *
 * <p>The genesis state itself is made by {@code state}.
 */
@NullMarked
package dev.sluice.primitives.genesis;

import org.jspecify.annotations.NullMarked;
