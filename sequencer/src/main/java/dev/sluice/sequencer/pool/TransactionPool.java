package dev.sluice.sequencer.pool;

import dev.sluice.primitives.transaction.AdmissionError;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.sequencer.admission.Admission;
import dev.sluice.sequencer.admission.Rejection;
import dev.sluice.sequencer.confirmation.FrameAnswer;
import dev.sluice.sequencer.confirmation.FrameReply;
import dev.sluice.state.transition.VerifiedTransaction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Frames of verified transactions, first in, first out, bounded in total and per account. Any
 * thread offers; production alone takes.
 */
public final class TransactionPool {
  private final int transactionsMax;
  private final int accountPendingMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<PooledFrame> frames = new ArrayDeque<>();
  private final Map<Long, Integer> pendingByAccount = new HashMap<>();
  private final Set<Hash32> ids = new HashSet<>();
  private int held;
  private boolean nudged;
  private Optional<Rejection> closed = Optional.empty();

  /**
   * @param transactionsMax transactions held at most, those in production's hands included
   * @param accountPendingMax of them, of one account
   */
  public TransactionPool(int transactionsMax, int accountPendingMax) {
    if (transactionsMax < 1 || accountPendingMax < 1) {
      throw new IllegalArgumentException(transactionsMax + ", " + accountPendingMax);
    }
    this.transactionsMax = transactionsMax;
    this.accountPendingMax = accountPendingMax;
  }

  /** Takes what fits of a frame, in order, and answers the rest at once. */
  public void offer(List<Admission> admissions, FrameReply reply) {
    List<FrameAnswer.Refused> refused = new ArrayList<>();
    List<VerifiedTransaction> taken = new ArrayList<>(admissions.size());
    int[] indices = new int[admissions.size()];
    lock.lock();
    try {
      for (int i = 0; i < admissions.size(); i++) {
        switch (admissions.get(i)) {
          case Admission.Refused(Rejection rejection) ->
              refused.add(new FrameAnswer.Refused(i, rejection));
          case Admission.Verified(VerifiedTransaction transaction) -> {
            Optional<Rejection> full = take(transaction);
            if (full.isPresent()) {
              refused.add(new FrameAnswer.Refused(i, full.get()));
            } else {
              indices[taken.size()] = i;
              taken.add(transaction);
            }
          }
        }
      }
      if (!taken.isEmpty()) {
        frames.add(new PooledFrame(taken, Arrays.copyOf(indices, taken.size()), reply));
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    if (!refused.isEmpty()) {
      reply.answer(FrameAnswer.refusals(refused));
    }
  }

  private Optional<Rejection> take(VerifiedTransaction transaction) {
    if (closed.isPresent()) {
      return closed;
    }
    if (held >= transactionsMax) {
      return Optional.of(
          Rejection.of(
              AdmissionError.POOL_FULL, transactionsMax + " transactions wait; try again"));
    }
    if (transaction.signed().transaction() instanceof Transaction.WalletSigned signed) {
      int pending = pendingByAccount.getOrDefault(signed.account(), 0);
      if (pending >= accountPendingMax) {
        return Optional.of(
            Rejection.of(
                AdmissionError.ACCOUNT_QUEUE_FULL,
                pending + " transactions of account " + signed.account() + " wait; try again"));
      }
      pendingByAccount.put(signed.account(), pending + 1);
    }
    ids.add(transaction.id());
    held++;
    return Optional.empty();
  }

  /** The oldest frame, which stays counted until {@link #release}; empty if none waits. */
  public Optional<PooledFrame> poll() {
    lock.lock();
    try {
      return Optional.ofNullable(frames.poll());
    } finally {
      lock.unlock();
    }
  }

  /** Frees the places of a frame that has been taken. */
  public void release(PooledFrame frame) {
    lock.lock();
    try {
      for (VerifiedTransaction transaction : frame.transactions()) {
        if (transaction.signed().transaction() instanceof Transaction.WalletSigned signed) {
          pendingByAccount.computeIfPresent(
              signed.account(), (account, pending) -> pending == 1 ? null : pending - 1);
        }
        ids.remove(transaction.id());
      }
      held -= frame.size();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a frame is here or {@link #nudge} was called, at most {@code nanos}. */
  public void awaitWork(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (frames.isEmpty() && !nudged && left > 0) {
        left = changed.awaitNanos(left);
      }
      nudged = false;
    } finally {
      lock.unlock();
    }
  }

  /** Wakes {@link #awaitWork}: something other than a frame waits to be produced. */
  public void nudge() {
    lock.lock();
    try {
      nudged = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** From now on every offer is answered so, until {@link #reopen}. What is held stays. */
  public void close(Rejection reason) {
    lock.lock();
    try {
      closed = Optional.of(reason);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes offers again. */
  public void reopen() {
    lock.lock();
    try {
      closed = Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Transactions held. */
  public int size() {
    lock.lock();
    try {
      return held;
    } finally {
      lock.unlock();
    }
  }

  /** Transactions of an account that wait. */
  public int pending(long account) {
    lock.lock();
    try {
      return pendingByAccount.getOrDefault(account, 0);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a transaction with this id waits. */
  public boolean holds(Hash32 id) {
    lock.lock();
    try {
      return ids.contains(id);
    } finally {
      lock.unlock();
    }
  }
}
