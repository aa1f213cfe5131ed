package dev.sluice.sequencer.deposit;

import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.value.Hash32;

/**
 * A message of the L1 inbox, deep enough to be consumed ({@code docs/protocol.md} §7).
 *
 * @param index in the inbox, from 0
 * @param link its hash, time and cumulative weights
 * @param accumulator after it
 */
public record InboxEntry(long index, InboxMessage message, InboxLink link, Hash32 accumulator) {}
