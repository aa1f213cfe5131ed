package dev.sluice.l1.connection;

/** Which L1 block a question is about. */
public sealed interface BlockTag {
  /** The newest block. */
  record Latest() implements BlockTag {}

  /** The newest block that an honest majority will not reorg. */
  record Safe() implements BlockTag {}

  /** The newest block that L1 promises never to reorg. */
  record Finalized() implements BlockTag {}

  /** A block by number. */
  record AtNumber(long number) implements BlockTag {}

  /** The newest block. */
  BlockTag LATEST = new Latest();

  /** See {@link Safe}. */
  BlockTag SAFE = new Safe();

  /** See {@link Finalized}. */
  BlockTag FINALIZED = new Finalized();
}
