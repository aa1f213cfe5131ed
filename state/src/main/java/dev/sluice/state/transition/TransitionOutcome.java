package dev.sluice.state.transition;

import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.value.Uint128;

/** What a transaction did. */
public sealed interface TransitionOutcome {
  /** In {@link Applied}: there is none. */
  long NOTHING = -1;

  /**
   * It took effect.
   *
   * @param opened index of the withdrawal, channel, provider or job that it appended, else {@link
   *     #NOTHING}
   * @param account the account that signed, paid or was credited by L1, else {@link #NOTHING}
   * @param counterparty the other account concerned, else {@link #NOTHING}
   * @param token the token moved or of the fee
   * @param amount moved: transferred, withdrawn, deposited, locked, paid out; 0 if nothing
   * @param fee taken
   */
  record Applied(
      long opened, long account, long counterparty, int token, Uint128 amount, Uint128 fee)
      implements TransitionOutcome {
    /** What a signer has paid, nothing appended. */
    static Applied by(Payment payment, long counterparty) {
      return new Applied(
          NOTHING,
          payment.account(),
          counterparty,
          payment.token(),
          payment.amount(),
          payment.price());
    }

    /** The same with a leaf appended. */
    Applied opening(long index) {
      return new Applied(index, account, counterparty, token, amount, fee);
    }
  }

  /** It changed nothing at all. */
  record Rejected(Refusal refusal) implements TransitionOutcome {}

  /** A rejection. */
  static TransitionOutcome rejected(Refusal refusal) {
    return new Rejected(refusal);
  }
}
