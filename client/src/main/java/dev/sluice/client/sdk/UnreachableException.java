package dev.sluice.client.sdk;

/**
 * A sequencer or an L1 node does not answer, or answers that it cannot. Trying again is safe:
 * nothing was signed for nothing.
 */
public final class UnreachableException extends SluiceException {
  private static final long serialVersionUID = 1;

  /** Names what was asked, and what to do. */
  public UnreachableException(String message, String remedy, Throwable cause) {
    super(message, remedy, cause);
  }

  /** Names what was asked, and what to do. */
  public UnreachableException(String message, String remedy) {
    super(message, remedy);
  }
}
