package dev.sluice.state.ledger;

import dev.sluice.primitives.value.Hash32;
import java.util.Optional;

/** The seeds leaf, key (0, 2): the last three beacon seeds of the inbox, oldest first. */
public final class Seeds {
  static final int BYTES = 108;
  private static final int SEEDS = 3;
  private static final int SEED_BYTES = 36;
  private final LeafTable table;

  Seeds(LeafTable table) {
    this.table = table;
  }

  /** The newest nonzero seed taken in {@code period}. */
  public Optional<Hash32> of(long period) {
    for (int i = SEEDS - 1; i >= 0; i--) {
      Hash32 seed = table.hash32(2, SEED_BYTES * i + 4);
      if (table.u32(2, SEED_BYTES * i) == period && !seed.isZero()) {
        return Optional.of(seed);
      }
    }
    return Optional.empty();
  }

  /** Drops the oldest seed and adds this one. */
  public void shift(long period, Hash32 seed) {
    table.bytes(2, 0, table.bytes(2, SEED_BYTES, 2 * SEED_BYTES));
    table.u32(2, 2 * SEED_BYTES, period);
    table.hash32(2, 2 * SEED_BYTES + 4, seed);
  }
}
