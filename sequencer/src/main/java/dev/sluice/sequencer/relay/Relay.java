package dev.sluice.sequencer.relay;

import dev.sluice.primitives.transaction.AdmissionError;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.sequencer.admission.CoreExecutor;
import dev.sluice.sequencer.admission.Rejection;
import dev.sluice.sequencer.durable.GroupCommit;
import dev.sluice.sequencer.relay.Channels.Terms;
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
import java.util.function.Predicate;

/**
 * Takes promises of one meter, keeps the latest per channel, hands every accepted one to its payee.
 * Thread-safe.
 *
 * <p>They are checked on all cores; then one caller at a time decides for a group of callers: their
 * order, one durable write for all of them, delivery. So the promises of a channel reach the payee
 * in ascending order, each durable before, and nobody waits for a write behind a lock that readers
 * need.
 *
 * @param <P> the meter's promises
 */
public final class Relay<P extends Promise> {
  /** Promises that one payee stream may lag behind. */
  private static final int DELIVERIES_MAX = 65_536;

  private final RelayRules<P> rules;
  private final Channels channels;
  private final PromiseStore<P> store;
  private final int subscriptionsMax;
  private final GroupCommit<Request<P>> commits = new GroupCommit<>(this::decide);
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * Latest promises not yet claimed, by channel; one entry per channel that has one, bounded by the
   * deposits behind them.
   */
  private final Map<Long, P> latest = new HashMap<>();

  private final Set<Subscription<P>> subscriptions = new CopyOnWriteArraySet<>();

  private record Subscription<P extends Promise>(
      Set<Long> payees, Set<Long> channels, PayeeQueue<P> queue) {}

  private Relay(
      RelayRules<P> rules, Channels channels, PromiseStore<P> store, int subscriptionsMax) {
    this.rules = rules;
    this.channels = channels;
    this.store = store;
    this.subscriptionsMax = subscriptionsMax;
  }

  /**
   * A relay of vouchers.
   *
   * @param subscriptionsMax payee streams open at once
   */
  public static Relay<SignedVoucher> ofVouchers(
      CoreExecutor cores,
      TypedData typedData,
      Channels channels,
      PromiseStore<SignedVoucher> store,
      int subscriptionsMax) {
    return new Relay<>(
        new VoucherRules(cores, typedData, channels), channels, store, subscriptionsMax);
  }

  /**
   * A relay of ticks.
   *
   * @param subscriptionsMax payee streams open at once
   */
  public static Relay<Tick> ofTicks(
      CoreExecutor cores, Channels channels, PromiseStore<Tick> store, int subscriptionsMax) {
    return new Relay<>(new TickRules(cores, channels), channels, store, subscriptionsMax);
  }

  /** One caller's promises, and what becomes of them. */
  private record Request<P extends Promise>(
      List<P> promises, List<Checked> checked, List<Optional<Rejection>> answers) {}

  /**
   * One answer per promise, in order: empty if it was accepted, which is durable when this returns.
   */
  public List<Optional<Rejection>> accept(List<P> promises) {
    Request<P> request =
        new Request<>(
            promises, rules.check(promises, this::latest), new ArrayList<>(promises.size()));
    commits.commit(request);
    return request.answers();
  }

  /** Decides for a group, in the order in which it came; called by one thread at a time. */
  private void decide(List<Request<P>> group) {
    Map<Hash32, P> changed = new HashMap<>();
    List<PayeeQueue.Delivery<P>> deliveries = new ArrayList<>();
    Map<Long, P> next = new HashMap<>();
    for (Request<P> request : group) {
      for (int i = 0; i < request.promises().size(); i++) {
        P promise = request.promises().get(i);
        Optional<Rejection> rejection =
            switch (request.checked().get(i)) {
              case Checked.Bad(Rejection bad) -> Optional.of(bad);
              case Checked.Good(Terms terms) -> notIncreasing(terms, promise, next);
            };
        if (rejection.isEmpty() && request.checked().get(i) instanceof Checked.Good(Terms terms)) {
          next.put(terms.index(), promise);
          changed.put(terms.id(), promise);
          deliveries.add(new PayeeQueue.Delivery<>(terms, promise));
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

  private Optional<Rejection> notIncreasing(Terms terms, P promise, Map<Long, P> next) {
    Optional<P> before = Optional.ofNullable(next.get(terms.index())).or(() -> latest(terms));
    Uint128 total = promise.total(terms);
    boolean increasing =
        terms.claimed().isLessThan(total)
            && before.map(last -> last.total(terms).isLessThan(total)).orElse(true);
    return increasing ? Optional.empty() : Optional.of(rules.notIncreasing(promise, before, terms));
  }

  private void deliver(PayeeQueue.Delivery<P> delivery) {
    Terms terms = delivery.channel();
    for (Subscription<P> subscription : subscriptions) {
      if (subscription.payees().contains(terms.payee())
          || subscription.channels().contains(terms.index())) {
        subscription.queue().deliver(delivery);
      }
    }
  }

  /**
   * Takes what the store keeps of a channel that is not closed, if it is of this meter; before any
   * promise comes.
   */
  public void load(Terms terms) {
    if (terms.meter() != rules.meter()) {
      return;
    }
    Optional<P> stored = store.get(terms.id());
    lock.lock();
    try {
      stored.ifPresent(promise -> latest.put(terms.index(), promise));
    } finally {
      lock.unlock();
    }
  }

  /** Of a channel that is not closed everything is in memory: {@link #load}. */
  private Optional<P> latestLocked(Terms terms) {
    if (terms.meter() != rules.meter()) {
      return Optional.empty();
    }
    return Optional.ofNullable(latest.get(terms.index()))
        .or(
            () ->
                terms.state() == Channels.State.CLOSED ? store.get(terms.id()) : Optional.empty());
  }

  /** The latest promise of a channel, claimed or not. */
  public Optional<P> latest(Terms terms) {
    lock.lock();
    try {
      return latestLocked(terms);
    } finally {
      lock.unlock();
    }
  }

  /** Channels with a promise in memory, for the sweep of claims. */
  public Collection<Long> channelsWithPromises() {
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
   * Opens a queue that gets every promise accepted from now on for these payees and channels, and
   * first the latest ones held.
   *
   * @param payees accounts whose channels are delivered, those opened later included
   * @param only channels that are delivered whoever their payee is
   * @param isWanted false for a latest one that the reader holds already
   * @return empty if too many are open
   */
  public Optional<PayeeQueue<P>> subscribe(
      Set<Long> payees, Set<Long> only, Predicate<P> isWanted) {
    Set<Long> known = new HashSet<>(only);
    // Most channels are looked up before the lock is taken; below only those that got their first
    // promise meanwhile.
    Set<Long> seen = Set.copyOf(channelsWithPromises());
    seen.stream().filter(channel -> isPaidTo(channel, payees)).forEach(known::add);
    lock.lock();
    try {
      if (subscriptions.size() >= subscriptionsMax) {
        return Optional.empty();
      }
      latest.keySet().stream()
          .filter(channel -> !seen.contains(channel) && isPaidTo(channel, payees))
          .forEach(known::add);
      PayeeQueue<P> queue = new PayeeQueue<>(DELIVERIES_MAX);
      for (long index : known) {
        channels
            .channel(index)
            .ifPresent(
                terms ->
                    latestLocked(terms)
                        .filter(isWanted)
                        .ifPresent(
                            promise -> queue.deliver(new PayeeQueue.Delivery<>(terms, promise))));
      }
      subscriptions.add(new Subscription<>(Set.copyOf(payees), Set.copyOf(only), queue));
      return Optional.of(queue);
    } finally {
      lock.unlock();
    }
  }

  private boolean isPaidTo(long channel, Set<Long> payees) {
    return channels.channel(channel).filter(terms -> payees.contains(terms.payee())).isPresent();
  }

  /** Ends a subscription. */
  public void unsubscribe(PayeeQueue<P> queue) {
    subscriptions.removeIf(subscription -> subscription.queue() == queue);
  }
}
