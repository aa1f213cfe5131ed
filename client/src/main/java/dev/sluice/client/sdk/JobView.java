package dev.sluice.client.sdk;

import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.v1.JobAnswer;
import dev.sluice.proto.v1.JobMemberState;
import dev.sluice.proto.v1.JobQuorum;
import dev.sluice.proto.v1.JobState;
import java.util.List;
import java.util.Optional;

/**
 * A job at the sequencer's head.
 *
 * @param buyer account index
 * @param provider provider index; of a k-of-n job see {@code quorum}
 * @param escrow what is still held
 * @param deadline L2 clock until which a result is taken
 * @param windowEnd L2 clock until which the buyer may refuse; 0 without a result
 * @param windowSeconds length of that window
 * @param refusalBps the provider's share if refused, in basis points
 * @param reason the buyer's code
 * @param mode 0 the buyer accepts, 1 expected hash, 2 k of n
 * @param quorum of mode 2 only
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
    int reason,
    int mode,
    Optional<Quorum> quorum) {
  /**
   * The providers of a k-of-n job.
   *
   * @param index of the leaf
   * @param k how many must reveal the same result
   * @param members in the order in which the job named them; a member's number is its place
   */
  public record Quorum(long index, int k, List<Member> members) {
    /** Copies the list. */
    public Quorum {
      members = List.copyOf(members);
    }

    static Quorum of(JobQuorum quorum) {
      return new Quorum(
          ProtoFields.u32(quorum.getIndex()),
          quorum.getK(),
          quorum.getMembersList().stream()
              .map(
                  member ->
                      new Member(
                          ProtoFields.u32(member.getProvider()),
                          member.getState(),
                          ProtoFields.hash(member.getHash())))
              .toList());
    }
  }

  /**
   * One of them.
   *
   * @param provider provider index
   * @param hash zero while awaited, then the commitment, then the result hash
   */
  public record Member(long provider, JobMemberState state, Hash32 hash) {}

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
        answer.getReason(),
        answer.getMode(),
        answer.hasQuorum() ? Optional.of(Quorum.of(answer.getQuorum())) : Optional.empty());
  }
}
