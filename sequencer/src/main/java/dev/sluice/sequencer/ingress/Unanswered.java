package dev.sluice.sequencer.ingress;

import dev.sluice.sequencer.confirmation.FrameAnswer;

/**
 * How many transactions of a frame wait for their answer. Refusals and inclusions are answered by
 * different threads: which one is the last and which one is sent last is decided together, or
 * something would be sent behind the answer that says that nothing follows. Thread-safe.
 */
final class Unanswered {
  private int count;

  /**
   * @param count of the frame's transactions
   */
  Unanswered(int count) {
    this.count = count;
  }

  /** Sends an answer; must not block. */
  @FunctionalInterface
  interface Sender {
    /**
     * @param complete whether nothing more follows for the frame
     */
    void send(FrameAnswer answer, boolean complete);
  }

  /** Counts the answer and sends it. */
  synchronized void answer(FrameAnswer answer, Sender sender) {
    count -= answer.size();
    sender.send(answer, count == 0);
  }
}
