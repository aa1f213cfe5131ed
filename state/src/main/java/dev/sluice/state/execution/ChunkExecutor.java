package dev.sluice.state.execution;

import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.batch.ChunkWitness;
import dev.sluice.primitives.batch.ChunkWitness.WitnessLeaf;
import dev.sluice.primitives.batch.ChunkWitness.WitnessMessage;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.codec.DecodeResult.Decoded;
import dev.sluice.primitives.codec.DecodeResult.Malformed;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.weight.Weight;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.ledger.Meta;
import dev.sluice.state.transition.QueuedMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;

/**
 * Executes the payload of a chunk as L1 would, and makes the witness from which L1 can ({@code
 * docs/protocol.md} §8, §10). Single writer, like the executor that it drives.
 */
public final class ChunkExecutor {
  private final BlockExecutor executor;
  private final Ledger ledger;

  public ChunkExecutor(BlockExecutor executor) {
    this.executor = executor;
    this.ledger = executor.ledger();
  }

  /**
   * A chunk's outcome and its witness.
   *
   * @param preRoot the root before it
   * @param outcome what it does
   * @param witness what the prover needs, at {@code preRoot}
   */
  public record Witnessed(Hash32 preRoot, ChunkOutcome outcome, byte[] witness) {}

  /**
   * Executes a chunk on the live state, which moves to its post-state.
   *
   * @param headerInboxPosition of the batch's header
   * @param messages the inbox messages behind the state's inbox position, at least up to the
   *     header's
   */
  public ChunkOutcome execute(
      byte[] payload, long headerInboxPosition, List<QueuedMessage> messages) {
    return switch (judge(payload, headerInboxPosition, messages)) {
      case Judgement.Refused refused -> refused.outcome();
      case Judgement.Blocks blocks -> {
        run(blocks.blocks(), messages);
        yield new ChunkOutcome.Executed(executor.root(), blocks.blocks().size());
      }
    };
  }

  /** As {@link #execute}, with the witness. */
  public Witnessed executeWithWitness(
      byte[] payload, long headerInboxPosition, List<QueuedMessage> messages) {
    Hash32 preRoot = executor.root();
    return switch (judge(payload, headerInboxPosition, messages)) {
      case Judgement.Refused refused ->
          switch (refused.outcome()) {
            case ChunkOutcome.MalformedChunk malformed ->
                new Witnessed(preRoot, malformed, ChunkWitness.EMPTY.encode());
            case ChunkOutcome outcome ->
                new Witnessed(
                    preRoot,
                    outcome,
                    witness(metaLeaf(), messages.subList(refused.from(), refused.to()), List.of()));
          };
      case Judgement.Blocks blocks -> {
        ledger.startRecording();
        int taken;
        Ledger.Recording recording;
        try {
          taken = run(blocks.blocks(), messages);
        } finally {
          recording = ledger.stopRecording();
        }
        // The tree still stands at the pre-state: it moves with the next root only.
        byte[] witness = witness(recording, messages.subList(0, taken));
        yield new Witnessed(
            preRoot, new ChunkOutcome.Executed(executor.root(), blocks.blocks().size()), witness);
      }
    };
  }

  /**
   * As {@link #executeWithWitness}, but the state stays where it is: for a chunk that somebody else
   * claims something about.
   */
  public Witnessed probe(byte[] payload, long headerInboxPosition, List<QueuedMessage> messages) {
    ledger.root();
    ledger.startRecording();
    Ledger.Recording before;
    Witnessed witnessed;
    switch (judge(payload, headerInboxPosition, messages)) {
      case Judgement.Refused _ -> {
        ledger.stopRecording();
        return executeWithWitness(payload, headerInboxPosition, messages);
      }
      case Judgement.Blocks blocks -> {
        Hash32 preRoot = executor.root();
        int taken;
        try {
          taken = run(blocks.blocks(), messages);
        } finally {
          before = ledger.stopRecording();
        }
        byte[] witness = witness(before, messages.subList(0, taken));
        witnessed =
            new Witnessed(
                preRoot,
                new ChunkOutcome.Executed(executor.root(), blocks.blocks().size()),
                witness);
      }
    }
    ledger.restore(before);
    if (!executor.root().equals(witnessed.preRoot())) {
      throw new IllegalStateException("the state did not come back to " + witnessed.preRoot());
    }
    return witnessed;
  }

  private sealed interface Judgement {
    /** To be executed. */
    record Blocks(List<Block> blocks) implements Judgement {}

    /**
     * Not to be executed; L1 needs the messages in [from, to) to see that: the last one if their
     * weight decides.
     */
    record Refused(ChunkOutcome outcome, int from, int to) implements Judgement {}
  }

  /**
   * Decides in the order of docs/protocol.md §8: malformed, over-weight by its own bytes, over-run,
   * over-weight together with its messages. The first two need no leaf and no message.
   */
  private Judgement judge(byte[] payload, long headerInboxPosition, List<QueuedMessage> messages) {
    int committeeSizeLog2 = ledger.genesis().committeeSizeLog2();
    Chunk chunk = new Chunk(Hash32.ZERO, Bytes.wrap(payload));
    return switch (chunk.blocks(committeeSizeLog2)) {
      case Malformed<List<Block>> malformed ->
          new Judgement.Refused(
              new ChunkOutcome.MalformedChunk(executor.root(), malformed.reason()), 0, 0);
      case Decoded<List<Block>> decoded -> {
        List<Block> blocks = decoded.value();
        Weight weight = Weight.ofChunk(blocks, committeeSizeLog2);
        if (!weight.fits(Weight.CHUNK_LIMIT)) {
          yield new Judgement.Refused(new ChunkOutcome.OverWeight(executor.root(), weight), 0, 0);
        }
        Meta meta = ledger.meta();
        long taken = BlockExecutor.messagesTaken(blocks);
        long end = meta.inboxPosition() + taken;
        if (Long.compareUnsigned(end, headerInboxPosition) > 0) {
          yield new Judgement.Refused(new ChunkOutcome.OverRun(end, headerInboxPosition), 0, 0);
        }
        if (taken > messages.size()) {
          throw new IllegalArgumentException(
              "the chunk takes " + taken + " inbox messages, " + messages.size() + " are known");
        }
        if (taken > 0) {
          QueuedMessage last = messages.get((int) taken - 1);
          weight =
              weight.plus(
                  new Weight(
                      last.witnessWeight() - meta.inboxWitnessWeight(),
                      last.gasWeight() - meta.inboxGasWeight()));
        }
        yield weight.fits(Weight.CHUNK_LIMIT)
            ? new Judgement.Blocks(blocks)
            : new Judgement.Refused(
                new ChunkOutcome.OverWeight(executor.root(), weight), (int) taken - 1, (int) taken);
      }
    };
  }

  private int run(List<Block> blocks, List<QueuedMessage> messages) {
    int taken = 0;
    for (Block block : blocks) {
      executor.executeOnly(block, messages.subList(taken, messages.size()));
      taken += (int) BlockExecutor.messagesTaken(List.of(block));
    }
    return taken;
  }

  private SortedMap<Long, byte[]> metaLeaf() {
    TreeMap<Long, byte[]> leaves = new TreeMap<>();
    leaves.put(0L, ledger.leaf(LeafType.META, 0));
    return leaves;
  }

  private byte[] witness(Ledger.Recording recording, List<QueuedMessage> messages) {
    return witness(recording.leaves(), messages, recording.keyProofs());
  }

  private byte[] witness(
      SortedMap<Long, byte[]> preimages, List<QueuedMessage> messages, List<Bytes> keyProofs) {
    MultiProof proof = ledger.prove(new ArrayList<>(preimages.keySet()));
    List<WitnessLeaf> leaves = new ArrayList<>(preimages.size());
    for (byte[] preimage : preimages.values()) {
      MultiProof.Position position = proof.positions().get(leaves.size());
      leaves.add(new WitnessLeaf(position.index(), position.mask(), Bytes.wrap(preimage)));
    }
    return new ChunkWitness(
            leaves,
            messages.stream()
                .map(queued -> new WitnessMessage(queued.message(), queued.link()))
                .toList(),
            keyProofs,
            proof.siblings())
        .encode();
  }
}
