package dev.sluice.client.sdk;

import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.value.Hash32;

/**
 * A payer's hash chain: {@code length} ticks made from one secret seed, of which the anchor is
 * public. Whoever knows a tick knows every earlier one and none of the later.
 *
 * <pre>
 *   seed ──H──→ … ──H──→ tick(2) ──H──→ tick(1) ──H──→ anchor
 *   = tick(length)
 * </pre>
 *
 * <p>The seed is worth the whole deposit to the payee: it is kept by the payer and never sent
 * before it is the last tick.
 */
public final class TickChain {
  /** Most ticks in one chain; they are held in memory, 32 bytes each. */
  public static final int LENGTH_MAX = 1 << 20;

  /** Length of a seed in bytes. */
  public static final int SEED_BYTES = Hash32.BYTES;

  private final byte[] ticks;
  private final int length;

  /**
   * Computes the chain, one hash per tick.
   *
   * @param seed {@link #SEED_BYTES} random bytes
   * @param length 1 to {@link #LENGTH_MAX}
   */
  public TickChain(byte[] seed, int length) {
    if (seed.length != SEED_BYTES || length < 1 || length > LENGTH_MAX) {
      throw new IllegalArgumentException(
          "a seed of " + seed.length + " bytes, a chain of " + length);
    }
    this.length = length;
    this.ticks = new byte[(length + 1) * Hash32.BYTES];
    System.arraycopy(seed, 0, ticks, length * Hash32.BYTES, Hash32.BYTES);
    for (int position = length; position > 0; position--) {
      Keccak256.hash(
          ticks, position * Hash32.BYTES, Hash32.BYTES, ticks, (position - 1) * Hash32.BYTES);
    }
  }

  /** How many ticks it has. */
  public int length() {
    return length;
  }

  /** What the channel is opened with. */
  public Hash32 anchor() {
    return Hash32.of(ticks, 0);
  }

  /** The tick at a position from 1 to {@link #length}. */
  public Hash32 tick(int position) {
    if (position < 1 || position > length) {
      throw new IllegalArgumentException("tick " + position + " of " + length);
    }
    return Hash32.of(ticks, position * Hash32.BYTES);
  }
}
