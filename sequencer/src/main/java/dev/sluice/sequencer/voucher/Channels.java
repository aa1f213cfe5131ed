package dev.sluice.sequencer.voucher;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.Optional;

/**
 * The port to the channels of the state, as of the unsafe head known when it is asked. Thread-safe.
 */
@FunctionalInterface
public interface Channels {
  /** The channel, or empty if there is none with this index (a {@code u32}). */
  Optional<Terms> channel(long index);

  /**
   * What the relay needs of a channel.
   *
   * @param payee account index
   * @param voucherKey address whose signature makes a voucher
   * @param deposit what vouchers may reach
   * @param claimed what has been paid
   * @param state of the channel's life
   */
  record Terms(
      long index,
      Hash32 id,
      long payee,
      int token,
      Address voucherKey,
      Uint128 deposit,
      Uint128 claimed,
      State state) {}

  /** Stages of a channel's life. */
  enum State {
    OPEN,
    CLOSING,
    CLOSED
  }
}
