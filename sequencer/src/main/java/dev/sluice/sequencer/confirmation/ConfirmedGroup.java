package dev.sluice.sequencer.confirmation;

import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.BlockCommitment;
import dev.sluice.primitives.merkle.DenseTree;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.value.Hash32;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Blocks made durable by one append, under the signed head that is their last. Makes the
 * confirmations of all frames answered by them; trees are built once per block.
 */
public final class ConfirmedGroup {
  /**
   * What a confirmation needs of a block.
   *
   * @param accumulatorBefore the block accumulator before it
   * @param inputs its transactions
   */
  public record Link(BlockCommitment commitment, Hash32 accumulatorBefore, Block inputs) {}

  private final List<Link> blocks;
  private final SignedHead head;
  private final long firstNumber;
  private final @Nullable DenseTree[] trees;

  /**
   * @param blocks consecutive, at least one
   * @param head of the last of them
   */
  public ConfirmedGroup(List<Link> blocks, SignedHead head) {
    this.blocks = List.copyOf(blocks);
    this.head = head;
    this.firstNumber = blocks.getFirst().commitment().number();
    this.trees = new @Nullable DenseTree[blocks.size()];
    if (firstNumber + blocks.size() - 1 != head.number()) {
      throw new IllegalArgumentException(
          blocks.size() + " blocks from " + firstNumber + ", head " + head.number());
    }
  }

  /** The signed head. */
  public SignedHead head() {
    return head;
  }

  /** The posted form of a transaction of this group. */
  public byte[] posted(long block, int position) {
    return blocks
        .get((int) (block - firstNumber))
        .inputs()
        .transactions()
        .get(position)
        .posted()
        .toArrayUnsafe();
  }

  /** Proves the transactions at these places, all in this group. One thread at a time. */
  public SoftConfirmation confirm(List<FrameAnswer.Included> included) {
    TreeMap<Long, TreeSet<Long>> positions = new TreeMap<>();
    for (FrameAnswer.Included each : included) {
      positions.computeIfAbsent(each.block(), _ -> new TreeSet<>()).add((long) each.position());
    }
    long from = positions.firstKey();
    List<SoftConfirmation.Link> links = new ArrayList<>();
    for (int i = (int) (from - firstNumber); i < blocks.size(); i++) {
      BlockCommitment commitment = blocks.get(i).commitment();
      TreeSet<Long> proven = positions.get(commitment.number());
      if (proven == null) {
        links.add(new SoftConfirmation.Link.Passed(commitment.hash()));
      } else {
        DenseTree tree = tree(i);
        MultiProof proof = MultiProof.build(tree, tree.depth(), List.copyOf(proven));
        links.add(new SoftConfirmation.Link.Proven(commitment, proof));
      }
    }
    Hash32 before = blocks.get((int) (from - firstNumber)).accumulatorBefore();
    return new SoftConfirmation(head, before, from, links);
  }

  private DenseTree tree(int block) {
    DenseTree tree = trees[block];
    if (tree == null) {
      tree = blocks.get(block).inputs().transactionTree();
      trees[block] = tree;
    }
    return tree;
  }
}
