package dev.sluice.client.sdk;

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
 * @param voucherKey whose vouchers count
 * @param voucher the latest one that the relay holds; {@link SignedVoucher#isSignedBy} says whether
 *     it is worth anything
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
    Address voucherKey,
    Optional<SignedVoucher> voucher) {
  /**
   * What the payee can claim in all, claimed amounts included: the latest voucher's amount, else
   * what is claimed.
   */
  public Uint128 entitled() {
    return voucher.map(SignedVoucher::amount).orElse(claimed);
  }

  static ChannelView of(ChannelAnswer answer) {
    long index = ProtoFields.u32(answer.getIndex());
    Hash32 id = ProtoFields.hash(answer.getId());
    Optional<SignedVoucher> voucher =
        answer.getVoucherSignature().isEmpty()
            ? Optional.empty()
            : Optional.of(
                new SignedVoucher(
                    index,
                    id,
                    ProtoFields.amount(answer.getEntitled()),
                    ProtoFields.signature(answer.getVoucherSignature())));
    byte[] meterKey = ProtoFields.exactly(answer.getMeterKey(), Hash32.BYTES);
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
        Address.of(meterKey, Hash32.BYTES - Address.BYTES),
        voucher);
  }
}
