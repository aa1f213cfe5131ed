package dev.sluice.client.sdk;

import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.ArrayList;
import java.util.List;

/**
 * The payee's side of a tick channel: judges each tick and keeps the best. Safe for many threads.
 *
 * <p>A tick is valid if hashing it as often as it is above the one before gives that one, and the
 * deposit covers it.
 */
public final class TickPayee {
  /**
   * How far one tick may be above the one before. Hashing is cheap but not free: a stranger's tick
   * must not cost more than a claim would.
   */
  private static final long STEPS_MAX = Transaction.TICK_STEPS_MAX;

  private final ChannelView opened;
  private final long claimed;
  private long position;
  private Hash32 best;
  private long received;

  /**
   * A channel of meter 2 as the sequencer shows it; ticks count from what is claimed already.
   *
   * @throws IllegalArgumentException if it is a channel of another meter
   */
  public TickPayee(ChannelView opened) {
    if (!opened.isTicks()) {
      throw new IllegalArgumentException("channel " + opened.id() + " does not count ticks");
    }
    this.opened = opened;
    this.claimed = opened.claimedTicks();
    this.position = claimed;
    this.best = opened.meterKey();
  }

  /** As it was when this object was made. */
  public ChannelView opened() {
    return opened;
  }

  /** Judges a tick, and keeps it if it is valid. */
  public synchronized TickCheck receive(ChannelTick tick) {
    if (!tick.channel().equals(opened.id())) {
      return new TickCheck.Invalid(
          tick, "it is for channel " + tick.channel() + ", not " + opened.id());
    }
    long steps = tick.position() - position;
    if (steps < 1 || steps > STEPS_MAX) {
      return new TickCheck.Invalid(tick, "it is at " + tick.position() + ", after " + position);
    }
    boolean covered =
        opened
            .meterRate()
            .tryTimes(tick.position())
            .filter(worth -> worth.compareTo(opened.deposit()) <= 0)
            .isPresent();
    if (!covered) {
      return new TickCheck.Invalid(
          tick, tick.position() + " are above the deposit of " + opened.deposit());
    }
    if (!Ids.earlierTick(tick.value(), steps).equals(best)) {
      return new TickCheck.Invalid(tick, "it does not lead to the tick at " + position);
    }
    position = tick.position();
    best = tick.value();
    received++;
    return new TickCheck.Valid(tick, steps);
  }

  /** The position of the best tick. */
  public synchronized long position() {
    return position;
  }

  /** Everything that the payee can claim, claimed amounts included, base units. */
  public synchronized Uint128 total() {
    return opened.meterRate().tryTimes(position).orElseThrow();
  }

  /** How many valid ticks came. */
  public synchronized long received() {
    return received;
  }

  /** The best tick; of position 0 and the anchor if none came. */
  public synchronized ChannelTick best() {
    return new ChannelTick(opened.index(), opened.id(), position, best);
  }

  /**
   * The claims that pay everything, to be submitted in this order: one for every {@link
   * Transaction#TICK_STEPS_MAX} ticks since the last one claimed. Each costs a fee; none if nothing
   * is due.
   */
  public synchronized List<SignedTransaction> claims() {
    List<SignedTransaction> claims = new ArrayList<>();
    for (long from = claimed; from < position; ) {
      int steps = (int) Math.min(STEPS_MAX, position - from);
      from += steps;
      claims.add(
          SignedTransaction.unsigned(
              new Transaction.TickClaim(
                  opened.id(), from, steps, Ids.earlierTick(best, position - from))));
    }
    return claims;
  }
}
