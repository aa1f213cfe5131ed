package dev.sluice.batcher.journal;

final class InMemoryBatchJournalTest extends BatchJournalContract {
  @Override
  BatchJournal create() {
    return new InMemoryBatchJournal();
  }
}
