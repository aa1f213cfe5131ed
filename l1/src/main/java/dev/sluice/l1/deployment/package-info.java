/**
 * Putting the contracts on an L1, and the file that says where they are.
 *
 * <p>In: a {@link dev.sluice.primitives.genesis.Genesis}, a key, the forge artifacts on the class
 * path ({@code contracts/X.sol/X.json}). Out: a {@link dev.sluice.l1.deployment.ChainConfig}, which
 * sequencer, batcher and client read. The contracts know each other by addresses precomputed from
 * the deployer's nonce ({@code docs/protocol.md} §10).
 */
@NullMarked
package dev.sluice.l1.deployment;

import org.jspecify.annotations.NullMarked;
