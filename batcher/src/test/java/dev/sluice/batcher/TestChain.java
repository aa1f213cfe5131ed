package dev.sluice.batcher;

import dev.sluice.batcher.source.BlockSource;
import dev.sluice.batcher.source.SourcedBlock;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.BlockCommitment;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.primitives.weight.Weight;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Blocks that look like a sequencer's: consecutive, with roots that follow each other, of random
 * size. Roots are names, not states.
 */
public final class TestChain {
  public static final int COMMITTEE_SIZE_LOG2 = 9;

  private final RandomGenerator random;
  private final Hash32 genesisRoot;
  private final long genesisTime;
  private final boolean withMessages;
  private final List<SourcedBlock> blocks = new ArrayList<>();

  /**
   * @param withMessages whether some blocks consume inbox messages
   */
  public TestChain(
      RandomGenerator random, Hash32 genesisRoot, long genesisTime, boolean withMessages) {
    this.random = random;
    this.genesisRoot = genesisRoot;
    this.genesisTime = genesisTime;
    this.withMessages = withMessages;
  }

  public static Hash32 name(String text) {
    return Hash32.of(Keccak256.hash(text.getBytes(StandardCharsets.US_ASCII)));
  }

  public List<SourcedBlock> blocks() {
    return List.copyOf(blocks);
  }

  public Hash32 root(long number) {
    return number == 0 ? genesisRoot : name("root " + number);
  }

  public void grow(int count) {
    for (int i = 0; i < count; i++) {
      blocks.add(next());
    }
  }

  private SourcedBlock next() {
    long number = blocks.size() + 1L;
    Optional<SourcedBlock> before =
        blocks.isEmpty() ? Optional.empty() : Optional.of(blocks.getLast());
    List<EncodedTransaction> transactions = new ArrayList<>();
    int count = 1 + random.nextInt(random.nextInt(4) == 0 ? 30 : 4);
    for (int i = 0; i < count; i++) {
      transactions.add(
          EncodedTransaction.of(
              random.nextBoolean()
                  ? new PostedTransaction.ChannelCloseFinalize(random.nextInt(1 << 20))
                  : new PostedTransaction.Transfer(
                      random.nextInt(1 << 20),
                      new Recipient.Existing(random.nextInt(1 << 20)),
                      0,
                      Uint128.of(random.nextLong(1L << 60)),
                      null,
                      WalletSignature.NONE),
              COMMITTEE_SIZE_LOG2));
    }
    long position = before.map(b -> b.commitment().inboxPosition()).orElse(0L);
    Weight weight = before.map(SourcedBlock::inboxWeight).orElse(Weight.ZERO);
    if (withMessages && random.nextInt(4) == 0) {
      int messages = 1 + random.nextInt(2);
      position += messages;
      for (int i = 0; i < messages; i++) {
        weight = weight.plus(new Weight(2_020, 40_000));
      }
    }
    Block block = new Block(1, transactions);
    return new SourcedBlock(
        block,
        new BlockCommitment(
            number,
            genesisTime + number / 100,
            position,
            position == 0 ? Hash32.ZERO : name("inbox " + position),
            count,
            block.transactionTree().root()),
        name("accumulator " + number),
        root(number - 1),
        root(number),
        weight);
  }

  /** A source over this chain that never has to wait. */
  public BlockSource source() {
    return new BlockSource() {
      private long next = 1;

      @Override
      public void seek(long first) {
        next = first;
      }

      @Override
      public Optional<SourcedBlock> poll() {
        if (next > blocks.size()) {
          return Optional.empty();
        }
        next++;
        return Optional.of(blocks.get((int) next - 2));
      }

      @Override
      public Optional<String> trouble() {
        return Optional.empty();
      }

      @Override
      public void close() {}
    };
  }
}
