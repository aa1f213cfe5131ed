package dev.sluice.systemtests.rules.broken.client;

import dev.sluice.systemtests.rules.broken.state.tree.StateWithDice;

/** Breaks: client never imports state. */
final class ClientThatReadsState {
  private ClientThatReadsState() {}

  static int root() {
    return StateWithDice.root();
  }
}
