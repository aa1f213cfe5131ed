package dev.sluice.state.execution;

import dev.sluice.primitives.transaction.Refusal;

/** What became of a transaction offered to a block in progress. */
public sealed interface Attempt {
  /** It took effect and is in the block. */
  record Included(Receipt receipt) implements Attempt {}

  /**
   * It would be refused, or is a claim of nothing: it is not in the block and has changed nothing.
   */
  record Refused(Refusal refusal) implements Attempt {}

  /** The block has no room for it; in an empty block it is heavier than any block may be. */
  record Full() implements Attempt {}
}
