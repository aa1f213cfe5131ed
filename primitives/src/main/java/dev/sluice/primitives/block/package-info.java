/**
 * What is posted: transactions in their dense form, blocks and their commitments ({@code
 * docs/protocol.md} §5, §8).
 *
 * <p>Comes in: posted bytes from L1 or from the sequencer's own log; records made by the block
 * executor. Goes out: records of indices and hints, and the exact bytes they came from: hashes
 * cover the bytes as posted, and a decoder accepts longer forms of a number than an encoder writes,
 * so a decoded transaction keeps its bytes.
 *
 * <p>Invariants: every decoder is total; decode(encode(x)) is x. Resolving indices to owners and
 * ids is the state's business.
 */
@NullMarked
package dev.sluice.primitives.block;

import org.jspecify.annotations.NullMarked;
