package dev.sluice.client.sdk;

import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.v1.ChannelAnswer;
import dev.sluice.proto.v1.ChannelState;
import java.util.Optional;

/**
 * A channel at the sequencer's head.
 *
 * @param payer account index
 * @param payee account index
 * @param claimed what the payee was paid so far, the price of claims included
 * @param closeDelaySeconds between the start of closing and its end
 * @param closeAt L2 clock at which a closing channel can be finalized; 0 while it is open
 * @param meter 0 time, 1 vouchers, 2 ticks
 * @param meterKey by meter: the clock at opening, left-padded; the address whose vouchers count,
 *     left-padded; the last tick claimed, at first the anchor
 * @param meterRate base units per second or per tick; 0 for vouchers
 * @param entitled what the sequencer says that the payee can claim in all, claimed amounts included
 * @param asOf the block as of which all of this is
 * @param voucher the latest one that the relay holds; {@link SignedVoucher#isSignedBy} says whether
 *     it is worth anything
 * @param tick the latest one that the relay holds; {@link TickPayee#receive} says whether it is
 *     worth anything
 */
public record ChannelView(
    long index,
    Hash32 id,
    long payer,
    long payee,
    int token,
    ChannelState state,
    Uint128 deposit,
    Uint128 claimed,
    long closeDelaySeconds,
    long closeAt,
    int meter,
    Hash32 meterKey,
    Uint128 meterRate,
    Uint128 entitled,
    long asOf,
    Optional<SignedVoucher> voucher,
    Optional<ChannelTick> tick) {
  /** Whose vouchers count, in a channel of vouchers. */
  public Address voucherKey() {
    return Address.of(meterKey.toBytes(), Hash32.BYTES - Address.BYTES);
  }

  /** Whether it counts ticks. */
  public boolean isTicks() {
    return meter == Transaction.METER_TICKS && !meterRate.isZero();
  }

  /** Whether its closing has begun and not ended. */
  public boolean isClosing() {
    return state == ChannelState.CHANNEL_STATE_CLOSING;
  }

  /** Whether it is closed. */
  public boolean isClosed() {
    return state == ChannelState.CHANNEL_STATE_CLOSED;
  }

  /**
   * How many ticks are claimed; always exact.
   *
   * @throws IllegalArgumentException if it does not count ticks
   */
  public long claimedTicks() {
    if (!isTicks()) {
      throw new IllegalArgumentException("channel " + id + " does not count ticks");
    }
    return ticks(claimed, meterRate);
  }

  private static long ticks(Uint128 amount, Uint128 rate) {
    return amount.toBigInteger().divide(rate.toBigInteger()).longValueExact();
  }

  static ChannelView of(ChannelAnswer answer) {
    long index = ProtoFields.u32(answer.getIndex());
    Hash32 id = ProtoFields.hash(answer.getId());
    Uint128 rate = ProtoFields.amount(answer.getMeterRate());
    Uint128 entitled = ProtoFields.amount(answer.getEntitled());
    Optional<SignedVoucher> voucher =
        answer.getVoucherSignature().isEmpty()
            ? Optional.empty()
            : Optional.of(
                new SignedVoucher(
                    index, id, entitled, ProtoFields.signature(answer.getVoucherSignature())));
    Optional<ChannelTick> tick =
        answer.getTick().isEmpty() || rate.isZero()
            ? Optional.empty()
            : Optional.of(
                new ChannelTick(
                    index, id, ticks(entitled, rate), ProtoFields.hash(answer.getTick())));
    return new ChannelView(
        index,
        id,
        ProtoFields.u32(answer.getPayer()),
        ProtoFields.u32(answer.getPayee()),
        answer.getToken(),
        answer.getState(),
        ProtoFields.amount(answer.getDeposit()),
        ProtoFields.amount(answer.getClaimed()),
        ProtoFields.u32(answer.getCloseDelay()),
        answer.getCloseAt(),
        answer.getMeter(),
        ProtoFields.hash(answer.getMeterKey()),
        rate,
        entitled,
        answer.getAsOf(),
        voucher,
        tick);
  }
}
