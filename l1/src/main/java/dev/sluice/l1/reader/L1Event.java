package dev.sluice.l1.reader;

import dev.sluice.l1.contract.ConvictedBatch;
import dev.sluice.l1.contract.PostedBatch;
import dev.sluice.l1.contract.QueuedMessage;
import dev.sluice.primitives.value.Hash32;

/** Something that the reader saw, in the order of L1. */
public sealed interface L1Event {
  /** The next message of the Inbox; its accumulator was verified. */
  record MessageQueued(QueuedMessage message) implements L1Event {}

  /**
   * A batch was posted. The first is batch 0, the genesis header, made by the deployment itself.
   */
  record BatchPosted(PostedBatch batch) implements L1Event {}

  /** A batch was convicted; it and all later ones are gone. */
  record BatchConvicted(ConvictedBatch batch) implements L1Event {}

  /**
   * L1 reorganised below what was read. Everything from blocks above {@code toBlock} is void and
   * will be told again as it is now.
   *
   * @param toBlock the newest block that still stands
   * @param messages inbox messages that still stand
   */
  record Rewound(long toBlock, Hash32 toBlockHash, long messages) implements L1Event {}
}
