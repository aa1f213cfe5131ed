package dev.sluice.systemtests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.client.sdk.Ack;
import dev.sluice.client.sdk.SluiceClient;
import dev.sluice.client.sdk.SluiceException;
import dev.sluice.client.sdk.TransactionStatus;
import dev.sluice.client.sdk.Wallet;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** {@code kill -9} in the middle of traffic: what was acknowledged is there, once. */
final class KilledProcessesTest {
  private static final int ACKS_BEFORE_KILL = 200;

  private final RealStack stack;

  KilledProcessesTest() throws Exception {
    stack = RealStack.running();
  }

  /** Sends transfers until it is told to stop or the sequencer is gone; keeps what was acked. */
  private static void traffic(
      Wallet payer, Wallet payee, ConcurrentLinkedQueue<Hash32> acked, AtomicBoolean stop) {
    while (!stop.get()) {
      try {
        List<Wallet.Sent> sent =
            java.util.stream.IntStream.range(0, 20)
                .mapToObj(
                    i -> payer.submit(payer.drafts().transfer(payee.address(), 0, Uint128.ONE)))
                .toList();
        for (Wallet.Sent one : sent) {
          if (one.answer().join() instanceof Ack.Included included) {
            acked.add(included.transactionId());
          }
        }
      } catch (CompletionException | SluiceException gone) {
        return;
      }
    }
  }

  private void killDuringTraffic(String module, PrivateKey key, PrivateKey other) throws Exception {
    ConcurrentLinkedQueue<Hash32> acked = new ConcurrentLinkedQueue<>();
    AtomicBoolean stop = new AtomicBoolean();
    try (SluiceClient client = stack.connect()) {
      Wallet payer = new Wallet(client, key);
      Wallet payee = new Wallet(client, other);
      Thread sender = Thread.ofPlatform().start(() -> traffic(payer, payee, acked, stop));
      RealStack.await("traffic", () -> acked.size() >= ACKS_BEFORE_KILL);
      stack.kill(module);
      int atKill = acked.size();
      if (!module.equals(RealStack.SEQUENCER)) {
        RealStack.await("traffic without " + module, () -> acked.size() >= 2 * atKill);
      }
      stop.set(true);
      sender.join();
    }
    stack.start(module);
    stack.awaitReady(module);
    try (SluiceClient client = stack.connect()) {
      for (Hash32 id : acked) {
        TransactionStatus status = client.transaction(id);
        assertTrue(status instanceof TransactionStatus.InBlock, id + " is lost: " + status);
      }
      long account = new Wallet(client, key).requireAccount();
      assertTrue(client.account(account).orElseThrow().nonce() >= acked.size());
      new Wallet(client, key).transfer(other.address(), 0, Uint128.ONE);
    }
  }

  @Test
  void noAckedTransactionIsLost_andNoBatchIsSkippedOrRepeated() throws Exception {
    PrivateKey key;
    PrivateKey other;
    try (SluiceClient client = stack.connect()) {
      key = stack.customer(client);
      other = stack.customer(client);
    }
    killDuringTraffic(RealStack.SEQUENCER, key, other);
    killDuringTraffic(RealStack.BATCHER, key, other);
    killDuringTraffic(RealStack.SEQUENCER, key, other);
    try (SluiceClient client = stack.connect();
        L1Client l1 = stack.l1()) {
      long head = client.heads().getUnsafe();
      RealStack.await("every block on L1", () -> client.heads().getSafe() >= head);
      L1Only.Reading reading = L1Only.read(stack.chain(), l1);
      assertTrue(reading.last().blockNumber() >= head);
      assertEquals(0, reading.state().refusals().size(), "nothing that was posted is refused");
    }
  }
}
