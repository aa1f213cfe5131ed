package dev.sluice.client.sdk;

import dev.sluice.primitives.block.BlockCommitment;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.typeddata.SignedStatement.BlockConfirmation;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.proto.ProtoBlocks;
import dev.sluice.proto.v1.Confirmation;
import dev.sluice.proto.v1.ConfirmedBlock;
import dev.sluice.proto.v1.Inclusion;
import dev.sluice.proto.v1.ProvenBlock;
import dev.sluice.proto.v1.SignedHead;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Checks the sequencer's confirmations ({@code docs/protocol.md} §3, §8): the signature over the
 * head, the accumulator from the first block to the head, and a multiproof of exactly the
 * transactions that are claimed to be included.
 */
final class AckVerifier {
  private final Chain chain;

  AckVerifier(Chain chain) {
    this.chain = chain;
  }

  /**
   * What the confirmation proves about the inclusions, all of them.
   *
   * @throws DishonestSequencerException if it does not prove every one of them, or proves something
   *     else
   */
  SoftConfirmation verify(Confirmation confirmation, List<Inclusion> inclusions) {
    Map<Long, NavigableMap<Integer, Hash32>> claims = new HashMap<>();
    for (Inclusion inclusion : inclusions) {
      Hash32 leaf = Keccak256.hash32(inclusion.getPosted().toByteArray());
      Hash32 other =
          claims
              .computeIfAbsent(inclusion.getBlockNumber(), _ -> new TreeMap<>())
              .put(inclusion.getPosition(), leaf);
      require(other == null, "two transactions at position " + inclusion.getPosition());
    }
    Hash32 accumulator = ProtoFields.hash(confirmation.getAccumulatorBefore());
    long number = confirmation.getFirstBlock();
    for (ConfirmedBlock block : confirmation.getBlocksList()) {
      Hash32 commitment =
          switch (block.getLinkCase()) {
            case PROVEN -> {
              NavigableMap<Integer, Hash32> leaves = claims.remove(number);
              yield proven(block.getProven(), number, leaves == null ? new TreeMap<>() : leaves);
            }
            case COMMITMENT -> ProtoFields.hash(block.getCommitment());
            case LINK_NOT_SET ->
                throw new DishonestSequencerException("a block without proof or commitment");
          };
      accumulator = BlockCommitment.accumulate(accumulator, commitment);
      number++;
    }
    require(claims.isEmpty(), "no proof for blocks " + claims.keySet());
    SoftConfirmation head = head(confirmation.getHead());
    require(
        head.number() == number - 1,
        "the blocks end at " + (number - 1) + ", the signed head is " + head.number());
    require(
        head.blockAccumulator().equals(accumulator), "the blocks do not lead to the signed head");
    return head;
  }

  private SoftConfirmation head(SignedHead head) {
    Hash32 accumulator = ProtoFields.hash(head.getBlockAccumulator());
    WalletSignature signature = ProtoFields.signature(head.getSignature());
    Hash32 digest =
        chain
            .typedData()
            .digest(new BlockConfirmation(head.getNumber(), accumulator, head.getPostBy()));
    require(
        Secp256k1.recoverAddress(digest, signature.toBytes())
            .filter(chain.sequencer()::equals)
            .isPresent(),
        "block " + head.getNumber() + " is not signed by the sequencer " + chain.sequencer());
    return new SoftConfirmation(head.getNumber(), accumulator, head.getPostBy(), signature);
  }

  private static Hash32 proven(
      ProvenBlock block, long number, NavigableMap<Integer, Hash32> leaves) {
    BlockCommitment commitment =
        ProtoBlocks.commitment(block.getHeader())
            .orElseThrow(
                () -> new DishonestSequencerException("no header in the place of block " + number));
    require(
        commitment.number() == number,
        "block " + commitment.number() + " in the place of " + number);
    require(
        block.getProof().getPositionsList().equals(List.copyOf(leaves.keySet())),
        "a proof of positions "
            + block.getProof().getPositionsList()
            + " instead of "
            + leaves.keySet());
    Hash32 root =
        ProtoBlocks.proof(block.getProof(), commitment.txCount())
            .flatMap(proof -> proof.root(List.copyOf(leaves.values())))
            .orElseThrow(
                () -> new DishonestSequencerException("no multiproof for block " + number));
    require(
        root.equals(commitment.txRoot()),
        "the multiproof leads to another root of block " + number);
    return commitment.hash();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new DishonestSequencerException(otherwise);
    }
  }
}
