package dev.sluice.sequencer.relay;

import dev.sluice.primitives.transaction.AdmissionError;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.sequencer.admission.CoreExecutor;
import dev.sluice.sequencer.admission.Rejection;
import dev.sluice.sequencer.relay.Channels.Terms;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Ticks hash to the last one known of their channel, one hash per step: the last one accepted here,
 * or the one that was claimed, if that is further.
 *
 * <p>A tick is checked against what is known when its frame comes. If another stream is faster it
 * is no less genuine: a chain has one tick at each position.
 */
final class TickRules implements RelayRules<Tick> {
  /** Channels per hand-over to a core; most have one tick in a frame, of one step. */
  private static final int SLICE_CHANNELS = 64;

  /** Hashes that one frame may ask for, about 0.2 s of a core: forged ticks are free to make. */
  private static final long FRAME_HASHES_MAX = 262_144;

  private final CoreExecutor cores;
  private final Channels channels;

  TickRules(CoreExecutor cores, Channels channels) {
    this.cores = cores;
    this.channels = channels;
  }

  /** Where a chain stands. */
  private record Known(long position, Hash32 tick) {}

  @Override
  public int meter() {
    return Transaction.METER_TICKS;
  }

  @Override
  public List<Checked> check(List<Tick> ticks, Function<Terms, Optional<Tick>> latest) {
    Map<Long, List<Tick>> byChannel = new LinkedHashMap<>();
    ticks.forEach(
        tick -> byChannel.computeIfAbsent(tick.channel(), _ -> new ArrayList<>()).add(tick));
    List<List<Tick>> groups = List.copyOf(byChannel.values());
    AtomicLong hashes = new AtomicLong(FRAME_HASHES_MAX);
    List<List<Checked>> checked =
        cores.map(groups, SLICE_CHANNELS, group -> checkChannel(group, latest, hashes)).join();
    Map<Long, List<Checked>> results = new LinkedHashMap<>();
    for (int i = 0; i < groups.size(); i++) {
      results.put(groups.get(i).getFirst().channel(), new ArrayList<>(checked.get(i).reversed()));
    }
    List<Checked> inOrder = new ArrayList<>(ticks.size());
    for (Tick tick : ticks) {
      inOrder.add(results.getOrDefault(tick.channel(), List.of()).removeLast());
    }
    return inOrder;
  }

  /** Ticks of one channel, in the order in which they were sent. */
  private List<Checked> checkChannel(
      List<Tick> ticks, Function<Terms, Optional<Tick>> latest, AtomicLong hashes) {
    long channel = ticks.getFirst().channel();
    Optional<Terms> found = channels.channel(channel);
    List<Checked> checked = new ArrayList<>(ticks.size());
    if (found.isEmpty()) {
      ticks.forEach(_ -> checked.add(Checked.bad(Refusal.UNKNOWN_CHANNEL, "channel " + channel)));
      return checked;
    }
    Terms terms = found.get();
    if (terms.meter() != Transaction.METER_TICKS) {
      String message = "a tick in channel " + channel + " of meter " + terms.meter();
      ticks.forEach(_ -> checked.add(Checked.bad(Refusal.METER_MISMATCH, message)));
      return checked;
    }
    Known known = known(terms, latest.apply(terms));
    for (Tick tick : ticks) {
      Checked result = check(tick, terms, known, hashes);
      if (result instanceof Checked.Good) {
        known = new Known(tick.position(), tick.tick());
      }
      checked.add(result);
    }
    return checked;
  }

  private static Known known(Terms terms, Optional<Tick> latest) {
    return latest
        .filter(tick -> terms.claimed().isLessThan(tick.total(terms)))
        .map(tick -> new Known(tick.position(), tick.tick()))
        .orElseGet(() -> new Known(terms.ticksClaimed(), terms.meterKey()));
  }

  private static Checked check(Tick tick, Terms terms, Known known, AtomicLong hashes) {
    if (terms.state() == Channels.State.CLOSED) {
      return Checked.bad(Refusal.CHANNEL_CLOSED, "channel " + tick.channel());
    }
    Optional<Uint128> total = terms.meterRate().tryTimes(tick.position());
    if (total.isEmpty() || terms.deposit().isLessThan(total.get())) {
      return Checked.bad(
          Refusal.TICKS_EXCEED_DEPOSIT,
          tick.position() + " ticks of " + terms.meterRate() + " each, deposit " + terms.deposit());
    }
    if (tick.position() <= known.position()) {
      return Checked.bad(
          AdmissionError.TICK_NOT_INCREASING,
          "position " + tick.position() + ", the latest is " + known.position());
    }
    long steps = tick.position() - known.position();
    if (steps > Transaction.TICK_STEPS_MAX) {
      return Checked.bad(
          Refusal.WRONG_STEP_COUNT,
          steps
              + " steps from position "
              + known.position()
              + ", at most "
              + Transaction.TICK_STEPS_MAX);
    }
    if (hashes.addAndGet(-steps) < 0) {
      return Checked.bad(
          Refusal.WRONG_STEP_COUNT,
          "its frame asks for more than " + FRAME_HASHES_MAX + " hashes; send it in another");
    }
    if (!Ids.earlierTick(tick.tick(), steps).equals(known.tick())) {
      return Checked.bad(
          Refusal.BAD_TICK,
          "hashed " + steps + " times it is not the tick at position " + known.position());
    }
    return new Checked.Good(terms);
  }

  @Override
  public Rejection notIncreasing(Tick tick, Optional<Tick> latest, Terms terms) {
    return Rejection.of(
        AdmissionError.TICK_NOT_INCREASING,
        "position "
            + tick.position()
            + ", the latest is "
            + latest.map(Tick::position).orElse(0L)
            + ", claimed "
            + terms.ticksClaimed());
  }
}
