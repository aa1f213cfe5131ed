package dev.sluice.l1.reader;

import java.io.IOException;

/**
 * L1 no longer holds the block at which this chain began, or every position that we could rewind to
 * is gone: another chain, or a node whose state was lost.
 */
public final class L1LostException extends IOException {
  private static final long serialVersionUID = 1L;

  public L1LostException(String message) {
    super(message);
  }
}
