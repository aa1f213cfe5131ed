package dev.sluice.sequencer.heartbeat;

/**
 * Which epoch is when ({@code docs/protocol.md} §2).
 *
 * @param genesisTime seconds
 * @param epochSeconds length of an epoch
 * @param graceSeconds after an epoch in which it can be recorded
 */
public record EpochClock(long genesisTime, long epochSeconds, long graceSeconds) {
  /** The epoch at a time not before genesis. */
  public long epochAt(long seconds) {
    return Math.max(0, seconds - genesisTime) / epochSeconds;
  }

  /** First second of an epoch. */
  public long startsAt(long epoch) {
    return genesisTime + epoch * epochSeconds;
  }

  /** First second after an epoch. */
  public long endsAt(long epoch) {
    return startsAt(epoch + 1);
  }

  /**
   * Heartbeats are taken before this second: a third of the grace is theirs, the rest is for
   * getting the record into a block.
   */
  public long closesAt(long epoch) {
    return endsAt(epoch) + Math.min(graceSeconds / 3, 30);
  }

  /** First second at which an epoch can no longer be recorded. */
  public long expiresAt(long epoch) {
    return endsAt(epoch) + graceSeconds;
  }
}
