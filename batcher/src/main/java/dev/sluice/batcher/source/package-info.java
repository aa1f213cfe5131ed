/**
 * Where blocks come from: the sequencer's feed, resumable at any block. In: a gRPC channel. Out:
 * {@link dev.sluice.batcher.source.SourcedBlock}s, consecutive and decoded. A feed that is away is
 * simply silent; it is asked again. Bounded: at most a few hundred blocks wait between the stream
 * and the assembler.
 */
@NullMarked
package dev.sluice.batcher.source;

import org.jspecify.annotations.NullMarked;
