package dev.sluice.state.transition;

import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.inbox.InboxMessage;

/**
 * A message of the inbox with what the accumulator covers beside it ({@code docs/protocol.md} §7).
 *
 * @param message what was queued
 * @param time timestamp of the L1 block, seconds
 * @param witnessWeight cumulative, this message included
 * @param gasWeight cumulative, this message included
 */
public record QueuedMessage(InboxMessage message, long time, long witnessWeight, long gasWeight) {
  /** The link that the accumulator takes. */
  public InboxLink link() {
    return new InboxLink(message.messageHash(), time, witnessWeight, gasWeight);
  }
}
