package dev.sluice.client.devnet;

import java.io.Serial;

/**
 * Why a devnet cannot start or had to stop, in words for the person at the keyboard: what is wrong,
 * and the line that mends it.
 */
public final class DevnetException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /** The message is printed as it is, without a stack trace. */
  public DevnetException(String message) {
    super(message);
  }

  /** As above, with the failure that caused it. */
  public DevnetException(String message, Throwable cause) {
    super(message, cause);
  }
}
