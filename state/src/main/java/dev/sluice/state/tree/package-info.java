/**
 * The state tree: a binary Keccak-256 tree of depth 40 whose keys are {@code type(8) || index(32)},
 * held in flat arrays.
 *
 * <p>In: leaf hashes by type and index. Out: the root, and any node for a proof at the current
 * root. Neighbours: {@code primitives.crypto} hashes nodes, {@code state.ledger} says which leaves
 * changed. Invariants: an empty subtree is 32 zero bytes; each dirty node is hashed once per root;
 * nothing is allocated per node. It stores no leaf content and keeps no earlier root. Source:
 * {@code docs/protocol.md}, state tree.
 */
@NullMarked
package dev.sluice.state.tree;

import org.jspecify.annotations.NullMarked;
