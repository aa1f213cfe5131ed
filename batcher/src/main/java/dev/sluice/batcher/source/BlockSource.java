package dev.sluice.batcher.source;

import java.util.Optional;

/** Blocks in order from any number on. One thread at a time. */
public interface BlockSource extends AutoCloseable {
  /** From now on {@link #poll} gives {@code next}, {@code next + 1}, …; the first block is 1. */
  void seek(long next);

  /** The next block if it is there, waiting for it a moment; empty if not. */
  Optional<SourcedBlock> poll() throws InterruptedException;

  /** Why nothing comes, in words, if the last stream broke and no block came since. */
  Optional<String> trouble();

  /** Releases what {@link #seek} opened. */
  @Override
  void close();
}
