/**
 * What the chain must hold after the demo, computed from what the demo sent: a second, naive
 * reading of the protocol.
 *
 * <p>Plain maps, {@link java.math.BigInteger} and text keys. It imports nothing of Sluice, on
 * purpose (an ArchUnit-like test of its imports stands in its test tree): a fault in the
 * state-transition function, in a codec or in the SDK must not hide itself by being on both sides
 * of a comparison. It never asks the chain for anything; callers hand it what they observed and get
 * back {@link dev.sluice.client.demo.model.Check}s.
 *
 * <p>Amounts are in base units, addresses are {@code 0x} and 40 lower-case hex digits, ids and
 * hashes {@code 0x} and 64. A model refuses (with an {@link java.lang.IllegalStateException}) to
 * record something that the protocol would refuse: a demo that sends such a thing has a bug.
 */
@NullMarked
package dev.sluice.client.demo.model;

import org.jspecify.annotations.NullMarked;
