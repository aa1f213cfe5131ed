package dev.sluice.systemtests.rules.broken.state.tree;

import java.util.SplittableRandom;

/** Breaks: no chance in state. */
public final class StateWithDice {
  private StateWithDice() {}

  public static int root() {
    return new SplittableRandom(1).nextInt();
  }
}
