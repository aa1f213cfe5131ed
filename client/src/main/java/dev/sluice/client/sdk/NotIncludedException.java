package dev.sluice.client.sdk;

/**
 * The sequencer refused a transaction with a numbered reason ({@code docs/protocol.md} §6.3, §6.4);
 * nothing has changed.
 */
public final class NotIncludedException extends SluiceException {
  private static final long serialVersionUID = 1;

  private final int number;
  private final String reason;

  NotIncludedException(Ack.Refused refusal) {
    super(
        "refused: " + refusal.name() + " (" + refusal.number() + "): " + refusal.message(),
        refusal.remedy());
    this.number = refusal.number();
    this.reason = refusal.name();
  }

  /** The stable number of the reason. */
  public int number() {
    return number;
  }

  /** The stable name of the reason. */
  public String reason() {
    return reason;
  }
}
