package dev.sluice.client.sdk;

/** A payee's judgement of one delivered tick. */
public sealed interface TickCheck {
  /**
   * It is worth more than the last one.
   *
   * @param steps how many ticks more
   */
  record Valid(ChannelTick tick, long steps) implements TickCheck {}

  /** It is worth nothing; what was held before still is. */
  record Invalid(ChannelTick tick, String reason) implements TickCheck {}
}
