package dev.sluice.sequencer.admission;

import dev.sluice.state.transition.VerifiedTransaction;

/** What admission says about one submitted transaction. */
public sealed interface Admission {
  /** Well-formed, and its signature recovers. */
  record Verified(VerifiedTransaction transaction) implements Admission {}

  /** Answered, never kept. */
  record Refused(Rejection rejection) implements Admission {}
}
