package dev.sluice.sequencer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.block.BlockCommitment;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.typeddata.SignedStatement;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.sequencer.confirmation.FrameAnswer;
import dev.sluice.sequencer.confirmation.SoftConfirmation;
import dev.sluice.sequencer.query.WithdrawalProofs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SequencerTest {
  private static final long ETH = 1_000_000_000_000_000_000L;

  @TempDir Path directory;

  private static Uint128 price(TransactionKind kind) {
    return TestNode.genesis().price(kind, 0);
  }

  private static byte[] transfer(long account, long nonce, Address to, long amount, int key) {
    return TestNode.sign(
        new Transaction.Transfer(
            account, nonce, to, 0, Uint128.of(amount), price(TransactionKind.TRANSFER)),
        TestNode.key(key));
  }

  private static byte[] withdraw(long account, long nonce, Address to, long amount, int key) {
    return TestNode.sign(
        new Transaction.Withdraw(
            account, nonce, to, 0, Uint128.of(amount), price(TransactionKind.WITHDRAW)),
        TestNode.key(key));
  }

  @Test
  void transfers_areAcknowledgedWithAProof_whenTheirBlocksAreDurable() throws Exception {
    try (TestNode node = new TestNode(directory)) {
      long alice = node.deposit(TestNode.key(10).address(), 0, ETH);
      List<byte[]> wires = new ArrayList<>();
      for (int nonce = 0; nonce < 300; nonce++) {
        wires.add(transfer(alice, nonce, TestNode.key(11).address(), 1_000 + nonce, 10));
      }
      TestNode.Answers answers = node.submit(wires);
      assertEquals(List.of(), answers.refused());
      assertEquals(300, answers.included().size());
      answers.parts().forEach(SequencerTest::requireProof);
      long expected = 0;
      for (int nonce = 0; nonce < 300; nonce++) {
        expected += 1_000 + nonce;
      }
      long bob = node.accountOf(TestNode.key(11).address());
      assertEquals(Uint128.of(expected), node.account(bob).balances().get(0));
      assertEquals(300, node.account(alice).nonce());
    }
  }

  /** What a client does with an ack ({@code docs/protocol.md} §8). */
  static void requireProof(FrameAnswer answer) {
    SoftConfirmation confirmation = answer.confirmation().orElseThrow();
    Hash32 accumulator = confirmation.accumulatorBefore();
    long number = confirmation.firstBlock();
    int proven = 0;
    for (SoftConfirmation.Link link : confirmation.links()) {
      switch (link) {
        case SoftConfirmation.Link.Passed(Hash32 commitment) ->
            accumulator = BlockCommitment.accumulate(accumulator, commitment);
        case SoftConfirmation.Link.Proven(BlockCommitment commitment, var proof) -> {
          long block = number;
          assertEquals(block, commitment.number());
          accumulator = commitment.accumulate(accumulator);
          List<Hash32> leaves =
              proof.positions().stream()
                  .map(
                      position ->
                          answer.included().stream()
                              .filter(i -> i.block() == block && i.position() == position.index())
                              .map(i -> Keccak256.hash32(i.posted()))
                              .findFirst()
                              .orElseThrow())
                  .toList();
          proven += leaves.size();
          assertEquals(Optional.of(commitment.txRoot()), proof.root(leaves));
        }
      }
      number++;
    }
    assertEquals(answer.included().size(), proven);
    assertEquals(confirmation.head().blockAccumulator(), accumulator);
    assertEquals(confirmation.head().number(), number - 1);
    Hash32 digest =
        TestNode.TYPED_DATA.digest(
            new SignedStatement.BlockConfirmation(
                confirmation.head().number(), accumulator, confirmation.head().postBy()));
    assertEquals(
        Optional.of(TestNode.SEQUENCER.address()),
        Secp256k1.recoverAddress(digest, confirmation.head().signature()));
  }

  @Test
  void badInput_isRefusedByName_andTheNextHonestRequestWorks() throws Exception {
    try (TestNode node = new TestNode(directory)) {
      Address bob = TestNode.key(11).address();
      long alice = node.deposit(TestNode.key(10).address(), 0, ETH);
      long other = node.deposit(TestNode.key(12).address(), 0, ETH);
      byte[] good = transfer(alice, 0, bob, 5, 10);
      byte[] trailing = Arrays.copyOf(good, good.length + 1);
      byte[] truncated = Arrays.copyOf(good, good.length - 1);
      byte[] unknown = good.clone();
      unknown[0] = 8;
      byte[] inbox = good.clone();
      inbox[0] = 0;
      byte[] highS = good.clone();
      Arrays.fill(highS, good.length - 32, good.length, (byte) 0xff);
      highS[good.length - 32] = 0x7f;
      byte[] zero = good.clone();
      Arrays.fill(zero, good.length - 64, good.length, (byte) 0);
      byte[] random = new byte[77];
      Arrays.fill(random, (byte) 0xee);
      List<byte[]> wires =
          List.of(
              random,
              truncated,
              trailing,
              unknown,
              inbox,
              highS,
              zero,
              new byte[0],
              transfer(other, 0, bob, 5, 10),
              transfer(alice, 1, bob, 5, 10),
              transfer(99, 0, bob, 5, 10),
              transfer(alice, 0, bob, 2 * ETH, 10),
              withdraw(alice, 0, bob, 0, 10));
      TestNode.Answers answers = node.submit(wires);
      assertEquals(
          List.of(
              "UNKNOWN_KIND",
              "MALFORMED",
              "MALFORMED",
              "UNKNOWN_KIND",
              "NOT_SUBMITTABLE",
              "BAD_SIGNATURE",
              "BAD_SIGNATURE",
              "MALFORMED",
              "NOT_THE_SIGNER",
              "NONCE_TOO_HIGH",
              "UNKNOWN_ACCOUNT",
              "INSUFFICIENT_BALANCE",
              "ZERO_AMOUNT"),
          answers.refused().stream().map(r -> r.rejection().name()).toList());
      assertEquals(0, answers.refused().get(9).rejection().expectedNonce().orElseThrow());
      assertEquals(1, node.submit(List.of(good)).included().size());
      assertEquals("NONCE_TOO_LOW", node.submit(List.of(good)).refusal());
    }
  }

  @Test
  void poolBounds_areAnsweredByName_whenTooMuchWaits() throws Exception {
    SequencerSettings s = TestNode.quick(SequencerSettings.DEFAULT);
    SequencerSettings tight =
        new SequencerSettings(
            150,
            100,
            s.groupBlocksMax(),
            s.storeQueueMax(),
            s.ringBlocks(),
            s.postWithinSeconds(),
            s.clockAheadSecondsMax(),
            s.l1PollMillis(),
            s.claimIntervalSeconds(),
            s.payeeStreamsMax());
    try (TestNode node = new TestNode(directory, tight)) {
      long alice = node.deposit(TestNode.key(10).address(), 0, ETH);
      long carol = node.deposit(TestNode.key(12).address(), 0, ETH);
      List<byte[]> wires = new ArrayList<>();
      for (int nonce = 0; nonce < 101; nonce++) {
        wires.add(transfer(alice, nonce, TestNode.key(11).address(), 1, 10));
      }
      for (int nonce = 0; nonce < 51; nonce++) {
        wires.add(transfer(carol, nonce, TestNode.key(11).address(), 1, 12));
      }
      TestNode.Answers answers = node.submit(wires);
      assertEquals(
          List.of("ACCOUNT_QUEUE_FULL", "POOL_FULL"),
          answers.refused().stream().map(r -> r.rejection().name()).toList());
      assertEquals(150, answers.included().size());
      TestNode.await(() -> node.sequencer.pool().size() == 0);
      assertEquals(
          1,
          node.submit(List.of(transfer(alice, 100, TestNode.key(11).address(), 1, 10)))
              .included()
              .size());
    }
  }

  @Test
  void restart_continuesTheChain_withTheSameStateAndFeed() throws Exception {
    try (TestNode node = new TestNode(directory)) {
      long alice = node.deposit(TestNode.key(10).address(), 0, ETH);
      node.submit(List.of(transfer(alice, 0, TestNode.key(11).address(), 7, 10)));
      long head = node.sequencer.feed().head();
      Hash32 root = node.sequencer.feed().block(head).orElseThrow().block().record().stateRoot();
      node.restart();
      assertEquals(head, node.sequencer.feed().head());
      node.submit(List.of(transfer(alice, 1, TestNode.key(11).address(), 8, 10)));
      Hash32 before = Hash32.ZERO;
      for (long number = 1; number <= node.sequencer.feed().head(); number++) {
        var block = node.sequencer.feed().block(number).orElseThrow().block();
        assertEquals(before, block.record().accumulatorBefore());
        before = block.accumulator();
        if (number == head + 1) {
          assertEquals(root, block.boundary().preRoot());
        }
      }
      long bob = node.accountOf(TestNode.key(11).address());
      assertEquals(Uint128.of(15), node.account(bob).balances().get(0));
    }
  }

  @Test
  void replayedBlocks_haveTheirBoundaries_whenTheStoreLostThem() throws Exception {
    try (TestNode node = new TestNode(directory)) {
      long alice = node.deposit(TestNode.key(10).address(), 0, ETH);
      Address to = TestNode.key(13).address();
      for (int nonce = 0; nonce < 4; nonce++) {
        node.submit(List.of(withdraw(alice, nonce, to, 1 + nonce, 10)));
      }
      long head = node.sequencer.feed().head();
      List<byte[]> boundaries = boundaries(node, head);
      for (long kept : List.of(head - 2, -1L)) {
        node.restartWithStoreAt(kept);
        assertEquals(head, node.sequencer.feed().head());
        List<byte[]> replayed = boundaries(node, head);
        for (int i = 0; i < head; i++) {
          assertArrayEquals(boundaries.get(i), replayed.get(i));
        }
      }
      BatchHeader batch = batch(node, 1);
      node.l1.post(batch);
      TestNode.await(() -> node.sequencer.l1().safeHead() == batch.blockNumber());
      for (int index = 0; index < 4; index++) {
        WithdrawalProofs.Answer answer = node.sequencer.withdrawals().prove(index, Optional.of(1L));
        assertTrue(answer instanceof WithdrawalProofs.Answer.Proof, answer.toString());
      }
    }
  }

  private static List<byte[]> boundaries(TestNode node, long head) {
    List<byte[]> rows = new ArrayList<>();
    for (long number = 1; number <= head; number++) {
      rows.add(node.sequencer.reader().block(number).orElseThrow().boundary().encode());
    }
    return rows;
  }

  @Test
  void submission_isAnsweredDiskFull_andReadsGoOn_untilThereIsRoom() throws Exception {
    try (TestNode node = new TestNode(directory)) {
      Address bob = TestNode.key(11).address();
      long alice = node.deposit(TestNode.key(10).address(), 0, ETH);
      // The feed hears of a block after the store.
      TestNode.await(() -> node.sequencer.feed().head() == node.store.head());
      long head = node.sequencer.feed().head();
      node.disk.full = true;
      LinkedBlockingQueue<FrameAnswer> held = new LinkedBlockingQueue<>();
      node.offer(List.of(transfer(alice, 0, bob, 5, 10)), held::add);
      TestNode.await(() -> !node.sequencer.productionProblem().isEmpty());
      assertTrue(node.sequencer.productionProblem().startsWith("the disk is full"));
      TestNode.Answers refused = node.submit(List.of(transfer(alice, 1, bob, 6, 10)));
      assertEquals("DISK_FULL", refused.refusal());
      assertEquals(110, refused.refused().getFirst().rejection().number());
      assertEquals(0, node.account(alice).nonce());
      assertEquals(head, node.sequencer.feed().head());
      assertTrue(node.sequencer.reader().block(head).isPresent());
      assertTrue(held.isEmpty(), "nothing is acknowledged that is not durable");
      node.disk.full = false;
      FrameAnswer answer = held.poll(30, TimeUnit.SECONDS);
      assertEquals(1, answer == null ? 0 : answer.included().size());
      TestNode.await(() -> node.sequencer.productionProblem().isEmpty());
      assertEquals(1, node.submit(List.of(transfer(alice, 1, bob, 6, 10))).included().size());
    }
  }

  @Test
  void submission_isAnsweredDiskFull_andReadsGoOn_whenOnlyTheStoreHasNoRoom() throws Exception {
    try (TestNode node = new TestNode(directory)) {
      Address bob = TestNode.key(11).address();
      long alice = node.deposit(TestNode.key(10).address(), 0, ETH);
      long stored = node.store.head();
      node.storeFull = true;
      assertEquals(
          1,
          node.submit(List.of(transfer(alice, 0, bob, 5, 10))).included().size(),
          "it is durable in the log");
      TestNode.await(() -> !node.sequencer.productionProblem().isEmpty());
      assertEquals("DISK_FULL", node.submit(List.of(transfer(alice, 1, bob, 6, 10))).refusal());
      assertEquals(stored, node.sequencer.reader().catchUp());
      assertEquals(0, node.account(alice).nonce());
      node.storeFull = false;
      TestNode.await(() -> node.sequencer.productionProblem().isEmpty());
      assertEquals(1, node.submit(List.of(transfer(alice, 1, bob, 6, 10))).included().size());
      assertEquals(2, node.account(alice).nonce());
    }
  }

  @Test
  void acknowledgedTransaction_isThere_whenTheNodeStopsWithAFullStore() throws Exception {
    try (TestNode node = new TestNode(directory)) {
      long alice = node.deposit(TestNode.key(10).address(), 0, ETH);
      node.storeFull = true;
      node.submit(List.of(transfer(alice, 0, TestNode.key(11).address(), 5, 10)));
      TestNode.await(() -> !node.sequencer.productionProblem().isEmpty());
      node.sequencer.stop();
      node.storeFull = false;
      node.restart();
      assertEquals(1, node.account(alice).nonce());
    }
  }

  @Test
  void withdrawal_isProven_atThePostedRootOfAnOlderBatch() throws Exception {
    try (TestNode node = new TestNode(directory)) {
      long alice = node.deposit(TestNode.key(10).address(), 0, ETH);
      Address to = TestNode.key(13).address();
      node.submit(
          List.of(
              withdraw(alice, 0, to, 1, 10),
              withdraw(alice, 1, to, 2, 10),
              withdraw(alice, 2, to, 3, 10)));
      BatchHeader first = batch(node, 1);
      node.submit(List.of(withdraw(alice, 3, to, 4, 10), withdraw(alice, 4, to, 5, 10)));
      node.l1.post(first);
      TestNode.await(() -> node.sequencer.l1().safeHead() == first.blockNumber());
      for (int index = 0; index < 3; index++) {
        WithdrawalProofs.Answer answer = node.sequencer.withdrawals().prove(index, Optional.of(1L));
        assertTrue(answer instanceof WithdrawalProofs.Answer.Proof, answer.toString());
      }
      assertTrue(
          node.sequencer.withdrawals().prove(3, Optional.empty())
              instanceof WithdrawalProofs.Answer.NotPosted);
      assertTrue(
          node.sequencer.withdrawals().prove(9, Optional.empty())
              instanceof WithdrawalProofs.Answer.Unknown);
      BatchHeader second = batch(node, 2);
      node.l1.post(second);
      TestNode.await(() -> node.sequencer.l1().safeHead() == second.blockNumber());
      assertTrue(
          node.sequencer.withdrawals().prove(3, Optional.empty())
              instanceof WithdrawalProofs.Answer.Proof);
    }
  }

  private static BatchHeader batch(TestNode node, long number) {
    var head = node.sequencer.feed().block(node.sequencer.feed().head()).orElseThrow().block();
    return new BatchHeader(
        Hash32.ZERO,
        Hash32.ZERO,
        head.record().stateRoot(),
        head.accumulator(),
        number,
        head.number(),
        head.commitment().inboxPosition(),
        head.commitment().clock(),
        node.now.get(),
        1,
        BatchHeader.MODE_CALLDATA,
        Address.ZERO);
  }

  @Test
  void chain_goesOn_whenL1IsAwayAndBack() throws Exception {
    try (TestNode node = new TestNode(directory)) {
      long alice = node.deposit(TestNode.key(10).address(), 0, ETH);
      node.l1.away(true);
      TestNode.await(() -> !node.sequencer.l1().isReachable());
      assertEquals(
          1,
          node.submit(List.of(transfer(alice, 0, TestNode.key(11).address(), 7, 10)))
              .included()
              .size());
      node.l1.away(false);
      TestNode.await(() -> node.sequencer.l1().isReachable());
      node.deposit(TestNode.key(14).address(), 1, 5);
    }
  }
}
