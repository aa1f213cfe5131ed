package dev.sluice.client.sdk;

import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.math.BigInteger;

/**
 * A channel that pays by the second ({@code docs/protocol.md} §6.2, kind 4, meter 0): once it is
 * open, nobody has to do anything for the payee's entitlement to grow.
 */
public final class TimeChannel {
  private TimeChannel() {}

  /**
   * Opens a stream and waits for its confirmation.
   *
   * @param rate base units per second
   * @return its id
   * @throws NotIncludedException if the sequencer refuses it
   */
  public static Hash32 open(
      Wallet payer,
      Address payee,
      int token,
      Uint128 deposit,
      Uint128 rate,
      long closeDelaySeconds) {
    Confirmed confirmed =
        payer.send(payer.drafts().timeChannelOpen(payee, token, deposit, rate, closeDelaySeconds));
    return payer.idOpenedBy(confirmed.transaction());
  }

  /**
   * What the payee can have claimed in all at a moment: what the seconds since the opening are
   * worth, at most the deposit. A closing stream stands still from the start of closing.
   *
   * @param clock L2 clock in seconds
   * @throws IllegalArgumentException if it is a channel of another meter
   */
  public static Uint128 entitledAt(ChannelView stream, long clock) {
    if (stream.meter() != Transaction.METER_TIME) {
      throw new IllegalArgumentException("channel " + stream.id() + " does not pay by the second");
    }
    if (stream.isClosed()) {
      return stream.claimed();
    }
    long until = stream.isClosing() ? stream.closeAt() - stream.closeDelaySeconds() : clock;
    BigInteger seconds =
        BigInteger.valueOf(until).subtract(new BigInteger(1, stream.meterKey().toBytes()));
    BigInteger due = stream.meterRate().toBigInteger().multiply(seconds.max(BigInteger.ZERO));
    return Uint128.of(due.min(stream.deposit().toBigInteger())).orElseThrow();
  }

  /** The claim of what is due when it is executed; anybody may submit it. */
  public static SignedTransaction claim(Hash32 channel) {
    return SignedTransaction.unsigned(new Transaction.TimeClaim(channel));
  }
}
