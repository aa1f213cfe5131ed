package dev.sluice.client.sdk;

import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.v1.JobAnswer;
import dev.sluice.proto.v1.JobState;

/**
 * A job at the sequencer's head.
 *
 * @param buyer account index
 * @param provider provider index
 * @param escrow what is still held
 * @param deadline L2 clock until which a result is taken
 * @param windowEnd L2 clock until which the buyer may refuse; 0 without a result
 * @param windowSeconds length of that window
 * @param refusalBps the provider's share if refused, in basis points
 * @param reason the buyer's code
 */
public record JobView(
    long index,
    Hash32 id,
    long buyer,
    long provider,
    int token,
    JobState state,
    Uint128 escrow,
    Hash32 resultHash,
    long deadline,
    long windowEnd,
    long windowSeconds,
    int refusalBps,
    int reason) {
  static JobView of(JobAnswer answer) {
    return new JobView(
        ProtoFields.u32(answer.getIndex()),
        ProtoFields.hash(answer.getId()),
        ProtoFields.u32(answer.getBuyer()),
        ProtoFields.u32(answer.getProvider()),
        answer.getToken(),
        answer.getState(),
        ProtoFields.amount(answer.getEscrow()),
        ProtoFields.hash(answer.getResultHash()),
        answer.getDeadline(),
        answer.getWindowEnd(),
        ProtoFields.u32(answer.getWindow()),
        answer.getRefusalBps(),
        answer.getReason());
  }
}
