package dev.sluice.batcher.journal;

import java.io.IOException;

/**
 * The journal cannot be trusted; the text says where and why. A person decides: L1 shows what was
 * posted.
 */
public final class JournalDamagedException extends IOException {
  private static final long serialVersionUID = 1L;

  public JournalDamagedException(String message) {
    super(message);
  }
}
