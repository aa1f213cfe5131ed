/**
 * A second, naive reading of {@code docs/protocol.md}: it takes genesis, the inbox messages and the
 * posted calldata, and re-executes everything with maps and {@link java.math.BigInteger}s to get
 * every posted root.
 *
 * <p>It shares no code with {@code primitives} or {@code state}: hashes and signature recovery come
 * from BouncyCastle, BLS from blst. It is slow and plain on purpose; where it and the node
 * disagree, one of them misreads the protocol.
 */
@NullMarked
package dev.sluice.systemtests.secondreader;

import org.jspecify.annotations.NullMarked;
