package dev.sluice.l1.connection;

/**
 * The node did not answer within the bounded attempts. Nothing is known about the effect of the
 * call; it may be tried again later.
 */
public final class L1UnavailableException extends L1Exception {
  private static final long serialVersionUID = 1L;

  public L1UnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  public L1UnavailableException(String message) {
    super(message);
  }
}
