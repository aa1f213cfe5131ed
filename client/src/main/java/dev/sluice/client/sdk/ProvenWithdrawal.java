package dev.sluice.client.sdk;

import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.merkle.NodeReader;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A withdrawal leaf with a Merkle path that leads to a batch's post root; {@link #isProven} tells
 * whether it does. Whether L1 holds that batch is {@link WithdrawalTracker}'s to say.
 *
 * @param index of the leaf
 * @param mask bit l set if the sibling at level l is not zero
 * @param siblings level 0 first, one per set bit
 * @param header of the batch
 */
public record ProvenWithdrawal(
    long index,
    Address recipient,
    int token,
    Uint128 amount,
    long mask,
    List<Hash32> siblings,
    BatchHeader header) {
  private static final int DEPTH = MultiProof.DEPTH_MAX;

  /** Copies the siblings. */
  public ProvenWithdrawal {
    siblings = List.copyOf(siblings);
  }

  /** Whether leaf and path lead to the header's post root. */
  public boolean isProven() {
    return new MultiProof(DEPTH, List.of(new MultiProof.Position(key(), mask)), siblings)
        .root(List.of(leaf()))
        .filter(header.postRoot()::equals)
        .isPresent();
  }

  private long key() {
    return LeafType.WITHDRAWAL.key(index);
  }

  private Hash32 leaf() {
    return new Leaf.Withdrawal(recipient, token, amount).hash();
  }

  /**
   * One multiproof of several withdrawals, from their single proofs.
   *
   * @param withdrawals each proven, all with the same header, indices strictly ascending, at least
   *     one
   */
  static MultiProof multiproof(List<ProvenWithdrawal> withdrawals) {
    Map<Long, Hash32> nodes = new HashMap<>();
    for (ProvenWithdrawal withdrawal : withdrawals) {
      Hash32 hash = withdrawal.leaf();
      int used = 0;
      for (int level = 0; level < DEPTH; level++) {
        long index = withdrawal.key() >>> level;
        Hash32 sibling =
            (withdrawal.mask >>> level & 1) == 0 ? Hash32.ZERO : withdrawal.siblings.get(used++);
        nodes.put(node(level, index), hash);
        nodes.put(node(level, index ^ 1), sibling);
        hash = (index & 1) == 0 ? Keccak256.node(hash, sibling) : Keccak256.node(sibling, hash);
      }
    }
    NodeReader known = (level, index) -> nodes.getOrDefault(node(level, index), Hash32.ZERO);
    return MultiProof.build(
        known,
        DEPTH,
        withdrawals.stream().map(ProvenWithdrawal::key).sorted(Comparator.naturalOrder()).toList());
  }

  /** Level and index in one number: an index has at most 40 bits. */
  private static long node(int level, long index) {
    return (long) level << DEPTH | index;
  }
}
