package dev.sluice.client.sdk;

/**
 * L1 did not do what was asked: a contract refused, the account cannot pay, or nothing is mined
 * yet.
 */
public final class L1FailureException extends SluiceException {
  private static final long serialVersionUID = 1;

  L1FailureException(String message, String remedy) {
    super(message, remedy);
  }

  L1FailureException(String message, String remedy, Throwable cause) {
    super(message, remedy, cause);
  }
}
