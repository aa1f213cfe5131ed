package dev.sluice.sequencer.query;

import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.sequencer.deposit.L1View;
import dev.sluice.sequencer.production.BlockBoundary;
import java.util.List;
import java.util.Optional;

/** Proofs of withdrawals at the roots of posted batches. Thread-safe. */
public final class WithdrawalProofs {
  private final ChainReader reader;
  private final L1View l1;
  private final WithdrawalTree tree = new WithdrawalTree();

  public WithdrawalProofs(ChainReader reader, L1View l1) {
    this.reader = reader;
    this.l1 = l1;
  }

  /** The answer. */
  public sealed interface Answer {
    /** The proof leads from the leaf to {@code header.postRoot()}. */
    record Proof(Leaf.Withdrawal leaf, MultiProof proof, BatchHeader header) implements Answer {}

    /** There is no such withdrawal. */
    record Unknown() implements Answer {}

    /**
     * No posted batch, or not the one asked for, has it (yet), or this sequencer does not have that
     * batch's blocks.
     */
    record NotPosted(String why) implements Answer {}
  }

  /**
   * Proves a withdrawal.
   *
   * @param batch at this batch; empty: the newest final one that has it, else the newest posted one
   */
  public Answer prove(long withdrawal, Optional<Long> batch) {
    Optional<Leaf.Withdrawal> leaf =
        reader.leaf(LeafType.WITHDRAWAL, withdrawal, Leaf.Withdrawal.class);
    if (leaf.isEmpty()) {
      return new Answer.Unknown();
    }
    List<Optional<BatchHeader>> candidates =
        batch.isPresent()
            ? List.of(l1.batch(batch.get()))
            : List.of(l1.newest(true), l1.newest(false));
    for (Optional<BatchHeader> candidate : candidates) {
      if (candidate.isEmpty()) {
        continue;
      }
      BatchHeader header = candidate.get();
      Optional<BlockBoundary> boundary = reader.boundary(header.blockNumber());
      if (boundary.isPresent() && withdrawal < boundary.get().withdrawals()) {
        MultiProof proof = prove(withdrawal, boundary.get());
        if (proof.root(List.of(leaf.get().hash())).equals(Optional.of(header.postRoot()))) {
          return new Answer.Proof(leaf.get(), proof, header);
        }
        return new Answer.NotPosted(
            "batch " + header.number() + " was posted with another root than this chain's");
      }
    }
    return new Answer.NotPosted(
        batch.isPresent()
            ? "batch " + batch.get() + " does not have withdrawal " + withdrawal
            : "no posted batch has withdrawal " + withdrawal + " yet");
  }

  private synchronized MultiProof prove(long withdrawal, BlockBoundary boundary) {
    while (tree.count() < boundary.withdrawals()) {
      int next = tree.count();
      tree.append(
          reader
              .stored(LeafType.WITHDRAWAL, next, Leaf.Withdrawal.class)
              .orElseThrow(() -> new IllegalStateException("withdrawal " + next + " is not stored"))
              .hash());
    }
    return tree.prove(withdrawal, boundary);
  }
}
