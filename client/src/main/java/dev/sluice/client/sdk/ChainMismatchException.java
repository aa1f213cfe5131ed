package dev.sluice.client.sdk;

/**
 * The sequencer speaks for another chain or contract than the one expected; nothing may be signed
 * for it.
 */
public final class ChainMismatchException extends SluiceException {
  private static final long serialVersionUID = 1;

  ChainMismatchException(String message) {
    super(
        message,
        "check the addresses of sequencer and L1 against the deployment's configuration; start a devnet over with --fresh");
  }
}
