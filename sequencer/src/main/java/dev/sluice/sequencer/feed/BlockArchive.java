package dev.sluice.sequencer.feed;

import dev.sluice.sequencer.production.SealedBlock;
import java.util.Optional;

/** The port to blocks of the past. Thread-safe. */
@FunctionalInterface
public interface BlockArchive {
  /** A durable block, or empty if there is none with this number (0 has none). */
  Optional<SealedBlock> block(long number);
}
