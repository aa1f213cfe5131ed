package dev.sluice.client.sdk;

import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Hash32;

/** What the sequencer did with a heartbeat. */
public sealed interface HeartbeatOutcome {
  /**
   * It counts; the receipt is the device's evidence if the epoch's record leaves it out. Its
   * signature is verified.
   *
   * @param provider the provider's id
   * @param receivedAt seconds
   * @param signature by the sequencer's key over {@code HeartbeatReceipt} ({@code docs/protocol.md}
   *     §4)
   */
  record Counted(Hash32 provider, long epoch, long receivedAt, WalletSignature signature)
      implements HeartbeatOutcome {}

  /** It does not count (ALREADY_COUNTED: an earlier one does). */
  record Refused(Ack.Refused refusal) implements HeartbeatOutcome {}
}
