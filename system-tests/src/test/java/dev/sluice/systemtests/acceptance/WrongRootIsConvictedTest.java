package dev.sluice.systemtests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.l1.connection.BlockTag;
import dev.sluice.l1.connection.L1Receipt;
import dev.sluice.l1.contract.L1Call;
import dev.sluice.l1.contract.RollupContract;
import dev.sluice.l1.deployment.DevnetAccounts;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.execution.BlockExecutor;
import dev.sluice.state.execution.ChunkExecutor;
import dev.sluice.state.execution.ChunkOutcome;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;

/** One wrong root, one L1 transaction: the head rolls back and the bond is slashed. */
final class WrongRootIsConvictedTest extends OnExecutedChain {
  /** Sends the proof, and checks rollback, slashing, reward and burning. */
  private void convict(String lie, L1Call proof) throws Exception {
    Address operator = l1.config.genesis().operator();
    Address watcher = DevnetAccounts.key(WATCHER).address();
    BigInteger reward = l1.rollup.rewardOfWei(watcher);
    BigInteger burnt = l1.client.balanceWei(Address.ZERO);
    L1Receipt receipt = l1.included(WATCHER, proof);
    System.out.println(
        "convicted "
            + lie
            + ": "
            + receipt.gasUsed()
            + " gas, "
            + proof.calldata().length
            + " bytes of calldata");
    assertEquals(1, l1.rollup.head());
    assertEquals(Hash32.ZERO, l1.rollup.headerHash(1));
    assertEquals(BigInteger.ZERO, l1.rollup.bondOfWei(operator));
    BigInteger half = ETH.shiftRight(1);
    assertEquals(reward.add(half), l1.rollup.rewardOfWei(watcher));
    // The node's coinbase is the same address: it has the tip, too.
    BigInteger baseFee =
        l1.client.block(new BlockTag.AtNumber(receipt.blockNumber())).orElseThrow().baseFeeWei();
    BigInteger tip =
        receipt
            .effectiveGasPriceWei()
            .subtract(baseFee)
            .multiply(BigInteger.valueOf(receipt.gasUsed()));
    assertEquals(burnt.add(half).add(tip), l1.client.balanceWei(Address.ZERO));
    assertTrue(
        receipt.logs().stream()
            .anyMatch(
                log ->
                    log.topics().getFirst().equals(RollupContract.BATCH_CONVICTED)
                        && RollupContract.convicted(log).challenger().equals(watcher)));
  }

  @Test
  void wrongRootOfAnyChunk_isConvictedInOneTransaction_thenTheHonestBatchStands() throws Exception {
    for (int lied = 0; lied < honest.size(); lied++) {
      List<Chunk> chunks = new ArrayList<>(chunks());
      Chunk right = chunks.get(lied);
      chunks.set(lied, new Chunk(wrong(right.postRoot()), right.payload()));
      BatchHeader header = post(chunks, end);
      if (lied == 1) {
        // A batch on top of the wrong one goes with it, by the same single store.
        post(
            header,
            List.of(new Chunk(right.postRoot(), Bytes.of(1, 2, 3))),
            new End(
                end.blockNumber() + 1, end.blockAccumulator(), end.clock(), end.inboxPosition()));
        assertEquals(3, l1.rollup.head());
      }
      for (int other = 0; other < lied; other++) {
        assertEquals(
            "ClaimIsRight",
            l1.reverted(
                WATCHER, proof(header, chunks, other, honest.get(other).witnessed().witness())));
      }
      convict(
          "root of chunk " + lied,
          proof(header, chunks, lied, honest.get(lied).witnessed().witness()));
    }

    List<Chunk> malformed = new ArrayList<>(chunks());
    malformed.add(new Chunk(wrong(chunks().getLast().postRoot()), Bytes.of(0, 0, 9)));
    convict(
        "root of a malformed chunk",
        proof(post(malformed, end), malformed, malformed.size() - 1, new byte[4]));

    BatchHeader header = post(chunks(), end);
    for (int index = 0; index < honest.size(); index++) {
      byte[] witness = honest.get(index).witnessed().witness();
      assertEquals("ClaimIsRight", l1.reverted(WATCHER, proof(header, chunks(), index, witness)));
      byte[] damaged = witness.clone();
      damaged[damaged.length - 1] ^= 1;
      assertNotEquals(
          "ClaimIsRight", l1.reverted(WATCHER, proof(header, chunks(), index, damaged)));
    }
    assertEquals("ClaimIsRight", l1.reverted(WATCHER, endProof(header)));
    assertEquals(2, l1.rollup.head());
    assertEquals(honest.getLast().chunk().postRoot(), header.postRoot());

    Address watcher = DevnetAccounts.key(WATCHER).address();
    BigInteger before = l1.client.balanceWei(watcher);
    BigInteger reward = l1.rollup.rewardOfWei(watcher);
    assertEquals(ETH.multiply(BigInteger.TWO), reward);
    L1Receipt paid = l1.included(WATCHER, l1.rollup.withdrawReward());
    BigInteger cost = paid.effectiveGasPriceWei().multiply(BigInteger.valueOf(paid.gasUsed()));
    assertEquals(before.add(reward).subtract(cost), l1.client.balanceWei(watcher));
  }

  @Test
  void wrongEnd_isConvicted_whateverTheHeaderLiesAbout() throws Exception {
    End clock = new End(end.blockNumber(), end.blockAccumulator(), end.clock() + 1, 5);
    End number = new End(end.blockNumber() + 1, end.blockAccumulator(), end.clock(), 5);
    End accumulator = new End(end.blockNumber(), wrong(end.blockAccumulator()), end.clock(), 5);
    convict("clock", endProof(post(chunks(), clock)));
    convict("block number", endProof(post(chunks(), number)));
    convict("block accumulator", endProof(post(chunks(), accumulator)));

    // The last message is claimed to be consumed, but no chunk takes it.
    l1.included(DevnetAccounts.FIRST_USER, l1.bridge.depositEth(BOB.address(), BigInteger.ONE));
    messages = readInbox(6);
    End position = new End(end.blockNumber(), end.blockAccumulator(), end.clock(), 6);
    convict("inbox position", endProof(post(chunks(), position)));

    // A chunk that takes more than the header says has no right root but 0, which nobody may claim.
    End short1 = new End(end.blockNumber(), end.blockAccumulator(), end.clock(), 4);
    BatchHeader overRun = post(chunks(), short1);
    BlockExecutor executor = executor();
    ChunkExecutor chunks = new ChunkExecutor(executor);
    chunks.execute(chunks().getFirst().payload().toArrayUnsafe(), 4, messages);
    ChunkExecutor.Witnessed witnessed =
        chunks.executeWithWitness(
            chunks().get(1).payload().toArrayUnsafe(), 4, messages.subList(4, messages.size()));
    assertInstanceOf(ChunkOutcome.OverRun.class, witnessed.outcome());
    convict("inbox position passed", proof(overRun, chunks(), 1, witnessed.witness()));

    BatchHeader header = post(chunks(), end);
    assertEquals("ClaimIsRight", l1.reverted(WATCHER, endProof(header)));
  }
}
