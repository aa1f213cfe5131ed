package dev.sluice.sequencer.production;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.sequencer.deposit.InboxEntry;
import dev.sluice.state.transition.VerifiedTransaction;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The live state, its log and its store, driven by one thread. */
public interface LiveChain {
  /** Number of the last sealed block. */
  long number();

  /** L2 clock after it, seconds. */
  long clock();

  /**
   * Whether what will be made can be stored.
   *
   * @throws dev.sluice.state.store.StateStoreException.DiskFull while the store has no room
   */
  void requireRoom();

  /**
   * Opens the next block.
   *
   * @param clock seconds, not before {@link #clock}
   */
  void begin(long clock);

  /**
   * Takes the next messages of the inbox into the open block, as one run.
   *
   * @return how many fit; 0 if none
   */
  int take(List<InboxEntry> messages);

  /** Tries a transaction on the open block. */
  Attempt attempt(VerifiedTransaction transaction);

  /** Tries a record on the open block. */
  Attempt attempt(PostedTransaction.HeartbeatRecord record);

  /** Seals the open block; empty if it has no transaction, and then it never was. */
  Optional<SealedBlock> seal();

  /**
   * Makes every block sealed since the last call durable, by one append; when it returns they
   * survive a power failure.
   *
   * @throws IOException if it could not; {@link dev.sluice.state.chain.BlockLogException.DiskFull}
   *     may be tried again
   */
  void makeDurable() throws IOException;

  /**
   * Hands what was made durable to the store, in the background; waits if the store is too far
   * behind.
   */
  void store() throws InterruptedException;
}
