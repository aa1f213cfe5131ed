package dev.sluice.client.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import dev.sluice.client.fake.FakeChain;
import dev.sluice.client.fake.FakeSequencer;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.BlockHeader;
import dev.sluice.proto.v1.Confirmation;
import dev.sluice.proto.v1.ConfirmedBlock;
import dev.sluice.proto.v1.Inclusion;
import dev.sluice.proto.v1.TransactionMultiproof;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AckVerifierTest {
  private static final List<Long> PROVEN = List.of(1L, 2L, 4L);

  private final FakeChain fake = new FakeChain(FakeSequencer.KEY);
  private final AckVerifier verifier = new AckVerifier(Chain.of(fake.info()));
  private final List<EncodedTransaction> block = new ArrayList<>();
  private final List<Inclusion> inclusions = new ArrayList<>();
  private final Confirmation confirmation;

  AckVerifierTest() {
    for (int i = 0; i < 7; i++) {
      PostedTransaction posted =
          new PostedTransaction.Transfer(
              i, new Recipient.Existing(0), 0, Uint128.of(i + 1), null, WalletSignature.NONE);
      block.add(EncodedTransaction.of(posted, FakeChain.GENESIS.committeeSizeLog2()));
    }
    for (long position : PROVEN) {
      inclusions.add(inclusion((int) position, (int) position));
    }
    confirmation = fake.seal(block, PROVEN, 2);
  }

  private Inclusion inclusion(int transaction, int position) {
    return Inclusion.newBuilder()
        .setBlockNumber(1)
        .setPosition(position)
        .setPosted(ProtoValues.wrap(block.get(transaction).posted().toArrayUnsafe()))
        .build();
  }

  private void assertRefused(String what, Consumer<Confirmation.Builder> change) {
    Confirmation.Builder changed = confirmation.toBuilder();
    change.accept(changed);
    assertThrows(
        DishonestSequencerException.class,
        () -> verifier.verify(changed.build(), inclusions),
        what);
  }

  private void assertRefused(String what, List<Inclusion> claimed) {
    assertThrows(
        DishonestSequencerException.class, () -> verifier.verify(confirmation, claimed), what);
  }

  /** One bit of one byte. */
  private static ByteString flipped(ByteString bytes, int at) {
    byte[] changed = bytes.toByteArray();
    changed[at] ^= 1;
    return ByteString.copyFrom(changed);
  }

  @Test
  void verify_givesTheSignedHead_forAnHonestConfirmation() {
    SoftConfirmation head = verifier.verify(confirmation, inclusions);
    assertEquals(3, head.number());
    assertEquals(confirmation.getHead().getPostBy(), head.postBy());
  }

  @Test
  void verify_refuses_anyChangeOfTheSignedHead() {
    for (int i = 0; i < WalletSignature.BYTES; i++) {
      int at = i;
      assertRefused(
          "signature byte " + i,
          c -> c.getHeadBuilder().setSignature(flipped(c.getHead().getSignature(), at)));
    }
    assertRefused("no signature", c -> c.getHeadBuilder().clearSignature());
    assertRefused("number", c -> c.getHeadBuilder().setNumber(4));
    assertRefused("post-by", c -> c.getHeadBuilder().setPostBy(c.getHead().getPostBy() + 1));
    assertRefused(
        "accumulator",
        c -> c.getHeadBuilder().setBlockAccumulator(flipped(c.getHead().getBlockAccumulator(), 0)));
  }

  @Test
  void verify_refuses_theSignatureOfAnotherKey() {
    FakeChain other = new FakeChain(FakeChain.key(1));
    Confirmation forged = other.seal(block, PROVEN, 2);
    assertThrows(DishonestSequencerException.class, () -> verifier.verify(forged, inclusions));
  }

  @Test
  void verify_refuses_anyChangeOfTheMultiproof() {
    int siblings = confirmation.getBlocks(0).getProven().getProof().getSiblings().size();
    for (int i = 0; i < siblings; i++) {
      int at = i;
      assertRefused(
          "sibling byte " + i,
          c -> {
            TransactionMultiproof.Builder proof =
                c.getBlocksBuilder(0).getProvenBuilder().getProofBuilder();
            proof.setSiblings(flipped(proof.getSiblings(), at));
          });
    }
    for (int leaf = 0; leaf < PROVEN.size(); leaf++) {
      for (int bit = 0; bit < 4; bit++) {
        int position = leaf;
        int mask = 1 << bit;
        assertRefused(
            "mask bit " + bit + " of leaf " + leaf,
            c -> {
              TransactionMultiproof.Builder proof =
                  c.getBlocksBuilder(0).getProvenBuilder().getProofBuilder();
              proof.setMasks(position, proof.getMasks(position) ^ mask);
            });
      }
    }
    assertRefused(
        "a position",
        c -> c.getBlocksBuilder(0).getProvenBuilder().getProofBuilder().setPositions(0, 0));
    assertRefused("no proof", c -> c.getBlocksBuilder(0).getProvenBuilder().clearProof());
  }

  @Test
  void verify_refuses_anyChangeOfTheBlocks() {
    assertRefused(
        "clock",
        c -> {
          BlockHeader.Builder header = c.getBlocksBuilder(0).getProvenBuilder().getHeaderBuilder();
          header.setClock(header.getClock() + 1);
        });
    assertRefused(
        "number", c -> c.getBlocksBuilder(0).getProvenBuilder().getHeaderBuilder().setNumber(2));
    assertRefused(
        "count", c -> c.getBlocksBuilder(0).getProvenBuilder().getHeaderBuilder().setTxCount(8));
    assertRefused(
        "a later block",
        c -> c.getBlocksBuilder(1).setCommitment(flipped(c.getBlocks(1).getCommitment(), 31)));
    assertRefused("a missing block", c -> c.removeBlocks(2));
    assertRefused("an empty link", c -> c.setBlocks(1, ConfirmedBlock.getDefaultInstance()));
    assertRefused(
        "the accumulator before",
        c -> c.setAccumulatorBefore(flipped(c.getAccumulatorBefore(), 5)));
    assertRefused("the first number", c -> c.setFirstBlock(2));
  }

  @Test
  void verify_refuses_inclusionsThatTheProofDoesNotCover() {
    assertRefused("one less", inclusions.subList(0, 2));
    List<Inclusion> more = new ArrayList<>(inclusions);
    more.add(inclusion(5, 5));
    assertRefused("one more", more);
    List<Inclusion> twice = new ArrayList<>(inclusions);
    twice.add(inclusions.getFirst());
    assertRefused("one twice", twice);
    List<Inclusion> another = new ArrayList<>(inclusions);
    another.set(0, inclusion(3, 1));
    assertRefused("another transaction in the same place", another);
    List<Inclusion> elsewhere = new ArrayList<>(inclusions);
    elsewhere.set(0, inclusions.getFirst().toBuilder().setBlockNumber(2).build());
    assertRefused("another block", elsewhere);
  }
}
