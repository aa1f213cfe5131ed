package dev.sluice.client.fake;

import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.BlockCommitment;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.merkle.DenseTree;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.typeddata.SignedStatement;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.ProtoBlocks;
import dev.sluice.proto.ProtoGenesis;
import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.ChainHeads;
import dev.sluice.proto.v1.ChainInfoAnswer;
import dev.sluice.proto.v1.Confirmation;
import dev.sluice.proto.v1.ConfirmedBlock;
import dev.sluice.proto.v1.ProvenBlock;
import dev.sluice.proto.v1.SignedHead;
import java.util.List;

/** Blocks, commitments and signatures of a chain that exists nowhere; not thread-safe. */
public final class FakeChain {
  public static final long CHAIN_ID = 31_337;
  public static final Address ROLLUP =
      Address.fromHex("0x00000000000000000000000000000000000000aa");
  public static final Uint128 FEE_UNIT = Uint128.of(1_000_000_000L);

  public static final Genesis GENESIS =
      new Genesis(
          "sluice-fake",
          Genesis.STF_VERSION,
          List.of(Address.ZERO, Address.ZERO, Address.ZERO, Address.ZERO),
          List.of(FEE_UNIT, Uint128.ZERO, Uint128.ZERO, Uint128.ZERO),
          1_000,
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
          Uint128.of(1_000_000_000_000_000_000L),
          ROLLUP,
          ROLLUP);

  private final PrivateKey key;
  private final TypedData typedData = new TypedData(CHAIN_ID, ROLLUP);
  private long number;
  private Hash32 accumulator = Hash32.ZERO;

  public FakeChain(PrivateKey sequencerKey) {
    this.key = sequencerKey;
  }

  public static PrivateKey key(int n) {
    byte[] secret = new byte[PrivateKey.BYTES];
    secret[PrivateKey.BYTES - 1] = (byte) n;
    return PrivateKey.of(secret).orElseThrow();
  }

  public TypedData typedData() {
    return typedData;
  }

  public long head() {
    return number;
  }

  /** What {@code Query.ChainInfo} answers. */
  public ChainInfoAnswer info() {
    return ChainInfoAnswer.newBuilder()
        .setChainId(CHAIN_ID)
        .setRollup(ProtoValues.bytes(ROLLUP))
        .setInbox(ProtoValues.bytes(ROLLUP))
        .setBridge(ProtoValues.bytes(ROLLUP))
        .setDomain(ProtoValues.bytes(typedData.domainSeparator()))
        .setGenesis(ProtoGenesis.message(GENESIS))
        .setGenesisHash(ProtoValues.bytes(GENESIS.hash()))
        .setSequencer(ProtoValues.bytes(key.address()))
        .setHeads(ChainHeads.newBuilder().setUnsafe(number))
        .setClock(GENESIS.genesisTime() + number)
        .build();
  }

  /**
   * Seals a block and, to give the proof something to follow, {@code later} blocks after it.
   *
   * @param positions of the transactions that the confirmation proves
   */
  public Confirmation seal(List<EncodedTransaction> transactions, List<Long> positions, int later) {
    Confirmation.Builder confirmation =
        Confirmation.newBuilder()
            .setAccumulatorBefore(ProtoValues.bytes(accumulator))
            .setFirstBlock(number + 1);
    DenseTree tree = new Block(1, transactions).transactionTree();
    BlockCommitment first = next(transactions.size(), tree.root());
    MultiProof proof = MultiProof.build(tree, tree.depth(), positions);
    confirmation.addBlocks(
        ConfirmedBlock.newBuilder()
            .setProven(
                ProvenBlock.newBuilder()
                    .setHeader(ProtoBlocks.header(first))
                    .setProof(ProtoBlocks.proof(proof))));
    for (int i = 0; i < later; i++) {
      confirmation.addBlocks(
          ConfirmedBlock.newBuilder()
              .setCommitment(ProtoValues.bytes(next(1, Hash32.ZERO).hash())));
    }
    return confirmation.setHead(signedHead()).build();
  }

  private BlockCommitment next(int count, Hash32 root) {
    number++;
    BlockCommitment commitment =
        new BlockCommitment(number, GENESIS.genesisTime() + number, 0, Hash32.ZERO, count, root);
    accumulator = commitment.accumulate(accumulator);
    return commitment;
  }

  private SignedHead signedHead() {
    long postBy = GENESIS.genesisTime() + number + 60;
    WalletSignature signature =
        sign(new SignedStatement.BlockConfirmation(number, accumulator, postBy));
    return SignedHead.newBuilder()
        .setNumber(number)
        .setBlockAccumulator(ProtoValues.bytes(accumulator))
        .setPostBy(postBy)
        .setSignature(ProtoValues.bytes(signature))
        .build();
  }

  public WalletSignature sign(SignedStatement statement) {
    return WalletSignature.of(Secp256k1.sign(typedData.digest(statement), key));
  }
}
