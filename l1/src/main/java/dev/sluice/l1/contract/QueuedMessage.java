package dev.sluice.l1.contract;

import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.value.Hash32;

/**
 * A message of the Inbox with its place in the accumulator chain and on L1 ({@code
 * docs/protocol.md} §7).
 *
 * @param index position in the Inbox, from 0
 * @param link hash, time and cumulative weights, this message included
 * @param accumulator after this message, as the contract computed it
 * @param l1Block where it stands on L1
 */
public record QueuedMessage(
    long index,
    InboxMessage message,
    InboxLink link,
    Hash32 accumulator,
    long l1Block,
    Hash32 l1BlockHash,
    Hash32 transactionHash) {}
