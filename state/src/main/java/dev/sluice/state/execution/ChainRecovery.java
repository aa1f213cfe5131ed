package dev.sluice.state.execution;

import dev.sluice.primitives.codec.DecodeResult.Decoded;
import dev.sluice.primitives.codec.DecodeResult.Malformed;
import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.chain.BlockLog;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.store.BlockWrite;
import dev.sluice.state.store.StateStore;
import java.io.IOException;

/**
 * From what a stopped process left to a running executor: the store's head, then every block of the
 * log behind it.
 */
public final class ChainRecovery {
  private ChainRecovery() {}

  /** Store, log and execution do not lead to the same chain. */
  public static final class Inconsistent extends IOException {
    private static final long serialVersionUID = 1L;

    Inconsistent(String message) {
      super(message);
    }
  }

  /** Adds rows of its own to what a replayed block gives the store. */
  @FunctionalInterface
  public interface Rows {
    /**
     * The rows of a block.
     *
     * @param after the state after it
     */
    BlockWrite of(ExecutedBlock block, Ledger after);
  }

  /**
   * As {@link #recover(Genesis, TypedData, NodeHasher, StateStore, BlockLog, Rows)} with the
   * executor's rows only.
   */
  public static BlockExecutor recover(
      Genesis genesis, TypedData domain, NodeHasher hasher, StateStore store, BlockLog log)
      throws IOException {
    return recover(genesis, domain, hasher, store, log, (block, _) -> block.write());
  }

  /**
   * Recovers the chain; the store is brought up to the log's end.
   *
   * @param log whose first record ever is block 1
   * @param rows what a replayed block gives the store, as when it was first executed
   * @throws Inconsistent with both sides of the disagreement, before anything behind it is stored
   */
  public static BlockExecutor recover(
      Genesis genesis,
      TypedData domain,
      NodeHasher hasher,
      StateStore store,
      BlockLog log,
      Rows rows)
      throws IOException {
    BlockExecutor executor;
    if (store.head() < 0) {
      executor = new BlockExecutor(Ledger.genesis(genesis, hasher), domain);
      store.commit(executor.genesisWrite());
    } else {
      executor = new BlockExecutor(Ledger.load(genesis, hasher, store), domain);
      requireRoot(genesis, store, executor.root());
    }
    long head = store.head();
    if (log.nextSequence() <= head) {
      throw new Inconsistent(
          "the store has block " + head + ", the log ends at " + (log.nextSequence() - 1));
    }
    if (log.firstSequence() > head + 1) {
      throw new Inconsistent(
          "the store ends at block " + head + ", the log begins at " + log.firstSequence());
    }
    log.read(
        head + 1,
        (number, bytes) -> {
          BlockRecord record = decode(genesis, number, bytes);
          ExecutedBlock replayed = executor.execute(record.block(), record.messages());
          if (!replayed.record().equals(record)) {
            throw new Inconsistent(
                "block "
                    + number
                    + " of the log leads to "
                    + describe(replayed.record())
                    + ", it was sealed with "
                    + describe(record));
          }
          store.commit(rows.of(replayed, executor.ledger()));
        });
    return executor;
  }

  private static void requireRoot(Genesis genesis, StateStore store, Hash32 root)
      throws Inconsistent {
    long head = store.head();
    if (head == 0) {
      return;
    }
    byte[] bytes =
        store.block(head).orElseThrow(() -> new Inconsistent("the store lacks its head " + head));
    BlockRecord record = decode(genesis, head, bytes);
    if (!record.stateRoot().equals(root)) {
      throw new Inconsistent(
          "the stored leaves have the root "
              + root
              + ", block "
              + head
              + " was sealed with "
              + record.stateRoot());
    }
  }

  private static BlockRecord decode(Genesis genesis, long number, byte[] bytes)
      throws Inconsistent {
    return switch (BlockRecord.decode(bytes, genesis.committeeSizeLog2())) {
      case Decoded<BlockRecord> decoded -> decoded.value();
      case Malformed<BlockRecord> malformed ->
          throw new Inconsistent("block " + number + " is malformed: " + malformed.reason());
    };
  }

  private static String describe(BlockRecord record) {
    return "number "
        + record.number()
        + ", accumulator "
        + record.accumulator()
        + ", root "
        + record.stateRoot();
  }
}
