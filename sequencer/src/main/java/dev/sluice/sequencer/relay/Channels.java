package dev.sluice.sequencer.relay;

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
   * @param meter 0 time, 1 voucher, 2 ticks
   * @param meterKey for vouchers the signer's address, left-padded; for ticks the last one claimed
   * @param meterRate base units per second or per tick
   * @param deposit what promises may reach
   * @param claimed what has been paid
   * @param state of the channel's life
   */
  record Terms(
      long index,
      Hash32 id,
      long payee,
      int token,
      int meter,
      Hash32 meterKey,
      Uint128 meterRate,
      Uint128 deposit,
      Uint128 claimed,
      State state) {
    /** Whether this address signs the channel's vouchers: all 32 bytes are compared. */
    boolean isVoucherKey(Address signer) {
      return dev.sluice.state.ledger.Channels.paddedKey(signer).equals(meterKey);
    }

    /** Position of the last tick claimed; what is claimed is a multiple of the rate. */
    long ticksClaimed() {
      return claimed.toBigInteger().divide(meterRate.toBigInteger()).longValueExact();
    }
  }

  /** Stages of a channel's life. */
  enum State {
    OPEN,
    CLOSING,
    CLOSED
  }
}
