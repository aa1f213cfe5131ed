package dev.sluice.sequencer.production;

import dev.sluice.primitives.codec.ByteReader;
import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.codec.DecodeResult;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.store.BlockWrite;
import java.util.ArrayList;
import java.util.List;

/**
 * What the sequencer keeps of the state at the end of a block, beside the block's record, to answer
 * later without the state of then.
 *
 * <pre>
 *   preRoot x32 | inboxWitnessWeight u64 | inboxGasWeight u64 | withdrawals u32 | upperMask u8 | n x sibling x32
 * </pre>
 *
 * @param preRoot state root before the block
 * @param inboxWitnessWeight cumulative, at the block's inbox position
 * @param inboxGasWeight cumulative, likewise
 * @param withdrawals leaves of type 2 after the block
 * @param upperSiblings the siblings of the withdrawals' subtree at levels 32 to 39, zeros included
 */
public record BlockBoundary(
    Hash32 preRoot,
    long inboxWitnessWeight,
    long inboxGasWeight,
    long withdrawals,
    List<Hash32> upperSiblings) {
  /** Type number of the store's rows that hold boundaries, by block number; no leaf of the tree. */
  public static final int STORED = 254;

  /** Levels above the subtree of one type. */
  public static final int UPPER_LEVELS = 8;

  private static final int TYPE_LEVELS = 32;

  public BlockBoundary {
    upperSiblings = List.copyOf(upperSiblings);
    if (upperSiblings.size() != UPPER_LEVELS) {
      throw new IllegalArgumentException(upperSiblings.size() + " siblings");
    }
  }

  /**
   * The boundary of the block that led to a state.
   *
   * @param after the state right after the block, all hashed
   * @param preRoot state root before the block
   */
  public static BlockBoundary after(Ledger after, Hash32 preRoot) {
    MultiProof proof = after.prove(List.of(LeafType.WITHDRAWAL.key(0)));
    long mask = proof.positions().getFirst().mask();
    int next = Long.bitCount(mask & (1L << TYPE_LEVELS) - 1);
    List<Hash32> upper = new ArrayList<>(UPPER_LEVELS);
    for (int i = 0; i < UPPER_LEVELS; i++) {
      boolean present = (mask >>> TYPE_LEVELS + i & 1) != 0;
      upper.add(present ? proof.siblings().get(next++) : Hash32.ZERO);
    }
    return new BlockBoundary(
        preRoot,
        after.meta().inboxWitnessWeight(),
        after.meta().inboxGasWeight(),
        after.withdrawals().count(),
        upper);
  }

  /** A block's rows and this one, so that one commit stores both. */
  public BlockWrite addedTo(BlockWrite write) {
    List<BlockWrite.Leaf> rows = new ArrayList<>(write.leaves());
    rows.add(new BlockWrite.Leaf(STORED, (int) write.number(), encode()));
    return new BlockWrite(
        write.number(), write.block(), write.receipts(), rows, write.touches(), write.owners());
  }

  /** The row. */
  public byte[] encode() {
    ByteWriter out =
        new ByteWriter(64 + Hash32.BYTES * UPPER_LEVELS)
            .hash32(preRoot)
            .u64(inboxWitnessWeight)
            .u64(inboxGasWeight)
            .u32(withdrawals);
    int mask = 0;
    for (int i = 0; i < UPPER_LEVELS; i++) {
      mask |= upperSiblings.get(i).isZero() ? 0 : 1 << i;
    }
    out.u8(mask);
    upperSiblings.stream().filter(sibling -> !sibling.isZero()).forEach(out::hash32);
    return out.toBytes();
  }

  /** Decodes a row. */
  public static DecodeResult<BlockBoundary> decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    Hash32 preRoot = in.hash32();
    long witness = in.u64();
    long gas = in.u64();
    long withdrawals = in.u32();
    int mask = in.u8();
    List<Hash32> siblings = new ArrayList<>(UPPER_LEVELS);
    for (int i = 0; i < UPPER_LEVELS; i++) {
      siblings.add((mask & 1 << i) == 0 ? Hash32.ZERO : in.hash32());
    }
    return in.finish(_ -> new BlockBoundary(preRoot, witness, gas, withdrawals, siblings));
  }
}
