package dev.sluice.sequencer.confirmation;

import dev.sluice.sequencer.admission.Rejection;
import java.util.List;
import java.util.Optional;

/**
 * Answers to some transactions of a frame.
 *
 * @param included durable and confirmed
 * @param refused in no block
 * @param confirmation proves all of {@code included}; present if and only if that is not empty
 */
public record FrameAnswer(
    List<Included> included, List<Refused> refused, Optional<SoftConfirmation> confirmation) {
  /**
   * A transaction in a durable block.
   *
   * @param index in its frame
   * @param block block number
   * @param position in the block
   * @param posted its posted form
   */
  public record Included(int index, long block, int position, byte[] posted) {}

  /**
   * A transaction that is in no block.
   *
   * @param index in its frame
   */
  public record Refused(int index, Rejection rejection) {}

  public FrameAnswer {
    included = List.copyOf(included);
    refused = List.copyOf(refused);
    if (included.isEmpty() == confirmation.isPresent()) {
      throw new IllegalArgumentException(
          included.size() + " included, confirmation " + confirmation);
    }
  }

  /** An answer of refusals alone. */
  public static FrameAnswer refusals(List<Refused> refused) {
    return new FrameAnswer(List.of(), refused, Optional.empty());
  }

  /** How many transactions are answered. */
  public int size() {
    return included.size() + refused.size();
  }
}
