package dev.sluice.sequencer.heartbeat;

import dev.sluice.primitives.value.Hash32;
import dev.sluice.sequencer.admission.Rejection;

/**
 * A device's sign of life as it came in.
 *
 * @param provider index, a {@code u32}
 * @param epoch a {@code u32}
 * @param signature 192 bytes, not checked yet
 */
public record Heartbeat(long provider, long epoch, byte[] signature) {
  /** What becomes of it. */
  public sealed interface Answer {
    /**
     * It counts.
     *
     * @param receivedAt seconds
     * @param signature the sequencer's, 64 bytes over {@code HeartbeatReceipt}
     */
    record Receipt(Hash32 provider, long epoch, long receivedAt, byte[] signature)
        implements Answer {}

    /** It does not. */
    record Refused(Rejection rejection) implements Answer {}
  }
}
