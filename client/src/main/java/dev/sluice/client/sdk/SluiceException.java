package dev.sluice.client.sdk;

/**
 * Something that the caller could not know beforehand went wrong. Its message says what; {@link
 * #remedy} says what to do.
 *
 * <p>A transaction that the sequencer refuses is not an exception but an {@link Ack.Refused},
 * unless the caller asked for a method that promises inclusion; then it is {@link
 * NotIncludedException}.
 */
public sealed class SluiceException extends RuntimeException
    permits ChainMismatchException,
        DishonestSequencerException,
        L1FailureException,
        NotIncludedException,
        UnreachableException {
  private static final long serialVersionUID = 1;

  private final String remedy;

  SluiceException(String message, String remedy) {
    super(message);
    this.remedy = remedy;
  }

  SluiceException(String message, String remedy, Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  /** What the reader of the message can do about it, one sentence. */
  public String remedy() {
    return remedy;
  }
}
