package dev.sluice.sequencer.query;

import dev.sluice.primitives.codec.DecodeResult;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.sequencer.feed.BlockArchive;
import dev.sluice.sequencer.production.BlockBoundary;
import dev.sluice.sequencer.production.SealedBlock;
import dev.sluice.state.execution.BlockRecord;
import dev.sluice.state.execution.Receipt;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.store.StateStore;
import dev.sluice.state.store.StateStore.Location;
import dev.sluice.state.store.StoreWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;

/**
 * Typed reads of the store, which first let it catch up with the head known now: whoever was told
 * about a block reads its effects. Thread-safe.
 */
public final class ChainReader implements BlockArchive {
  private static final int U32_MAX_INDEX = Integer.MAX_VALUE;

  private final StateStore store;
  private final StoreWriter writer;
  private final Genesis genesis;
  private final LongSupplier head;

  /**
   * @param head number of the last durable block
   */
  public ChainReader(StateStore store, StoreWriter writer, Genesis genesis, LongSupplier head) {
    this.store = store;
    this.writer = writer;
    this.genesis = genesis;
    this.head = head;
  }

  /**
   * Waits until the store has the head of now, and returns its number. While the disk is full it
   * does not wait: reads go on, as of the number returned.
   */
  public long catchUp() {
    long target = head.getAsLong();
    try {
      return Math.min(target, writer.awaitCommitted(target));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException(
          "interrupted while the store catches up with block " + target);
    }
  }

  @Override
  public Optional<SealedBlock> block(long number) {
    catchUp();
    return store
        .block(number)
        .filter(_ -> number > 0)
        .map(
            bytes ->
                new SealedBlock(
                    BlockRecord.decode(bytes, genesis.committeeSizeLog2()).orElseThrow(),
                    boundary(number)
                        .orElseThrow(
                            () ->
                                new IllegalStateException("block " + number + " has no boundary")),
                    List.of()));
  }

  /** What is kept of the end of a block. */
  public Optional<BlockBoundary> boundary(long number) {
    return store
        .leaf(BlockBoundary.STORED, (int) number)
        .map(bytes -> BlockBoundary.decode(bytes).orElseThrow());
  }

  /** The leaf as of the head of now, or empty. */
  public <T extends Leaf> Optional<T> leaf(LeafType type, long index, Class<T> kind) {
    catchUp();
    return stored(type, index, kind);
  }

  /** The leaf as the store has it now; for what never changes or is polled anyhow. */
  public <T extends Leaf> Optional<T> stored(LeafType type, long index, Class<T> kind) {
    if (index < 0 || index > U32_MAX_INDEX) {
      return Optional.empty();
    }
    return store.leaf(type.number(), (int) index).map(bytes -> decode(type, index, bytes, kind));
  }

  private <T extends Leaf> T decode(LeafType type, long index, byte[] bytes, Class<T> kind) {
    return switch (Leaf.decode(type.key(index), bytes, genesis.committeeSizeLog2())) {
      case DecodeResult.Decoded<Leaf>(Leaf leaf) -> kind.cast(leaf);
      case DecodeResult.Malformed<Leaf>(var reason) ->
          throw new IllegalStateException("stored leaf " + type + " " + index + ": " + reason);
    };
  }

  /** The hash of a provider's device key, or empty if there is no such provider. */
  public Optional<Hash32> deviceKeyHash(long provider) {
    return store.leaf(Ledger.STORED_DEVICE_KEYS, (int) provider).map(Keccak256::hash32);
  }

  /** The meta leaf as of the head of now. */
  public Leaf.Meta meta() {
    return leaf(LeafType.META, Leaf.META_INDEX, Leaf.Meta.class)
        .orElseThrow(() -> new IllegalStateException("the store has no meta leaf"));
  }

  /** Accounts of an owner, ascending, at most {@code limit}. */
  public List<Integer> accounts(Address owner, int limit) {
    catchUp();
    return store.accounts(owner, 0, limit);
  }

  /** The last receipt of a transaction. */
  public Optional<Receipt> receipt(Hash32 id) {
    catchUp();
    return store.location(id).flatMap(this::receipt);
  }

  /** The receipt at a place. */
  public Optional<Receipt> receipt(Location location) {
    return store.receipt(location).map(bytes -> Receipt.decode(bytes).orElseThrow());
  }

  /** Places of receipts that concern an account, newest first. */
  public List<Location> history(int account, Location before, int limit) {
    catchUp();
    return store.history(account, before, limit);
  }
}
