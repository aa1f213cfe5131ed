package dev.sluice.sequencer.deposit;

import dev.sluice.primitives.batch.BatchHeader;
import java.io.IOException;
import java.util.List;

/**
 * The port to L1: what happened since the last question, as deep as the configuration wants it. One
 * thread polls.
 */
public interface L1Source {
  /**
   * What is new, oldest first; empty if nothing is.
   *
   * @throws IOException if L1 does not answer; the same question may be asked again
   */
  List<Event> poll() throws IOException;

  /**
   * Timestamp of the newest L1 block, seconds.
   *
   * @throws IOException if L1 does not answer
   */
  long latestTimestamp() throws IOException;

  /** What happens on L1. */
  sealed interface Event {
    /** The next message of the inbox. */
    record Message(InboxEntry entry) implements Event {}

    /** A batch was posted. */
    record Posted(BatchHeader header) implements Event {}

    /** The batch with this number and all later ones are gone: convicted, or reorganised away. */
    record Removed(long number) implements Event {}

    /** Messages from this index on are void and come again as they are now. */
    record MessagesRewound(long index) implements Event {}
  }
}
