package dev.sluice.client.sdk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the relay did with a payment, a voucher or a tick.
 *
 * @param <T> what was sent
 */
public sealed interface RelayOutcome<T> {
  /** Verified, kept durably, and on its way to the payee. */
  record Accepted<T>(T payment) implements RelayOutcome<T> {}

  /** Not taken. The next, higher payment makes up for it. */
  record Refused<T>(T payment, Ack.Refused refusal) implements RelayOutcome<T> {}

  /**
   * The outcomes of a frame, which names only what it refuses.
   *
   * @param accepted how many the relay says that it took
   * @param refused by their places in the frame
   * @throws DishonestSequencerException if these do not add up
   */
  static <T> List<FrameFormat.Result<RelayOutcome<T>>> ofFrame(
      List<T> items, int accepted, Map<Integer, dev.sluice.proto.v1.Refusal> refused) {
    List<FrameFormat.Result<RelayOutcome<T>>> results = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      T item = items.get(i);
      dev.sluice.proto.v1.Refusal refusal = refused.get(i);
      results.add(
          new FrameFormat.Result<>(
              i,
              refusal == null
                  ? new Accepted<>(item)
                  : new Refused<>(item, Ack.Refused.of(refusal))));
    }
    boolean inFrame =
        refused.keySet().stream().allMatch(index -> index >= 0 && index < items.size());
    if (!inFrame || accepted + refused.size() != items.size()) {
      throw new DishonestSequencerException(
          accepted + " accepted and " + refused.keySet() + " refused of " + items.size());
    }
    return results;
  }
}
