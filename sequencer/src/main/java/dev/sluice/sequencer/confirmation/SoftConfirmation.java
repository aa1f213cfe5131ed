package dev.sluice.sequencer.confirmation;

import dev.sluice.primitives.block.BlockCommitment;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.value.Hash32;
import java.util.List;

/**
 * Proves transactions of one or more blocks against one signed head.
 *
 * @param head signed; the last link is its block
 * @param accumulatorBefore the block accumulator before the first link
 * @param firstBlock number of the first link's block
 * @param links one per block, consecutive
 */
public record SoftConfirmation(
    SignedHead head, Hash32 accumulatorBefore, long firstBlock, List<Link> links) {
  /** A block on the way to the head. */
  public sealed interface Link {
    /**
     * A block with transactions of the answer: {@code proof} leads from them to {@code
     * commitment.txRoot()}.
     */
    record Proven(BlockCommitment commitment, MultiProof proof) implements Link {}

    /** A block between, by its commitment's hash. */
    record Passed(Hash32 commitment) implements Link {}
  }

  public SoftConfirmation {
    links = List.copyOf(links);
  }
}
