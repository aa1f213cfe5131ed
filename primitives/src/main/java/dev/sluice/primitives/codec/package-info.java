/**
 * Bytes to values and back: the cursor pair {@link dev.sluice.primitives.codec.ByteReader} and
 * {@link dev.sluice.primitives.codec.ByteWriter} with the protocol's number formats ({@code
 * docs/protocol.md} §1), the result type of every decoder, and the wire form of transactions (§4).
 *
 * <p>Invariants: a decoder is total, whatever the bytes: {@link
 * dev.sluice.primitives.codec.DecodeResult} is its only answer. An encoder writes exactly one form
 * for a value. The posted form lives in {@code block}, leaves in {@code state}, messages of L1 in
 * {@code inbox}.
 */
@NullMarked
package dev.sluice.primitives.codec;

import org.jspecify.annotations.NullMarked;
