package dev.sluice.sequencer.voucher;

import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.transaction.AdmissionError;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.sequencer.admission.CoreExecutor;
import dev.sluice.sequencer.admission.Rejection;
import dev.sluice.sequencer.durable.GroupCommit;
import dev.sluice.sequencer.voucher.Channels.Terms;
import dev.sluice.state.store.StateStoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Takes vouchers, keeps the latest per channel, hands every accepted one to its payee. Thread-safe.
 *
 * <p>Signatures are checked on all cores; then one caller at a time decides for a group of callers:
 * order of amounts, one durable write for all of them, delivery. So the vouchers of a channel reach
 * the payee in ascending order, each durable before, and nobody waits for a write behind a lock
 * that readers need.
 */
public final class VoucherRelay {
  /** Vouchers that one payee stream may lag behind. */
  private static final int DELIVERIES_MAX = 65_536;

  /** One recovery is about 35 µs. */
  private static final int SLICE_VOUCHERS = 64;

  private final CoreExecutor cores;
  private final TypedData typedData;
  private final Channels channels;
  private final VoucherStore store;
  private final int subscriptionsMax;
  private final GroupCommit<Request> commits = new GroupCommit<>(this::decide);
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * Latest vouchers not yet claimed, by channel; one entry per channel that has one, bounded by the
   * deposits behind them.
   */
  private final Map<Long, SignedVoucher> latest = new HashMap<>();

  private final Set<Subscription> subscriptions = new CopyOnWriteArraySet<>();

  private record Subscription(Set<Long> payees, Set<Long> channels, PayeeQueue queue) {}

  /**
   * @param subscriptionsMax payee streams open at once
   */
  public VoucherRelay(
      CoreExecutor cores,
      TypedData typedData,
      Channels channels,
      VoucherStore store,
      int subscriptionsMax) {
    this.cores = cores;
    this.typedData = typedData;
    this.channels = channels;
    this.store = store;
    this.subscriptionsMax = subscriptionsMax;
  }

  /** One caller's vouchers, and what becomes of them. */
  private record Request(
      List<SignedVoucher> vouchers, List<Checked> checked, List<Optional<Rejection>> answers) {}

  /**
   * One answer per voucher, in order: empty if it was accepted, which is durable when this returns.
   */
  public List<Optional<Rejection>> accept(List<SignedVoucher> vouchers) {
    Request request =
        new Request(
            vouchers,
            cores.map(vouchers, SLICE_VOUCHERS, this::check).join(),
            new ArrayList<>(vouchers.size()));
    commits.commit(request);
    return request.answers();
  }

  /** Decides for a group, in the order in which it came; called by one thread at a time. */
  private void decide(List<Request> group) {
    Map<Hash32, SignedVoucher> changed = new HashMap<>();
    List<PayeeQueue.Delivery> deliveries = new ArrayList<>();
    Map<Long, SignedVoucher> next = new HashMap<>();
    for (Request request : group) {
      for (int i = 0; i < request.vouchers().size(); i++) {
        SignedVoucher voucher = request.vouchers().get(i);
        Optional<Rejection> rejection =
            switch (request.checked().get(i)) {
              case Checked.Bad(Rejection bad) -> Optional.of(bad);
              case Checked.Good(Terms terms) -> notIncreasing(terms, voucher, next);
            };
        if (rejection.isEmpty() && request.checked().get(i) instanceof Checked.Good(Terms terms)) {
          next.put(terms.index(), voucher);
          changed.put(terms.id(), voucher);
          deliveries.add(new PayeeQueue.Delivery(terms, voucher));
        }
        request.answers().add(rejection);
      }
    }
    if (changed.isEmpty()) {
      return;
    }
    try {
      store.put(changed);
    } catch (StateStoreException.DiskFull e) {
      Optional<Rejection> full =
          Optional.of(Rejection.of(AdmissionError.DISK_FULL, String.valueOf(e.getMessage())));
      group.forEach(request -> request.answers().replaceAll(answer -> answer.or(() -> full)));
      return;
    }
    lock.lock();
    try {
      latest.putAll(next);
      deliveries.forEach(this::deliver);
    } finally {
      lock.unlock();
    }
  }

  private Optional<Rejection> notIncreasing(
      Terms terms, SignedVoucher voucher, Map<Long, SignedVoucher> next) {
    Uint128 before =
        Optional.ofNullable(next.get(terms.index()))
            .or(() -> latest(terms))
            .map(SignedVoucher::amount)
            .orElse(Uint128.ZERO);
    Uint128 floor = before.isLessThan(terms.claimed()) ? terms.claimed() : before;
    return floor.isLessThan(voucher.amount())
        ? Optional.empty()
        : Optional.of(
            Rejection.of(
                AdmissionError.VOUCHER_NOT_INCREASING,
                "amount " + voucher.amount() + ", the latest is " + floor));
  }

  private sealed interface Checked {
    record Good(Terms terms) implements Checked {}

    record Bad(Rejection rejection) implements Checked {}
  }

  private Checked check(SignedVoucher voucher) {
    Optional<Terms> found = channels.channel(voucher.channel());
    if (found.isEmpty()) {
      return bad(Refusal.UNKNOWN_CHANNEL, "channel " + voucher.channel());
    }
    Terms terms = found.get();
    Hash32 digest = typedData.digest(new Transaction.VoucherClaim(terms.id(), voucher.amount()));
    boolean signed =
        Secp256k1.recoverAddress(digest, voucher.signature().toBytes())
            .map(terms.voucherKey()::equals)
            .orElse(false);
    if (!signed) {
      return bad(
          Refusal.BAD_SIGNATURE, "not signed by the channel's voucher key " + terms.voucherKey());
    }
    if (terms.state() == Channels.State.CLOSED) {
      return bad(Refusal.CHANNEL_CLOSED, "channel " + voucher.channel());
    }
    if (terms.deposit().isLessThan(voucher.amount())) {
      return bad(
          Refusal.VOUCHER_EXCEEDS_DEPOSIT,
          "amount " + voucher.amount() + ", deposit " + terms.deposit());
    }
    return new Checked.Good(terms);
  }

  private static Checked bad(Refusal refusal, String message) {
    return new Checked.Bad(Rejection.of(refusal, message));
  }

  private void deliver(PayeeQueue.Delivery delivery) {
    Terms terms = delivery.channel();
    for (Subscription subscription : subscriptions) {
      if (subscription.payees().contains(terms.payee())
          || subscription.channels().contains(terms.index())) {
        subscription.queue().deliver(delivery);
      }
    }
  }

  /** Takes what the store keeps of a channel that is not closed; before any voucher comes. */
  public void load(Terms terms) {
    Optional<SignedVoucher> stored = store.get(terms.id());
    lock.lock();
    try {
      stored.ifPresent(voucher -> latest.put(terms.index(), voucher));
    } finally {
      lock.unlock();
    }
  }

  /** Of a channel that is not closed everything is in memory: {@link #load}. */
  private Optional<SignedVoucher> latestLocked(Terms terms) {
    return Optional.ofNullable(latest.get(terms.index()))
        .or(
            () ->
                terms.state() == Channels.State.CLOSED ? store.get(terms.id()) : Optional.empty());
  }

  /** The latest voucher of a channel, claimed or not. */
  public Optional<SignedVoucher> latest(Terms terms) {
    lock.lock();
    try {
      return latestLocked(terms);
    } finally {
      lock.unlock();
    }
  }

  /** Channels with a voucher in memory, for the sweep of claims. */
  public Collection<Long> channelsWithVouchers() {
    lock.lock();
    try {
      return List.copyOf(latest.keySet());
    } finally {
      lock.unlock();
    }
  }

  /** Forgets a channel that is closed: nothing can be claimed any more. */
  public void forget(long channel) {
    lock.lock();
    try {
      latest.remove(channel);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Opens a queue that gets every voucher accepted from now on for these payees and channels, and
   * first the latest ones held.
   *
   * @param payees accounts whose channels are delivered, those opened later included
   * @param only channels that are delivered whoever their payee is
   * @param resume amounts that the reader holds already, by channel
   * @return empty if too many are open
   */
  public Optional<PayeeQueue> subscribe(
      Set<Long> payees, Set<Long> only, Map<Long, Uint128> resume) {
    Set<Long> known = new HashSet<>(only);
    // Most channels are looked up before the lock is taken; below only those that got their first
    // voucher meanwhile.
    Set<Long> seen = Set.copyOf(channelsWithVouchers());
    seen.stream().filter(channel -> isPaidTo(channel, payees)).forEach(known::add);
    lock.lock();
    try {
      if (subscriptions.size() >= subscriptionsMax) {
        return Optional.empty();
      }
      latest.keySet().stream()
          .filter(channel -> !seen.contains(channel) && isPaidTo(channel, payees))
          .forEach(known::add);
      PayeeQueue queue = new PayeeQueue(DELIVERIES_MAX);
      for (long index : known) {
        channels
            .channel(index)
            .ifPresent(
                terms ->
                    latestLocked(terms)
                        .filter(
                            voucher ->
                                resume
                                    .getOrDefault(index, Uint128.ZERO)
                                    .isLessThan(voucher.amount()))
                        .ifPresent(
                            voucher -> queue.deliver(new PayeeQueue.Delivery(terms, voucher))));
      }
      subscriptions.add(new Subscription(Set.copyOf(payees), Set.copyOf(only), queue));
      return Optional.of(queue);
    } finally {
      lock.unlock();
    }
  }

  private boolean isPaidTo(long channel, Set<Long> payees) {
    return channels.channel(channel).filter(terms -> payees.contains(terms.payee())).isPresent();
  }

  /** Ends a subscription. */
  public void unsubscribe(PayeeQueue queue) {
    subscriptions.removeIf(subscription -> subscription.queue() == queue);
  }
}
