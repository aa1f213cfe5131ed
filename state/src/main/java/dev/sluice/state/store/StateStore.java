package dev.sluice.state.store;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The port to what is kept of the chain. One writer commits; any thread reads and sees whole blocks
 * only.
 *
 * <p>Every method throws {@link StateStoreException} when the disk or the library fails.
 */
public interface StateStore extends AutoCloseable {
  /** Rows that one page of a listing holds at most, so that no query is unbounded. */
  int PAGE_MAX = 1_000;

  /**
   * Number of the last committed block; what a restart resumes behind.
   *
   * @return the genesis block's number 0 if only genesis was committed, -1 for a new store
   */
  long head();

  /**
   * Adds one block, atomically. The first write of a new store may have any number (genesis: 0);
   * afterwards only {@code head() + 1} is taken, and anything else throws {@link
   * IllegalArgumentException}.
   */
  void commit(BlockWrite write);

  /** Makes every commit so far survive a power failure; a killed process loses none in any case. */
  void sync();

  Optional<byte[]> block(long number);

  /** Where the transaction's last receipt is. */
  Optional<Location> location(Hash32 transactionId);

  Optional<byte[]> receipt(Location location);

  /** A block's receipts in order; empty if the block is unknown. */
  List<byte[]> receipts(long number);

  Optional<byte[]> leaf(int type, int index);

  /** Visits every leaf of a type, in ascending index. */
  void forEachLeaf(int type, LeafVisitor visitor);

  /**
   * Receipts that concern an account, newest first.
   *
   * @param before only receipts strictly before this place; {@link Location#LAST} for the first
   *     page
   * @param limit 1 to {@link #PAGE_MAX}, else {@link IllegalArgumentException}
   */
  List<Location> history(int account, Location before, int limit);

  /**
   * Accounts of an owner in ascending index.
   *
   * @param from the first index to list, 0 for the first page
   * @param limit 1 to {@link #PAGE_MAX}, else {@link IllegalArgumentException}
   */
  List<Integer> accounts(Address owner, int from, int limit);

  /** Keeps a channel's latest voucher; durable against a power failure on return. */
  default void putVoucher(Hash32 channelId, byte[] voucher) {
    putVouchers(Map.of(channelId, voucher));
  }

  /**
   * Keeps the latest vouchers of many channels, all or none; one durable write, so that it costs no
   * more waiting than one voucher. Durable against a power failure on return.
   */
  void putVouchers(Map<Hash32, byte[]> latestByChannelId);

  Optional<byte[]> voucher(Hash32 channelId);

  /** How far L1 has confirmed the chain; zeros if never set. */
  ConfirmedHeads confirmedHeads();

  void putConfirmedHeads(ConfirmedHeads heads);

  @Override
  void close();

  /** Takes leaves. */
  @FunctionalInterface
  interface LeafVisitor {
    void leaf(int index, byte[] bytes);
  }

  /**
   * The place of a receipt.
   *
   * @param block block number
   * @param ordinal place in the block's receipts, from 0
   */
  record Location(long block, int ordinal) implements Comparable<Location> {
    /** Behind every receipt. */
    public static final Location LAST = new Location(Long.MAX_VALUE, Integer.MAX_VALUE);

    public Location {
      if (block < 0 || ordinal < 0) {
        throw new IllegalArgumentException("block " + block + ", ordinal " + ordinal);
      }
    }

    @Override
    public int compareTo(Location other) {
      return block != other.block
          ? Long.compare(block, other.block)
          : Integer.compare(ordinal, other.ordinal);
    }
  }

  /**
   * Block numbers up to which the chain is on L1.
   *
   * @param safe last block of a posted batch
   * @param finalized last block of a batch whose challenge window is over
   */
  record ConfirmedHeads(long safe, long finalized) {
    /** Only genesis is on L1. */
    public static final ConfirmedHeads GENESIS = new ConfirmedHeads(0, 0);

    public ConfirmedHeads {
      if (finalized < 0 || safe < finalized) {
        throw new IllegalArgumentException("safe " + safe + ", finalized " + finalized);
      }
    }
  }
}
