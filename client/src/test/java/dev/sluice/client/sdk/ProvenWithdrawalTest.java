package dev.sluice.client.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.client.fake.FakeChain;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.merkle.NodeReader;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ProvenWithdrawalTest {
  private static final int WITHDRAWALS = 13;
  private static final Address BOB = FakeChain.key(2).address();

  private final List<Map<Long, Hash32>> levels = new ArrayList<>();
  private final NodeReader tree =
      (level, index) -> levels.get(level).getOrDefault(index, Hash32.ZERO);
  private final BatchHeader header;

  ProvenWithdrawalTest() {
    Map<Long, Hash32> level = new TreeMap<>();
    for (int i = 0; i < WITHDRAWALS; i++) {
      level.put(LeafType.WITHDRAWAL.key(i), leaf(i).hash());
    }
    level.put(LeafType.ACCOUNT.key(0), Keccak256.hash32(new byte[] {1}));
    levels.add(level);
    for (int depth = 0; depth < MultiProof.DEPTH_MAX; depth++) {
      Map<Long, Hash32> parents = new TreeMap<>();
      for (long index : level.keySet()) {
        long left = index & ~1L;
        parents.put(
            index >>> 1,
            Keccak256.node(
                level.getOrDefault(left, Hash32.ZERO), level.getOrDefault(left + 1, Hash32.ZERO)));
      }
      level = parents;
      levels.add(level);
    }
    header = BatchHeader.genesis(FakeChain.GENESIS, level.getOrDefault(0L, Hash32.ZERO), 1);
  }

  private static Leaf.Withdrawal leaf(int index) {
    return new Leaf.Withdrawal(BOB, index % 2, Uint128.of(100 + index));
  }

  private ProvenWithdrawal withdrawal(int index) {
    MultiProof proof =
        MultiProof.build(tree, MultiProof.DEPTH_MAX, List.of(LeafType.WITHDRAWAL.key(index)));
    return new ProvenWithdrawal(
        index,
        BOB,
        leaf(index).token(),
        leaf(index).amount(),
        proof.positions().getFirst().mask(),
        proof.siblings(),
        header);
  }

  @Test
  void isProven_isTrue_onlyForTheLeafAndPathOfTheRoot() {
    ProvenWithdrawal honest = withdrawal(5);
    assertTrue(honest.isProven());
    List<Hash32> shorter = honest.siblings().subList(1, honest.siblings().size());
    for (ProvenWithdrawal forged :
        List.of(
            new ProvenWithdrawal(
                4, BOB, 1, honest.amount(), honest.mask(), honest.siblings(), header),
            new ProvenWithdrawal(
                5, FakeChain.ROLLUP, 1, honest.amount(), honest.mask(), honest.siblings(), header),
            new ProvenWithdrawal(
                5, BOB, 0, honest.amount(), honest.mask(), honest.siblings(), header),
            new ProvenWithdrawal(
                5, BOB, 1, Uint128.of(106), honest.mask(), honest.siblings(), header),
            new ProvenWithdrawal(
                5, BOB, 1, honest.amount(), honest.mask() ^ 1, honest.siblings(), header),
            new ProvenWithdrawal(5, BOB, 1, honest.amount(), honest.mask(), shorter, header),
            new ProvenWithdrawal(
                5,
                BOB,
                1,
                honest.amount(),
                honest.mask(),
                honest.siblings(),
                BatchHeader.genesis(FakeChain.GENESIS, Hash32.ZERO, 1)))) {
      assertFalse(forged.isProven(), forged.toString());
    }
  }

  @Test
  void multiproof_leadsToTheRoot_forEverySubset() {
    for (int subset = 1; subset < 1 << WITHDRAWALS; subset += 37) {
      List<ProvenWithdrawal> chosen = new ArrayList<>();
      List<Hash32> leaves = new ArrayList<>();
      for (int i = 0; i < WITHDRAWALS; i++) {
        if ((subset >>> i & 1) != 0) {
          chosen.add(withdrawal(i));
          leaves.add(leaf(i).hash());
        }
      }
      assertEquals(
          header.postRoot(),
          ProvenWithdrawal.multiproof(chosen).root(leaves).orElseThrow(),
          "subset " + subset);
    }
  }
}
