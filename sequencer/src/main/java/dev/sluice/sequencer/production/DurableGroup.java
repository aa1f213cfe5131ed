package dev.sluice.sequencer.production;

import dev.sluice.sequencer.confirmation.ConfirmedGroup;
import java.util.List;

/**
 * Blocks that one append made durable.
 *
 * @param confirmed makes the proofs of acks
 */
public record DurableGroup(List<SealedBlock> blocks, ConfirmedGroup confirmed) {
  public DurableGroup {
    blocks = List.copyOf(blocks);
  }

  /** Hears of every group, in order, on the production thread; must be quick. */
  @FunctionalInterface
  public interface Listener {
    void durable(DurableGroup group);
  }
}
