package dev.sluice.systemtests.removal.solidity;

/**
 * A condition in the contracts' sources, or a part of one.
 *
 * @param number its storage slot: there it is switched off
 * @param what happens behind it
 * @param file source file
 * @param line first line of it
 * @param function where it stands
 * @param text its source
 * @param fixed what it always is when it is switched off
 * @param occurrence 1 for the first of the same text in the same function
 */
public record Check(
    int number,
    What what,
    String file,
    int line,
    String function,
    String text,
    boolean fixed,
    int occurrence) {
  /** What a condition decides. */
  public enum What {
    /** A branch, or a value: another root is right without it. */
    DECISION,
    /** The call reverts: no witness of an honest prover comes there. */
    REVERT
  }

  /** Without the line, which every edit of the file moves. */
  public String name() {
    String short1 = text.replaceAll("\\s+", " ");
    return file.replaceAll(".*/|\\.sol$", "")
        + "."
        + function
        + ": "
        + (short1.length() > 110 ? short1.substring(0, 110) + "…" : short1)
        + (fixed ? " := true" : " := false")
        + (occurrence > 1 ? " #" + occurrence : "");
  }

  @Override
  public String toString() {
    return file + ":" + line + " " + name();
  }
}
