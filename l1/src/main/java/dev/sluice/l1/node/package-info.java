/**
 * A local L1 node for devnets and tests: anvil as a child process on loopback. In: where the binary
 * is and which rules to play. Out: a node that answers. Never used with a public L1.
 */
@NullMarked
package dev.sluice.l1.node;

import org.jspecify.annotations.NullMarked;
