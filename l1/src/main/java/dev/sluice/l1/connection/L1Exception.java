package dev.sluice.l1.connection;

import java.io.IOException;

/** L1 did not give a usable answer. Checked: whoever calls L1 says what happens then. */
public abstract sealed class L1Exception extends IOException
    permits L1UnavailableException, L1ErrorException {
  private static final long serialVersionUID = 1L;

  private final String words;

  L1Exception(String words) {
    super(words);
    this.words = words;
  }

  L1Exception(String words, Throwable cause) {
    super(words, cause);
    this.words = words;
  }

  /** Never null. */
  @Override
  public String getMessage() {
    return words;
  }
}
