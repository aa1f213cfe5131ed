package dev.sluice.systemtests.removal;

/**
 * A check or an effect in the second reader's sources.
 *
 * @param number counts from 0
 * @param what a refusal, a malformed chunk, or an effect
 * @param method where it stands
 * @param text its source: of a check the condition
 * @param shared whether several kinds of transactions come by
 */
public record Site(int number, What what, String method, String text, boolean shared) {
  /** What is lost with it. */
  public enum What {
    /** A transaction or a chunk is refused. */
    CHECK,
    /** A chunk that cannot be cut is none. */
    FORM,
    /** Something is written. */
    EFFECT
  }

  @Override
  public String toString() {
    String short1 = text.replaceAll("\\s+", " ");
    return method + ": " + (short1.length() > 90 ? short1.substring(0, 90) + "…" : short1);
  }
}
