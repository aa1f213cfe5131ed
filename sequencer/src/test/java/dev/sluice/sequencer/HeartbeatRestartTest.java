package dev.sluice.sequencer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sluice.primitives.crypto.Bls12381;
import dev.sluice.primitives.crypto.BlsSecretKey;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.typeddata.SignedStatement;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.sequencer.heartbeat.Heartbeat;
import dev.sluice.sequencer.heartbeat.HeartbeatCollector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever holds a receipt is in the record, whatever happens to the process in between. */
final class HeartbeatRestartTest {
  private static final long ETH = 1_000_000_000_000_000_000L;
  private static final long EPOCH = 5;

  @TempDir Path directory;

  private final List<BlsSecretKey> devices = new ArrayList<>();
  private long account;
  private Hash32 message = Hash32.ZERO;

  /** Four devices, in the middle of epoch 5. */
  private TestNode node() throws Exception {
    TestNode node = new TestNode(directory);
    account = node.deposit(TestNode.key(10).address(), 0, ETH);
    devices.addAll(node.registerDevices(10, account, 0, 4));
    node.l1.queue(new InboxMessage.Seed(4, Keccak256.hash32(new byte[] {4})));
    node.now.set(TestNode.GENESIS_TIME + 52);
    TestNode.await(() -> node.sequencer.heartbeats().beacon().beacon().isPresent());
    message =
        Ids.heartbeatMessage(
            TestNode.TYPED_DATA.domainSeparator(),
            EPOCH,
            node.sequencer.heartbeats().beacon().beacon().orElseThrow());
    return node;
  }

  private byte[] signature(int device) {
    return Bls12381.sign(devices.get(device), message.toBytes(), Bls12381.Domain.MESSAGE).toBytes();
  }

  /** A receipt's name, or the refusal's. */
  private String send(TestNode node, int device) {
    Heartbeat.Answer answer =
        node.sequencer
            .heartbeats()
            .accept(List.of(new Heartbeat(device, EPOCH, signature(device))))
            .getFirst();
    return switch (answer) {
      case Heartbeat.Answer.Receipt _ -> "RECEIPT";
      case Heartbeat.Answer.Refused(var rejection) -> rejection.name();
    };
  }

  private HeartbeatCollector.PartAnswer sendPart(TestNode node, int device) {
    byte[] bits = new byte[64];
    bits[0] = (byte) (0x80 >>> device);
    byte[] bytes = signature(device);
    Hash32 digest =
        TestNode.TYPED_DATA.digest(
            new SignedStatement.HeartbeatPart(
                account, EPOCH, 0, Keccak256.hash32(bits), Keccak256.hash32(bytes)));
    return node.sequencer
        .heartbeats()
        .acceptPart(
            new HeartbeatCollector.Part(
                account,
                EPOCH,
                0,
                bits,
                bytes,
                WalletSignature.of(Secp256k1.sign(digest, TestNode.key(10)))));
  }

  private static void requireMissed(TestNode node, List<Integer> missed) {
    Leaf.Counters counters =
        node.sequencer.reader().leaf(LeafType.COUNTERS, 0, Leaf.Counters.class).orElseThrow();
    assertEquals(1, counters.recorded());
    for (int slot = 0; slot < missed.size(); slot++) {
      assertEquals(missed.get(slot), counters.missed(slot), "slot " + slot);
    }
  }

  @Test
  void receiptedHeartbeats_areRecorded_whenTheSequencerRestartsInTheirEpoch() throws Exception {
    try (TestNode node = node()) {
      assertEquals("RECEIPT", send(node, 0));
      assertInstanceOf(HeartbeatCollector.PartAnswer.Accepted.class, sendPart(node, 1));
      node.restart();
      assertEquals("ALREADY_COUNTED", send(node, 0));
      assertEquals("ALREADY_COUNTED", send(node, 1));
      assertEquals("RECEIPT", send(node, 2));
      node.restart();
      node.now.set(TestNode.GENESIS_TIME + 64);
      TestNode.await(() -> node.sequencer.recorder().recorded() == 1);
      requireMissed(node, List.of(0, 0, 0, 1));
      node.restart();
      TestNode.await(() -> node.sequencer.heartbeats().counted().isEmpty());
      requireMissed(node, List.of(0, 0, 0, 1));
      assertEquals(0, node.sequencer.recorder().lost(), "what is recorded is not proposed again");
      assertEquals(0, node.sequencer.recorder().recorded());
    }
  }

  @Test
  void heartbeats_areRefusedForATakenEpoch_whenTheClockGoesBackOverARestart() throws Exception {
    try (TestNode node = node()) {
      assertEquals("RECEIPT", send(node, 0));
      node.now.set(TestNode.GENESIS_TIME + 64);
      TestNode.await(() -> node.sequencer.recorder().recorded() == 1);
      node.now.set(TestNode.GENESIS_TIME + 55);
      node.restart();
      assertEquals("WRONG_EPOCH", send(node, 1));
    }
  }

  @Test
  void heartbeat_isAnsweredDiskFull_andTakenWhenThereIsRoom() throws Exception {
    try (TestNode node = node()) {
      node.disk.full = true;
      assertEquals("DISK_FULL", send(node, 0));
      assertInstanceOf(HeartbeatCollector.PartAnswer.Refused.class, sendPart(node, 1));
      node.disk.full = false;
      assertEquals("RECEIPT", send(node, 0));
      assertInstanceOf(HeartbeatCollector.PartAnswer.Accepted.class, sendPart(node, 1));
    }
  }

  @Test
  void heartbeat_ofARetiredDevice_isReceipted_andItGetsNoJob() throws Exception {
    try (TestNode node = node()) {
      Hash32 id = node.provider(0).id();
      assertEquals(
          1,
          node.submit(
                  List.of(
                      TestNode.sign(
                          new Transaction.ProviderUpdate(
                              account,
                              4,
                              id,
                              TestNode.key(10).address(),
                              0,
                              Uint128.ONE,
                              Keccak256.hash32(new byte[] {1}),
                              true,
                              TestNode.genesis().price(TransactionKind.PROVIDER_UPDATE, 0)),
                          TestNode.key(10))))
              .included()
              .size());
      assertEquals("RECEIPT", send(node, 0));
      assertEquals(
          "PROVIDER_RETIRED",
          node.submit(
                  List.of(
                      TestNode.sign(
                          new Transaction.JobOpen(
                              account,
                              5,
                              List.of(id),
                              0,
                              0,
                              Uint128.of(ETH / 10),
                              Transaction.MODE_BUYER,
                              Hash32.ZERO,
                              Hash32.ZERO,
                              TestNode.GENESIS_TIME + 1_000,
                              5,
                              0,
                              TestNode.genesis().price(TransactionKind.JOB_OPEN, 0)),
                          TestNode.key(10))))
              .refusal());
    }
  }
}
