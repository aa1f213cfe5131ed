package dev.sluice.sequencer.admission;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Verifies the transactions of a frame on all cores. Thread-safe. */
public final class FrameVerifier {
  /**
   * A recovery takes about 35 µs: 2 ms of one core, small enough to share a frame, large enough to
   * be worth a hand-over.
   */
  private static final int SLICE_TRANSACTIONS = 64;

  private final TransactionVerifier verifier;
  private final CoreExecutor cores;

  public FrameVerifier(TransactionVerifier verifier, CoreExecutor cores) {
    this.verifier = verifier;
    this.cores = cores;
  }

  /** Starts at once; completes with one admission per transaction, in the frame's order. */
  public CompletableFuture<List<Admission>> verify(List<byte[]> wires) {
    return cores.map(wires, SLICE_TRANSACTIONS, verifier::admit);
  }
}
