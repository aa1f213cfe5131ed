package dev.sluice.sequencer.relay;

import dev.sluice.primitives.transaction.AdmissionError;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.sequencer.admission.Rejection;

/** What a promise is, whatever else was promised meanwhile. */
sealed interface Checked {
  /** Genuine, and within the deposit. */
  record Good(Channels.Terms terms) implements Checked {}

  /** Refused. */
  record Bad(Rejection rejection) implements Checked {}

  static Checked bad(Refusal refusal, String message) {
    return new Bad(Rejection.of(refusal, message));
  }

  static Checked bad(AdmissionError error, String message) {
    return new Bad(Rejection.of(error, message));
  }
}
