package dev.sluice.batcher.journal;

import dev.sluice.l1.sender.Attempt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rules of a journal without a disk: for tests, and the part that the file journal keeps in
 * memory.
 */
public final class InMemoryBatchJournal implements BatchJournal {
  private Optional<OpenIntent> open = Optional.empty();
  private Optional<PostedRecord> lastPosted = Optional.empty();

  @Override
  public Optional<OpenIntent> open() {
    return open;
  }

  @Override
  public Optional<PostedRecord> lastPosted() {
    return lastPosted;
  }

  @Override
  public void attempt(BatchIntent intent, Attempt attempt) {
    requireFits(intent, attempt);
    List<Attempt> attempts = new ArrayList<>();
    open.ifPresent(known -> attempts.addAll(known.attempts()));
    attempts.add(attempt);
    open = Optional.of(new OpenIntent(intent, attempts));
  }

  @Override
  public void posted(PostedRecord record) {
    requireOpen();
    open = Optional.empty();
    lastPosted = Optional.of(record);
  }

  @Override
  public void abandoned() {
    requireOpen();
    open = Optional.empty();
  }

  @Override
  public void close() {}

  /** Throws unless the attempt belongs to the open intent or opens a new one. */
  void requireFits(BatchIntent intent, Attempt attempt) {
    if (open.isEmpty()) {
      return;
    }
    OpenIntent known = open.get();
    if (!known.intent().equals(intent) || known.attempts().getFirst().nonce() != attempt.nonce()) {
      throw new IllegalStateException(
          "batch "
              + known.intent().number()
              + " is open, nonce "
              + known.attempts().getFirst().nonce());
    }
  }

  void requireOpen() {
    if (open.isEmpty()) {
      throw new IllegalStateException("no intent is open");
    }
  }

  void restore(Optional<PostedRecord> posted) {
    lastPosted = posted;
  }
}
