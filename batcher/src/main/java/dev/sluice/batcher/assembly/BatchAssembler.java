package dev.sluice.batcher.assembly;

import dev.sluice.batcher.source.SourcedBlock;
import dev.sluice.primitives.batch.BatchData;
import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.weight.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Packs blocks greedily into chunks and chunks into one batch. Single-threaded, deterministic. */
public final class BatchAssembler {
  /**
   * Most bytes of data in one batch. 128 KiB is what pools relay; a post's other arguments are 736
   * bytes, padding at most 31, the signed envelope below 200.
   */
  public static final int DATA_BYTES_MAX = 128 * 1024 - 1_024;

  private final int committeeSizeLog2;
  private final int dataBytesMax;
  private final List<ClosingRule> rules;

  private final List<Chunk> closed = new ArrayList<>();
  private final List<Block> open = new ArrayList<>();
  private int openBytes;
  private Weight openWeight = Weight.CHUNK;
  private int dataBytes;
  private long blocks;
  private long openedAtMillis;

  private long firstBlock;
  private long lastBlock;
  private Hash32 root;
  private Weight inboxWeight;
  private Optional<SourcedBlock> last = Optional.empty();

  /**
   * Begins after {@code lastBlock}.
   *
   * @param dataBytesMax at most {@link #DATA_BYTES_MAX}, and at least one full chunk
   * @param lastBlock number of the last block of the batch before
   * @param root the root after it
   * @param inboxWeight the Inbox's cumulative weights at its inbox position
   */
  public BatchAssembler(
      int committeeSizeLog2,
      int dataBytesMax,
      List<ClosingRule> rules,
      long lastBlock,
      Hash32 root,
      Weight inboxWeight) {
    if (dataBytesMax < Chunk.OVERHEAD_BYTES + Chunk.PAYLOAD_BYTES_MAX
        || dataBytesMax > DATA_BYTES_MAX) {
      throw new IllegalArgumentException("dataBytesMax " + dataBytesMax);
    }
    this.committeeSizeLog2 = committeeSizeLog2;
    this.dataBytesMax = dataBytesMax;
    this.rules = List.copyOf(rules);
    this.firstBlock = lastBlock + 1;
    this.lastBlock = lastBlock;
    this.root = root;
    this.inboxWeight = inboxWeight;
  }

  /** The number of the block that comes next. */
  public long nextBlock() {
    return lastBlock + 1;
  }

  /**
   * Takes the next block if there is room.
   *
   * @return false if it does not fit: cut the batch, then offer it again
   * @throws IllegalStateException if it is not the next block, does not begin at the last root, or
   *     fits into no chunk at all: the sequencer broke the protocol, and posting it would lose the
   *     bond
   */
  public boolean offer(SourcedBlock block, long nowMillis) {
    if (block.number() != nextBlock() || !block.preRoot().equals(root)) {
      throw new IllegalStateException(
          "block "
              + block.number()
              + " on root "
              + block.preRoot()
              + " does not follow block "
              + lastBlock
              + " with root "
              + root);
    }
    int bytes = block.block().encodedBytes();
    Weight weight =
        Weight.of(block.block(), committeeSizeLog2).plus(since(inboxWeight, block.inboxWeight()));
    if (bytes > Chunk.PAYLOAD_BYTES_MAX || !Weight.CHUNK.plus(weight).fits(Weight.CHUNK_LIMIT)) {
      throw new IllegalStateException(
          "block "
              + block.number()
              + " of "
              + bytes
              + " bytes and "
              + weight
              + " fits into no chunk");
    }
    boolean joins =
        !open.isEmpty()
            && openBytes + bytes <= Chunk.PAYLOAD_BYTES_MAX
            && openWeight.plus(weight).fits(Weight.CHUNK_LIMIT);
    int grows = joins ? bytes : bytes + Chunk.OVERHEAD_BYTES;
    int chunks = closed.size() + (open.isEmpty() ? 0 : 1) + (joins ? 0 : 1);
    if (dataBytes + grows > dataBytesMax || chunks > BatchData.CHUNKS_MAX) {
      return false;
    }
    if (!joins) {
      closeChunk();
    }
    if (blocks == 0) {
      openedAtMillis = nowMillis;
    }
    open.add(block.block());
    openBytes += bytes;
    openWeight = openWeight.plus(weight);
    dataBytes += grows;
    blocks++;
    lastBlock = block.number();
    root = block.postRoot();
    inboxWeight = block.inboxWeight();
    last = Optional.of(block);
    return true;
  }

  /** Whether a rule wants the batch posted now; an empty batch never is. */
  public boolean isDue(long nowMillis) {
    if (blocks == 0) {
      return false;
    }
    BatchShape shape =
        new BatchShape(dataBytes, closed.size() + (open.isEmpty() ? 0 : 1), blocks, openedAtMillis);
    return rules.stream().anyMatch(rule -> rule.closes(shape, nowMillis));
  }

  /** The batch of everything taken, and a fresh start after it; empty if nothing was taken. */
  public Optional<AssembledBatch> cut() {
    if (last.isEmpty()) {
      return Optional.empty();
    }
    SourcedBlock end = last.get();
    closeChunk();
    AssembledBatch batch =
        new AssembledBatch(
            firstBlock,
            lastBlock,
            new BatchData(closed),
            end.blockAccumulator(),
            end.commitment().clock(),
            end.commitment().inboxPosition(),
            end.commitment().inboxAccumulator());
    closed.clear();
    dataBytes = 0;
    blocks = 0;
    firstBlock = lastBlock + 1;
    last = Optional.empty();
    return Optional.of(batch);
  }

  private void closeChunk() {
    if (!open.isEmpty()) {
      closed.add(Chunk.of(root, open));
      open.clear();
      openBytes = 0;
      openWeight = Weight.CHUNK;
    }
  }

  /** What the messages between two cumulative weights weigh; both grow (u64, far from wrapping). */
  private static Weight since(Weight before, Weight after) {
    return new Weight(after.witnessBytes() - before.witnessBytes(), after.gas() - before.gas());
  }
}
