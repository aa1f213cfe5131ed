/**
 * The gRPC schema ({@code sluice.v1}), its stubs, and the only mapping between its messages and the
 * records of {@code primitives}.
 *
 * <p>In: messages from the wire, whose byte fields may have any length. Out: domain values, or
 * empty where a length is wrong: the caller answers, nothing here throws for what a stranger sent.
 * The way back is total. It holds no rule of the protocol.
 */
@NullMarked
package dev.sluice.proto;

import org.jspecify.annotations.NullMarked;
