package dev.sluice.batcher.submission;

import dev.sluice.primitives.batch.BatchHeader;

/** What one step of posting came to. */
public sealed interface Step {
  /** Nothing is due. */
  record Idle() implements Step {}

  /** A batch of so many blocks is on L1. */
  record Posted(BatchHeader header, long gasUsed, long blocks) implements Step {}

  /** Something has to change before posting can go on; tried again by itself. */
  record Waiting(String reason) implements Step {}

  /** L1 or the contract refuses; tried again, but a person should look. */
  record Refused(String reason) implements Step {}

  /** Posting has stopped for good: a batch of ours was convicted. */
  record Halted(String reason) implements Step {}
}
