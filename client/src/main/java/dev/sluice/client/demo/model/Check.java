package dev.sluice.client.demo.model;

/**
 * One comparison of what must be with what is.
 *
 * @param subject what was compared, with enough detail to find it again
 * @param expected computed from what was sent
 * @param actual observed
 */
public record Check(String subject, String expected, String actual) {
  /** Compares the texts of two values. */
  public static Check equal(String subject, Object expected, Object actual) {
    return new Check(subject, expected.toString(), actual.toString());
  }

  /** Whether both are the same. */
  public boolean passed() {
    return expected.equals(actual);
  }

  @Override
  public String toString() {
    return subject + ": expected " + expected + ", found " + actual;
  }
}
