package dev.sluice.proto;

import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.Leaf.Quorum.Member;
import dev.sluice.proto.v1.JobMember;
import dev.sluice.proto.v1.JobMemberState;
import dev.sluice.proto.v1.JobQuorum;

/** The members of k-of-n jobs. */
public final class ProtoQuorums {
  private ProtoQuorums() {}

  /**
   * The members that the quorum has.
   *
   * @param index of the leaf, a {@code u32}
   */
  public static JobQuorum message(long index, Leaf.Quorum quorum) {
    JobQuorum.Builder message = JobQuorum.newBuilder().setIndex((int) index).setK(quorum.k());
    quorum.members().stream()
        .limit(quorum.n())
        .forEach(
            member ->
                message.addMembers(
                    JobMember.newBuilder()
                        .setProvider((int) member.provider())
                        .setPayout((int) member.payout())
                        .setState(state(member.state()))
                        .setHash(ProtoValues.bytes(member.hash()))));
    return message.build();
  }

  private static JobMemberState state(int state) {
    return switch (state) {
      case Member.AWAITED -> JobMemberState.JOB_MEMBER_STATE_AWAITED;
      case Member.COMMITTED -> JobMemberState.JOB_MEMBER_STATE_COMMITTED;
      case Member.REVEALED -> JobMemberState.JOB_MEMBER_STATE_REVEALED;
      default -> JobMemberState.JOB_MEMBER_STATE_UNSPECIFIED;
    };
  }
}
