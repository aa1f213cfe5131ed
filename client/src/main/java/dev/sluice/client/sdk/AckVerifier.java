package dev.sluice.client.sdk;

import dev.sluice.primitives.block.BlockCommitment;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.typeddata.SignedStatement.BlockConfirmation;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.proto.v1.BlockHeader;
import dev.sluice.proto.v1.Confirmation;
import dev.sluice.proto.v1.ConfirmedBlock;
import dev.sluice.proto.v1.Inclusion;
import dev.sluice.proto.v1.ProvenBlock;
import dev.sluice.proto.v1.SignedHead;
import dev.sluice.proto.v1.TransactionMultiproof;
import java.util.ArrayList;
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
  /** A block has fewer than 2^16 transactions. */
  private static final int TRANSACTIONS_MAX = 65_535;

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
    byte[] signature = ProtoFields.exactly(head.getSignature(), WalletSignature.BYTES);
    Hash32 digest =
        chain
            .typedData()
            .digest(new BlockConfirmation(head.getNumber(), accumulator, head.getPostBy()));
    require(
        Secp256k1.recoverAddress(digest, signature).filter(chain.sequencer()::equals).isPresent(),
        "block " + head.getNumber() + " is not signed by the sequencer " + chain.sequencer());
    return new SoftConfirmation(
        head.getNumber(), accumulator, head.getPostBy(), WalletSignature.of(signature));
  }

  private static Hash32 proven(
      ProvenBlock block, long number, NavigableMap<Integer, Hash32> leaves) {
    BlockHeader header = block.getHeader();
    int count = header.getTxCount();
    require(
        header.getNumber() == number, "block " + header.getNumber() + " in the place of " + number);
    require(count >= 1 && count <= TRANSACTIONS_MAX, "a block of " + count + " transactions");
    TransactionMultiproof proof = block.getProof();
    require(
        proof.getPositionsList().equals(List.copyOf(leaves.keySet())),
        "a proof of positions " + proof.getPositionsList() + " instead of " + leaves.keySet());
    require(
        proof.getMasksCount() == leaves.size(),
        leaves.size() + " leaves with " + proof.getMasksCount() + " masks");
    require(leaves.lastKey() < count, "position " + leaves.lastKey() + " of " + count);
    List<MultiProof.Position> positions = new ArrayList<>(leaves.size());
    for (int i = 0; i < leaves.size(); i++) {
      positions.add(
          new MultiProof.Position(proof.getPositions(i), ProtoFields.u32(proof.getMasks(i))));
    }
    int depth = 32 - Integer.numberOfLeadingZeros(count - 1);
    BlockCommitment commitment =
        new BlockCommitment(
            number,
            header.getClock(),
            header.getInboxPosition(),
            ProtoFields.hash(header.getInboxAccumulator()),
            count,
            ProtoFields.hash(header.getTxRoot()));
    Hash32 root =
        new MultiProof(depth, positions, siblings(proof.getSiblings().toByteArray()))
            .root(List.copyOf(leaves.values()))
            .orElseThrow(
                () -> new DishonestSequencerException("no multiproof for block " + number));
    require(
        root.equals(commitment.txRoot()),
        "the multiproof leads to another root of block " + number);
    return commitment.hash();
  }

  private static List<Hash32> siblings(byte[] packed) {
    require(packed.length % Hash32.BYTES == 0, packed.length + " bytes of siblings");
    List<Hash32> siblings = new ArrayList<>(packed.length / Hash32.BYTES);
    for (int at = 0; at < packed.length; at += Hash32.BYTES) {
      siblings.add(Hash32.of(packed, at));
    }
    return siblings;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new DishonestSequencerException(otherwise);
    }
  }
}
