package dev.sluice.systemtests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.sluice.l1.contract.BatchPost;
import dev.sluice.l1.contract.L1Call;
import dev.sluice.l1.deployment.DevnetAccounts;
import dev.sluice.primitives.batch.BatchData;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.execution.ChunkExecutor;
import dev.sluice.state.execution.ChunkOutcome;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;

/**
 * L1 takes back a block with a post, a conviction or a message: what is sent again stands on what
 * L1 says now, or is refused, and never leaves a wrong root that nobody can convict.
 */
final class ReorganizedPostTest extends OnExecutedChain {
  private static final BigInteger DEPOSIT = BigInteger.valueOf(77);

  /** The newest block is another one now, and empty. */
  private void takeBackTheLastBlock() throws IOException {
    l1.client.control("anvil_reorg", List.of(1, List.of()));
  }

  /** The honest batch, as who executed with this accumulator at its end posts it. */
  private L1Call postOf(Hash32 inboxAccumulator) {
    return l1.rollup.post(
        new BatchPost(
            l1.config.genesisHeader(),
            end.blockNumber(),
            end.blockAccumulator(),
            end.clock(),
            end.inboxPosition(),
            inboxAccumulator,
            BatchPost.NOTHING_NEXT,
            new BatchData(chunks()).encode()));
  }

  private void assertStands(BatchHeader header) throws Exception {
    assertEquals(2, l1.rollup.head());
    for (int index = 0; index < honest.size(); index++) {
      byte[] witness = honest.get(index).witnessed().witness();
      assertEquals("ClaimIsRight", l1.reverted(WATCHER, proof(header, chunks(), index, witness)));
    }
    assertEquals("ClaimIsRight", l1.reverted(WATCHER, endProof(header)));
  }

  @Test
  void post_isPostedAgain_andStands_whenItsBlockIsTakenBack() throws Exception {
    BatchHeader first = post(chunks(), end);
    assertStands(first);
    takeBackTheLastBlock();
    assertEquals(1, l1.rollup.head());
    assertEquals(Hash32.ZERO, l1.rollup.headerHash(1));
    l1.passTime(60);

    BatchHeader again = post(chunks(), end);
    assertEquals(first.dataHash(), again.dataHash());
    assertEquals(first.postRoot(), again.postRoot());
    assertNotEquals(first.l1Time(), again.l1Time(), "the window is that of the post that stands");
    assertStands(again);
    assertFalse(l1.rollup.isFinal(first));
    assertEquals(
        "HeaderMismatch",
        l1.reverted(WATCHER, proof(first, chunks(), 0, honest.getFirst().witnessed().witness())));
  }

  @Test
  void conviction_isMadeAgain_andRewardedOnce_whenItsBlockIsTakenBack() throws Exception {
    List<Chunk> chunks = new ArrayList<>(chunks());
    chunks.set(0, new Chunk(wrong(chunks.getFirst().postRoot()), chunks.getFirst().payload()));
    BatchHeader header = post(chunks, end);
    L1Call proof = proof(header, chunks, 0, honest.getFirst().witnessed().witness());
    Address watcher = DevnetAccounts.key(WATCHER).address();
    l1.included(WATCHER, proof);
    assertEquals(1, l1.rollup.head());
    takeBackTheLastBlock();
    assertEquals(2, l1.rollup.head(), "the wrong batch is back");
    assertEquals(BigInteger.ZERO, l1.rollup.rewardOfWei(watcher));
    assertEquals(ETH, l1.rollup.bondOfWei(l1.config.genesis().operator()));

    l1.included(WATCHER, proof);
    assertEquals(1, l1.rollup.head());
    assertEquals(ETH.shiftRight(1), l1.rollup.rewardOfWei(watcher));
    assertEquals("HeaderMismatch", l1.reverted(WATCHER, proof));
  }

  @Test
  void post_isRefused_whenItsMessagesAreNotThoseOfL1AnyMore() throws Exception {
    Hash32 executed = l1.inbox.accumulatorAt(5);
    // The last deposit is gone, then it is there again, in a later block.
    takeBackTheLastBlock();
    assertEquals(4, l1.inbox.count());
    l1.included(DevnetAccounts.OPERATOR, l1.rollup.depositBond(ETH));
    l1.passTime(60);
    assertEquals("InboxPositionOutOfRange", l1.reverted(POSTER, postOf(executed)));
    l1.included(DevnetAccounts.FIRST_USER, l1.bridge.depositEth(BOB.address(), DEPOSIT));
    assertEquals("InboxAccumulatorMismatch", l1.reverted(POSTER, postOf(executed)));
    assertEquals(1, l1.rollup.head());

    // Who names what L1 says now, and keeps the roots of what it said then, is convicted.
    messages = readInbox(5);
    assertNotEquals(executed, l1.inbox.accumulatorAt(5), "the same deposit at another time");
    BatchHeader stale = post(chunks(), end);
    List<Honest> now = executedNow();
    assertEquals(honest.getFirst().chunk(), now.getFirst().chunk(), "before the last message");
    assertNotEquals(honest.get(1).chunk(), now.get(1).chunk());
    l1.included(WATCHER, proof(stale, chunks(), 1, now.get(1).witnessed().witness()));
    assertEquals(1, l1.rollup.head());

    honest.clear();
    honest.addAll(now);
    BatchHeader right = post(chunks(), end);
    assertEquals(now.getLast().chunk().postRoot(), right.postRoot());
    assertStands(right);
  }

  /** The same blocks upon the messages that L1 has now; and the end that they lead to. */
  private List<Honest> executedNow() {
    var executor = executor();
    ChunkExecutor chunkExecutor = new ChunkExecutor(executor);
    List<Honest> executed = new ArrayList<>();
    for (Chunk chunk : chunks()) {
      byte[] payload = chunk.payload().toArrayUnsafe();
      int position = (int) executor.ledger().meta().inboxPosition();
      ChunkExecutor.Witnessed witnessed =
          chunkExecutor.executeWithWitness(
              payload, messages.size(), messages.subList(position, messages.size()));
      assertInstanceOf(ChunkOutcome.Executed.class, witnessed.outcome());
      executed.add(
          new Honest(new Chunk(witnessed.outcome().postRoot(), Bytes.wrap(payload)), witnessed));
    }
    ended(executor.ledger());
    return executed;
  }
}
