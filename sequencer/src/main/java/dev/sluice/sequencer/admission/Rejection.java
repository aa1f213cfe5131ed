package dev.sluice.sequencer.admission;

import dev.sluice.primitives.transaction.AdmissionError;
import dev.sluice.primitives.transaction.Refusal;
import java.util.OptionalLong;

/**
 * Why something submitted was not taken: a refusal of the state-transition function (numbers below
 * 100) or an admission error (from 100), {@code docs/protocol.md} §6.3 and §6.4.
 *
 * @param number stable
 * @param name stable
 * @param message for people
 * @param expectedNonce the nonce that the account's next transaction must have, where that is the
 *     matter
 */
public record Rejection(int number, String name, String message, OptionalLong expectedNonce) {
  /** An admission error with its particulars. */
  public static Rejection of(AdmissionError error, String message) {
    return new Rejection(error.number(), error.name(), message, OptionalLong.empty());
  }

  /** A refusal of the state-transition function. */
  public static Rejection of(Refusal refusal) {
    return new Rejection(
        refusal.number(),
        refusal.name(),
        "the state refuses it: " + refusal.name(),
        OptionalLong.empty());
  }

  /** A refusal of the state-transition function that is known before execution. */
  public static Rejection of(Refusal refusal, String message) {
    return new Rejection(refusal.number(), refusal.name(), message, OptionalLong.empty());
  }

  /** A nonce that is not the next one. */
  public static Rejection nonce(long actual, long expected) {
    AdmissionError error =
        Long.compareUnsigned(actual, expected) < 0
            ? AdmissionError.NONCE_TOO_LOW
            : AdmissionError.NONCE_TOO_HIGH;
    return new Rejection(
        error.number(),
        error.name(),
        "nonce " + Long.toUnsignedString(actual) + ", expected " + Long.toUnsignedString(expected),
        OptionalLong.of(expected));
  }
}
