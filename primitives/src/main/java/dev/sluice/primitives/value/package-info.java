/**
 * The fixed-size values that every other package speaks in: {@link
 * dev.sluice.primitives.value.Hash32}, {@link dev.sluice.primitives.value.Address} and {@link
 * dev.sluice.primitives.value.Uint128}.
 *
 * <p>Comes in: raw bytes or decimal text. Goes out: immutable records with value equality, held as
 * {@code long} words so that a map key or a leaf costs one object. Opaque byte strings of other
 * lengths are Tuweni {@code Bytes}; hot loops use {@code byte[]} and {@code long[]}.
 *
 * <p>Invariants: every value is valid once constructed; arithmetic is exact or says that it cannot
 * be. This package hashes nothing and knows no protocol.
 */
@NullMarked
package dev.sluice.primitives.value;

import org.jspecify.annotations.NullMarked;
