/**
 * What everybody must agree on to the byte: transactions, blocks, batches, codec, Merkle, crypto.
 */
@NullMarked
package dev.sluice.primitives;

import org.jspecify.annotations.NullMarked;
