package dev.sluice.sequencer.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.sequencer.admission.Rejection;
import dev.sluice.sequencer.confirmation.FrameAnswer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class UnansweredTest {
  private static FrameAnswer one(int index) {
    return FrameAnswer.refusals(
        List.of(new FrameAnswer.Refused(index, Rejection.of(Refusal.UNKNOWN_ACCOUNT, "nobody"))));
  }

  @Test
  void lastAnswer_isSentLast_whoeverIsSlow() throws InterruptedException {
    Unanswered unanswered = new Unanswered(2);
    List<Boolean> sent = new CopyOnWriteArrayList<>();
    CountDownLatch counted = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Thread slow =
        Thread.ofPlatform()
            .start(
                () ->
                    unanswered.answer(
                        one(0),
                        (_, complete) -> {
                          counted.countDown();
                          try {
                            goOn.await();
                          } catch (InterruptedException stopped) {
                            throw new IllegalStateException(stopped);
                          }
                          sent.add(complete);
                        }));
    counted.await();
    Thread fast =
        Thread.ofPlatform()
            .start(() -> unanswered.answer(one(1), (_, complete) -> sent.add(complete)));
    while (fast.getState() != Thread.State.BLOCKED && fast.isAlive()) {
      Thread.onSpinWait();
    }
    goOn.countDown();
    slow.join();
    fast.join();
    assertEquals(List.of(false, true), sent);
  }
}
