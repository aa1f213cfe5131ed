package dev.sluice.sequencer.confirmation;

/**
 * Where the answers to one frame go. Called from several threads; an implementation serializes and
 * never blocks for long.
 */
@FunctionalInterface
public interface FrameReply {
  /**
   * Takes answers to some of the frame's transactions; each transaction is answered exactly once.
   */
  void answer(FrameAnswer answer);
}
