package dev.sluice.l1.sender;

import java.io.IOException;

/** Where a sender writes what it is about to send. */
@FunctionalInterface
public interface SendJournal {
  /** For intents whose repetition does no harm after a crash. */
  SendJournal VOLATILE = attempt -> {};

  /** Durable when it returns. If it throws, the attempt is not sent. */
  void beforeSend(Attempt attempt) throws IOException;
}
