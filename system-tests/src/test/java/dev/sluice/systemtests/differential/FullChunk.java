package dev.sluice.systemtests.differential;

import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.batch.ChunkWitness;
import dev.sluice.primitives.batch.ChunkWitness.WitnessLeaf;
import dev.sluice.primitives.batch.ChunkWitness.WitnessMessage;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.weight.Weight;
import dev.sluice.systemtests.secondreader.FilledState;
import dev.sluice.systemtests.secondreader.InboxEntry;
import dev.sluice.systemtests.secondreader.SecondReader;
import dev.sluice.systemtests.secondreader.SecondReader.Judgement;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;

/**
 * A chunk of one block, or of a block for each transaction, that takes what {@link
 * FullTransactions} make until no more fits, executed by the second reader over a {@link
 * FilledState}, with the witness that convicts who claims something else of it.
 *
 * @param preRoot root of the filled state
 * @param postRoot the right one
 * @param weight that docs/protocol.md §9 gives it, its messages included
 * @param messages that it consumes: all there are
 */
record FullChunk(
    Hash32 preRoot,
    Hash32 postRoot,
    byte[] payload,
    byte[] witness,
    Weight weight,
    int transactions,
    List<RandomChain.Queued> messages,
    long clock,
    Hash32 blockAccumulator) {

  /**
   * Fills a chunk.
   *
   * @param draws what to add next; asked again until something does not fit
   * @param most transactions, if fewer fit
   * @param apart whether each has a block of its own
   */
  static FullChunk of(
      int committeeSizeLog2,
      FullTransactions made,
      Supplier<FullTransactions.Made> draws,
      int most,
      boolean apart) {
    FilledState filled = made.state();
    SecondReader reader = filled.reader();
    List<FullTransactions.Made> all = new ArrayList<>();
    List<EncodedTransaction> encoded = new ArrayList<>();
    List<RandomChain.Queued> messages = new ArrayList<>();
    TreeSet<Long> keys = new TreeSet<>(List.of(0L, 1L, 2L));
    Weight weight = apart ? Weight.CHUNK : Weight.CHUNK.plus(Weight.BLOCK);
    int bytes = apart ? 0 : Block.OVERHEAD_BYTES;
    filled.takePut();
    while (all.size() < most) {
      FullTransactions.Made next = draws.get();
      EncodedTransaction posted = EncodedTransaction.of(next.posted(), committeeSizeLog2);
      Weight sum = weight.plus(Weight.of(posted, committeeSizeLog2));
      int length = posted.posted().size();
      if (apart) {
        sum = sum.plus(Weight.BLOCK);
        length += Block.OVERHEAD_BYTES;
      }
      for (InboxMessage message : next.messages()) {
        sum = sum.plus(Weight.of(message));
      }
      if (!sum.fits(Weight.CHUNK_LIMIT) || bytes + length > Chunk.PAYLOAD_BYTES_MAX) {
        break;
      }
      weight = sum;
      bytes += length;
      all.add(next);
      encoded.add(posted);
      keys.addAll(filled.takePut());
      next.messages().forEach(message -> queue(message, messages, reader));
    }
    if (all.isEmpty()) {
      throw new IllegalStateException("nothing fits");
    }
    // Committees that registrations go on with.
    keys.addAll(made.lastKeys());
    Hash32 preRoot = Hash32.of(filled.seal());
    SortedMap<Long, byte[]> before = filled.leaves();
    List<List<EncodedTransaction>> blocks =
        apart ? encoded.stream().map(List::of).toList() : List.of(encoded);
    byte[] payload =
        Bytes.concatenate(
                blocks.stream().map(block -> Bytes.wrap(new Block(0, block).encode())).toList())
            .toArrayUnsafe();
    if (reader.judge(payload, messages.size()) != Judgement.EXECUTED) {
      throw new IllegalStateException(reader.judge(payload, messages.size()) + " " + weight);
    }
    List<Bytes> proofs = new ArrayList<>();
    reader.openBlock(0);
    for (int i = 0; i < all.size(); i++) {
      if (apart && i != 0) {
        reader.sealBlock();
        reader.openBlock(0);
      }
      proofs.addAll(all.get(i).proofs().get());
      int refusal = reader.attempt(encoded.get(i).posted().toArray());
      if (refusal != all.get(i).refusal()) {
        throw new IllegalStateException(
            all.get(i).posted() + " was answered " + refusal + ", not " + all.get(i).refusal());
      }
    }
    reader.sealBlock();
    Hash32 postRoot = Hash32.of(reader.root());
    for (long key : filled.leaves().keySet()) {
      if (!before.containsKey(key)) {
        keys.add(key);
      }
    }
    MultiProof proof =
        MultiProof.build(
            (level, index) -> Hash32.of(filled.sealedNode(level, index)),
            MultiProof.DEPTH_MAX,
            List.copyOf(keys));
    List<WitnessLeaf> leaves =
        proof.positions().stream()
            .map(
                position ->
                    new WitnessLeaf(
                        position.index(),
                        position.mask(),
                        Bytes.wrap(before.getOrDefault(position.index(), new byte[0]))))
            .toList();
    byte[] witness =
        new ChunkWitness(
                leaves,
                messages.stream()
                    .map(queued -> new WitnessMessage(queued.message(), queued.link()))
                    .toList(),
                proofs,
                proof.siblings())
            .encode();
    return new FullChunk(
        preRoot,
        postRoot,
        payload,
        witness,
        weight,
        all.size(),
        messages,
        reader.clock(),
        Hash32.of(reader.blockAccumulator()));
  }

  private static void queue(
      InboxMessage message, List<RandomChain.Queued> messages, SecondReader reader) {
    Weight before = Weight.ZERO;
    if (!messages.isEmpty()) {
      InboxLink last = messages.getLast().link();
      before = new Weight(last.witnessWeight(), last.gasWeight());
    }
    Weight sum = before.plus(Weight.of(message));
    InboxLink link =
        new InboxLink(message.messageHash(), RandomChain.START, sum.witnessBytes(), sum.gas());
    messages.add(new RandomChain.Queued(message, link));
    reader.queue(
        List.of(
            new InboxEntry(
                message.kind(),
                message.payload(),
                link.time(),
                link.witnessWeight(),
                link.gasWeight())));
  }
}
