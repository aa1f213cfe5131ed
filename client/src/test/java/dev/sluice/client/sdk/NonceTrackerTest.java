package dev.sluice.client.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NonceTrackerTest {
  private final NonceTracker tracker = new NonceTracker(Duration.ofSeconds(30));
  private final AtomicLong asked = new AtomicLong();

  private long chain(long nonce) {
    asked.incrementAndGet();
    return nonce;
  }

  @Test
  void take_countsOn_withoutAskingTheChainAgain() {
    assertEquals(7, tracker.take(() -> chain(7)));
    assertEquals(8, tracker.take(() -> chain(99)));
    tracker.settled(true);
    assertEquals(9, tracker.take(() -> chain(99)));
    assertEquals(1, asked.get());
  }

  @Test
  void take_asksTheChain_afterANonceWasNotUsed() {
    assertEquals(7, tracker.take(() -> chain(7)));
    tracker.settled(false);
    assertEquals(7, tracker.take(() -> chain(7)));
    assertEquals(2, asked.get());
  }

  @Test
  void take_waitsForEverythingInFlight_beforeItAsksAgain()
      throws InterruptedException, ExecutionException, TimeoutException {
    tracker.take(() -> chain(0));
    tracker.take(() -> chain(0));
    tracker.settled(false);
    CompletableFuture<Long> next =
        CompletableFuture.supplyAsync(() -> tracker.take(() -> chain(1)));
    assertEquals(1, asked.get());
    tracker.settled(true);
    assertEquals(1, next.get(30, TimeUnit.SECONDS));
    assertEquals(2, asked.get());
  }

  @Test
  void take_givesUp_whenNothingIsEverAnswered() {
    NonceTracker impatient = new NonceTracker(Duration.ofMillis(20));
    impatient.take(() -> 0);
    impatient.take(() -> 0);
    impatient.settled(false);
    assertThrows(UnreachableException.class, () -> impatient.take(() -> 0));
  }
}
