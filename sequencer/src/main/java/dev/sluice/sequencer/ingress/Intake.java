package dev.sluice.sequencer.ingress;

import dev.sluice.sequencer.admission.Admission;
import dev.sluice.sequencer.admission.FrameVerifier;
import dev.sluice.sequencer.confirmation.FrameReply;
import dev.sluice.sequencer.pool.TransactionPool;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * From raw wire forms to the pool: verifies at once on all cores, offers in the order of the
 * stream. Thread-safe.
 */
public final class Intake {
  private final FrameVerifier verifier;
  private final TransactionPool pool;

  public Intake(FrameVerifier verifier, TransactionPool pool) {
    this.verifier = verifier;
    this.pool = pool;
  }

  /** One sender's order: what he sent first is offered first. */
  public final class Sequence {
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

    private Sequence() {}

    /**
     * Takes a frame; its answers go to {@code reply}. Fails if verification failed for a fault of
     * our own.
     */
    public CompletableFuture<?> submit(List<byte[]> wires, FrameReply reply) {
      CompletableFuture<List<Admission>> verified = verifier.verify(wires);
      CompletableFuture<?> offered =
          last.thenCombine(
              verified,
              (_, admissions) -> {
                pool.offer(admissions, reply);
                return admissions.size();
              });
      // A frame that fails is answered as failed; those behind it go on.
      last = offered.exceptionally(_ -> null);
      return offered;
    }
  }

  /** A new sender. */
  public Sequence sequence() {
    return new Sequence();
  }
}
