package dev.sluice.client.sdk;

import java.util.Optional;
import java.util.OptionalLong;
import org.apache.tuweni.bytes.Bytes;

/** What the sequencer knows of a transaction. */
public sealed interface TransactionStatus {
  /**
   * In a durable block.
   *
   * @param clock L2 clock of the block, seconds
   * @param created index of the withdrawal, channel, provider or job that it appended, by kind
   * @param refused why it had no effect; only messages from L1 can be in a block and refused
   */
  record InBlock(
      long block,
      int position,
      int kind,
      Bytes posted,
      long clock,
      OptionalLong created,
      Optional<Ack.Refused> refused)
      implements TransactionStatus {}

  /** Waits to be in a durable block. */
  record Waiting() implements TransactionStatus {}

  /** Refused not long ago; in no block. */
  record RefusedLately(Ack.Refused refusal) implements TransactionStatus {}

  /** Not known: never sent here, or refused long ago. */
  record Unknown() implements TransactionStatus {}
}
