package dev.sluice.sequencer.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.sequencer.admission.CoreExecutor;
import dev.sluice.sequencer.admission.FrameVerifier;
import dev.sluice.sequencer.admission.TransactionVerifier;
import dev.sluice.sequencer.confirmation.FrameAnswer;
import dev.sluice.sequencer.pool.TransactionPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

final class IntakeTest {
  @Test
  @SuppressWarnings("NullAway") // what no caller may do stands for a fault of our own
  void frame_isAnswered_whenOneBeforeItInTheStreamFailed() {
    CoreExecutor cores =
        new CoreExecutor(
            task -> {
              try {
                task.run();
              } catch (NullPointerException ended) {
                // The verifier's thread has ended; its caller has been told.
              }
            });
    Intake.Sequence sequence =
        new Intake(
                new FrameVerifier(
                    new TransactionVerifier(new TypedData(31_337, Address.ZERO)), cores),
                new TransactionPool(10, 10))
            .sequence();
    List<FrameAnswer> answers = new ArrayList<>();
    CompletableFuture<?> failed = sequence.submit(Collections.singletonList(null), answers::add);
    assertThrows(CompletionException.class, failed::join);
    sequence.submit(List.of(new byte[] {1}), answers::add).join();
    assertEquals("MALFORMED", answers.getFirst().refused().getFirst().rejection().name());
  }
}
