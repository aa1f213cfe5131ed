package dev.sluice.sequencer;

import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.weight.Weight;
import dev.sluice.sequencer.deposit.InboxEntry;
import dev.sluice.sequencer.deposit.L1Source;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** An inbox and a list of batches, as L1 would have them. Thread-safe. */
final class SimulatedL1 implements L1Source {
  private final LongSupplier seconds;
  private final List<Event> events = new ArrayList<>();
  private int told;
  private boolean away;
  private Hash32 accumulator = Hash32.ZERO;
  private long messages;
  private Weight weight = Weight.ZERO;

  SimulatedL1(LongSupplier seconds) {
    this.seconds = seconds;
  }

  synchronized void queue(InboxMessage message) {
    weight = weight.plus(Weight.of(message));
    InboxLink link =
        new InboxLink(
            message.messageHash(), seconds.getAsLong(), weight.witnessBytes(), weight.gas());
    accumulator = link.accumulate(accumulator);
    events.add(new Event.Message(new InboxEntry(messages++, message, link, accumulator)));
  }

  synchronized void post(BatchHeader header) {
    events.add(new Event.Posted(header));
  }

  synchronized void away(boolean isAway) {
    away = isAway;
  }

  /** A restarted sequencer reads everything again. */
  synchronized void tellAgain() {
    told = 0;
  }

  @Override
  public synchronized List<Event> poll() throws IOException {
    if (away) {
      throw new IOException("L1 is away");
    }
    List<Event> fresh = List.copyOf(events.subList(told, events.size()));
    told = events.size();
    return fresh;
  }

  @Override
  public synchronized long latestTimestamp() throws IOException {
    if (away) {
      throw new IOException("L1 is away");
    }
    return seconds.getAsLong();
  }
}
