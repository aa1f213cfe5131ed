package dev.sluice.systemtests.removal;

/** A sequencer as far as roots go: it executes chunks and says what it would post. */
public interface Sequencer {
  /** Adds a message of the inbox, with its cumulative weights. */
  void queue(int kind, byte[] payload, long time, long witnessWeight, long gasWeight);

  /** Executes a chunk; the root behind it, zero if it has none. */
  byte[] execute(byte[] payload, long headerInboxPosition);

  /** L2 seconds. */
  long clock();

  /** Of the last block. */
  long blockNumber();

  /** After the last block. */
  byte[] blockAccumulator();

  /** Messages consumed. */
  long inboxPosition();
}
