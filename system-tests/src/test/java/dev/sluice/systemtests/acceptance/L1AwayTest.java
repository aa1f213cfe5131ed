package dev.sluice.systemtests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.client.sdk.SluiceClient;
import dev.sluice.client.sdk.Wallet;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.value.Uint128;
import org.junit.jupiter.api.Test;

/** Without L1 the chain goes on, and says what is missing; with L1 back everything catches up. */
final class L1AwayTest {
  private static final int TRANSFERS = 20;

  private final RealStack stack;

  L1AwayTest() throws Exception {
    stack = RealStack.running();
  }

  private static void pay(Wallet from, Wallet to) {
    for (int i = 0; i < TRANSFERS; i++) {
      from.transfer(to.address(), 0, Uint128.ONE);
    }
  }

  private void awaitWord(String module, String word) throws InterruptedException {
    RealStack.await(
        "health of the " + module + " to say \"" + word + "\"",
        () -> stack.health(module).filter(answer -> answer.body().contains(word)).isPresent());
  }

  @Test
  void transfersAreAcked_whileL1IsAwayOrDownAtStart_andEverythingCatchesUp() throws Exception {
    PrivateKey key;
    PrivateKey other;
    try (SluiceClient client = stack.connect()) {
      key = stack.customer(client);
      other = stack.customer(client);
      Wallet payer = new Wallet(client, key);
      stack.stop(RealStack.L1);
      pay(payer, new Wallet(client, other));
      awaitWord(RealStack.SEQUENCER, "no answer from " + stack.l1Url());
      assertEquals(200, stack.health(RealStack.SEQUENCER).orElseThrow().statusCode());
    }

    // Down at start: no request is lost, and readiness waits for L1.
    stack.stop(RealStack.BATCHER);
    stack.stop(RealStack.SEQUENCER);
    stack.start(RealStack.SEQUENCER);
    stack.start(RealStack.BATCHER);
    try (SluiceClient client = stack.connect()) {
      Wallet payer = new Wallet(client, key);
      pay(payer, new Wallet(client, other));
      awaitWord(RealStack.SEQUENCER, "no answer from " + stack.l1Url());
      assertEquals(503, stack.health(RealStack.SEQUENCER).orElseThrow().statusCode());
      awaitWord(RealStack.BATCHER, "DOWN");
      long head = client.heads().getUnsafe();
      assertTrue(client.heads().getSafe() < head);

      stack.startL1();
      stack.awaitReady(RealStack.SEQUENCER);
      stack.awaitReady(RealStack.BATCHER);
      awaitWord(RealStack.SEQUENCER, "reachable");
      stack.customer(client);
      RealStack.await("every block on L1", () -> client.heads().getSafe() >= head);
      assertEquals(2 * TRANSFERS, client.account(payer.requireAccount()).orElseThrow().nonce());
      try (L1Client l1 = stack.l1()) {
        assertTrue(L1Only.read(stack.chain(), l1).last().blockNumber() >= head);
      }
    }
  }
}
