package dev.sluice.state.execution;

import dev.sluice.primitives.codec.Malformation;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.weight.Weight;

/** What a chunk does to the state ({@code docs/protocol.md} §8). */
public sealed interface ChunkOutcome {
  /** The only correct root after the chunk. */
  Hash32 postRoot();

  /** Its blocks were executed. */
  record Executed(Hash32 postRoot, int blocks) implements ChunkOutcome {}

  /** No whole blocks: a no-op. */
  record MalformedChunk(Hash32 postRoot, Malformation reason) implements ChunkOutcome {}

  /** Heavier than a chunk may be: a no-op. */
  record OverWeight(Hash32 postRoot, Weight weight) implements ChunkOutcome {}

  /**
   * Its message runs pass the header's inbox position: the root is 0 by definition, the state is as
   * before.
   */
  record OverRun(long position, long headerPosition) implements ChunkOutcome {
    @Override
    public Hash32 postRoot() {
      return Hash32.ZERO;
    }
  }
}
