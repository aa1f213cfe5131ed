package dev.sluice.proto;

import dev.sluice.primitives.block.BlockCommitment;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.proto.v1.BatchHeader;
import dev.sluice.proto.v1.BlockHeader;
import dev.sluice.proto.v1.TransactionMultiproof;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Block headers, batch headers and proofs. */
public final class ProtoBlocks {
  private static final int U16_LIMIT = 1 << 16;

  private ProtoBlocks() {}

  public static BlockHeader header(BlockCommitment commitment) {
    return BlockHeader.newBuilder()
        .setNumber(commitment.number())
        .setClock(commitment.clock())
        .setInboxPosition(commitment.inboxPosition())
        .setInboxAccumulator(ProtoValues.bytes(commitment.inboxAccumulator()))
        .setTxCount(commitment.txCount())
        .setTxRoot(ProtoValues.bytes(commitment.txRoot()))
        .build();
  }

  /** Empty for a hash of the wrong length or a count that is 0 or above 65,535. */
  public static Optional<BlockCommitment> commitment(BlockHeader header) {
    Optional<Hash32> accumulator = ProtoValues.hash32(header.getInboxAccumulator());
    Optional<Hash32> txRoot = ProtoValues.hash32(header.getTxRoot());
    int count = header.getTxCount();
    if (accumulator.isEmpty() || txRoot.isEmpty() || count < 1 || count >= U16_LIMIT) {
      return Optional.empty();
    }
    return Optional.of(
        new BlockCommitment(
            header.getNumber(),
            header.getClock(),
            header.getInboxPosition(),
            accumulator.get(),
            count,
            txRoot.get()));
  }

  public static TransactionMultiproof proof(MultiProof proof) {
    TransactionMultiproof.Builder message =
        TransactionMultiproof.newBuilder().setSiblings(ProtoValues.concatenated(proof.siblings()));
    for (MultiProof.Position position : proof.positions()) {
      message.addPositions((int) position.index()).addMasks((int) position.mask());
    }
    return message.build();
  }

  /**
   * The proof in a block of {@code txCount} transactions; empty if its lists have unequal or odd
   * lengths. Whether it proves anything is {@link MultiProof#root}'s to say.
   */
  public static Optional<MultiProof> proof(TransactionMultiproof message, int txCount) {
    Optional<List<Hash32>> siblings = ProtoValues.hashes(message.getSiblings());
    if (siblings.isEmpty()
        || message.getPositionsCount() != message.getMasksCount()
        || message.getPositionsCount() == 0
        || txCount < 1) {
      return Optional.empty();
    }
    int depth = 32 - Integer.numberOfLeadingZeros(txCount - 1);
    List<MultiProof.Position> positions = new ArrayList<>(message.getPositionsCount());
    for (int i = 0; i < message.getPositionsCount(); i++) {
      positions.add(
          new MultiProof.Position(
              Integer.toUnsignedLong(message.getPositions(i)),
              Integer.toUnsignedLong(message.getMasks(i))));
    }
    return Optional.of(new MultiProof(depth, positions, siblings.get()));
  }

  public static BatchHeader header(dev.sluice.primitives.batch.BatchHeader header) {
    return BatchHeader.newBuilder()
        .setParent(ProtoValues.bytes(header.parent()))
        .setDataHash(ProtoValues.bytes(header.dataHash()))
        .setPostRoot(ProtoValues.bytes(header.postRoot()))
        .setBlockAccumulator(ProtoValues.bytes(header.blockAccumulator()))
        .setNumber(header.number())
        .setBlockNumber(header.blockNumber())
        .setInboxPosition(header.inboxPosition())
        .setClock(header.clock())
        .setL1Time(header.l1Time())
        .setChunkCount((int) header.chunkCount())
        .setMode(header.mode())
        .setProposer(ProtoValues.bytes(header.proposer()))
        .build();
  }

  /** Empty for a byte field of the wrong length. */
  public static Optional<dev.sluice.primitives.batch.BatchHeader> header(BatchHeader message) {
    Optional<Hash32> parent = ProtoValues.hash32(message.getParent());
    Optional<Hash32> dataHash = ProtoValues.hash32(message.getDataHash());
    Optional<Hash32> postRoot = ProtoValues.hash32(message.getPostRoot());
    Optional<Hash32> accumulator = ProtoValues.hash32(message.getBlockAccumulator());
    Optional<Address> proposer = ProtoValues.address(message.getProposer());
    if (parent.isEmpty()
        || dataHash.isEmpty()
        || postRoot.isEmpty()
        || accumulator.isEmpty()
        || proposer.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new dev.sluice.primitives.batch.BatchHeader(
            parent.get(),
            dataHash.get(),
            postRoot.get(),
            accumulator.get(),
            message.getNumber(),
            message.getBlockNumber(),
            message.getInboxPosition(),
            message.getClock(),
            message.getL1Time(),
            Integer.toUnsignedLong(message.getChunkCount()),
            message.getMode(),
            proposer.get()));
  }
}
