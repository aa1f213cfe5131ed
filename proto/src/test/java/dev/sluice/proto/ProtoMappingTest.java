package dev.sluice.proto;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.block.BlockCommitment;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.merkle.DenseTree;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.Leaf.Quorum.Member;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.v1.JobMember;
import dev.sluice.proto.v1.JobMemberState;
import dev.sluice.proto.v1.JobQuorum;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ProtoMappingTest {
  private static final Hash32 HASH = Keccak256.hash32(new byte[] {1});
  private static final Address ADDRESS =
      Address.fromHex("00000000000000000000000000000000000000aa");

  @Test
  void blockHeader_isTheSame_afterTheWayThereAndBack() {
    BlockCommitment commitment = new BlockCommitment(3, 4, 5, HASH, 65_535, Hash32.ZERO);
    assertEquals(Optional.of(commitment), ProtoBlocks.commitment(ProtoBlocks.header(commitment)));
  }

  @Test
  void blockHeader_isEmpty_whenAHashIsShortOrTheCountIsNoU16() {
    var header = ProtoBlocks.header(new BlockCommitment(3, 4, 5, HASH, 1, HASH));
    assertEquals(
        Optional.empty(),
        ProtoBlocks.commitment(
            header.toBuilder().setTxRoot(ByteString.copyFrom(new byte[31])).build()));
    assertEquals(
        Optional.empty(), ProtoBlocks.commitment(header.toBuilder().setTxCount(0).build()));
    assertEquals(
        Optional.empty(), ProtoBlocks.commitment(header.toBuilder().setTxCount(-1).build()));
  }

  @Test
  void multiproof_stillProves_afterTheWayThereAndBack() {
    List<Hash32> leaves =
        IntStream.range(0, 11).mapToObj(i -> Keccak256.hash32(new byte[] {(byte) i})).toList();
    DenseTree tree = DenseTree.of(leaves);
    MultiProof proof = MultiProof.build(tree, tree.depth(), List.of(1L, 4L, 10L));
    MultiProof back = ProtoBlocks.proof(ProtoBlocks.proof(proof), leaves.size()).orElseThrow();
    assertEquals(proof, back);
    assertEquals(
        Optional.of(tree.root()), back.root(List.of(leaves.get(1), leaves.get(4), leaves.get(10))));
    assertEquals(
        Optional.empty(),
        ProtoBlocks.proof(
            ProtoBlocks.proof(proof).toBuilder()
                .setSiblings(ByteString.copyFrom(new byte[33]))
                .build(),
            leaves.size()));
  }

  @Test
  void batchHeader_isTheSame_afterTheWayThereAndBack() {
    BatchHeader header = new BatchHeader(HASH, HASH, HASH, HASH, 1, 2, 3, 4, 5, 512, 1, ADDRESS);
    assertEquals(Optional.of(header), ProtoBlocks.header(ProtoBlocks.header(header)));
  }

  @Test
  void quorum_hasItsMembersOnly_withTheirStates() {
    Leaf.Quorum quorum =
        new Leaf.Quorum(
            9,
            2,
            2,
            List.of(
                new Member(0xffffffffL, 4, Member.REVEALED, HASH),
                new Member(5, 0, Member.AWAITED, Hash32.ZERO),
                Member.NONE,
                Member.NONE,
                Member.NONE));
    JobQuorum message = ProtoQuorums.message(7, quorum);
    assertEquals(7, message.getIndex());
    assertEquals(2, message.getK());
    assertEquals(
        List.of(
            JobMember.newBuilder()
                .setProvider(-1)
                .setPayout(4)
                .setState(JobMemberState.JOB_MEMBER_STATE_REVEALED)
                .setHash(ProtoValues.bytes(HASH))
                .build(),
            JobMember.newBuilder()
                .setProvider(5)
                .setState(JobMemberState.JOB_MEMBER_STATE_AWAITED)
                .setHash(ProtoValues.bytes(Hash32.ZERO))
                .build()),
        message.getMembersList());
  }

  @Test
  void genesis_isTheSame_afterTheWayThereAndBack_andEmptyWhenATokenIsMissing() {
    Genesis genesis =
        new Genesis(
            "sluice-test",
            Genesis.STF_VERSION,
            List.of(Address.ZERO, ADDRESS, Address.ZERO, Address.ZERO),
            List.of(Uint128.ONE, Uint128.of(100), Uint128.ZERO, Uint128.ZERO),
            1_700_000_000L,
            10,
            60,
            1,
            10,
            9,
            5,
            5,
            86_400,
            43_200,
            604_800,
            Uint128.ONE,
            ADDRESS,
            ADDRESS);
    var message = ProtoGenesis.message(genesis);
    assertEquals(Optional.of(genesis), ProtoGenesis.genesis(message));
    assertEquals(Optional.empty(), ProtoGenesis.genesis(message.toBuilder().clearTokens().build()));
  }
}
