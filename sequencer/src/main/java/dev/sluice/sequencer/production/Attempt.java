package dev.sluice.sequencer.production;

import dev.sluice.sequencer.admission.Rejection;

/** What became of one transaction that was tried on the open block. */
public sealed interface Attempt {
  /**
   * It is in the block.
   *
   * @param position in the block
   */
  record Applied(int position) implements Attempt {}

  /** It changed nothing and is in no block. */
  record Refused(Rejection rejection) implements Attempt {}

  /** The block has no room for it; nothing was tried. */
  record Full() implements Attempt {}
}
