package dev.sluice.sequencer.relay;

import dev.sluice.sequencer.admission.Rejection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a meter's promises are checked for.
 *
 * @param <P> its promises
 */
interface RelayRules<P extends Promise> {
  /** The meter's number. */
  int meter();

  /**
   * One result per promise, in order; on all cores.
   *
   * @param latest the last one accepted in a channel
   */
  List<Checked> check(List<P> promises, Function<Channels.Terms, Optional<P>> latest);

  /** Why a promise is refused that is not above {@code latest}, or above what is claimed. */
  Rejection notIncreasing(P promise, Optional<P> latest, Channels.Terms terms);
}
