package dev.sluice.client.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.sluice.client.fake.FakeChain;
import dev.sluice.client.fake.FakeSequencer;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.ProtoGenesis;
import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.AckFrame;
import dev.sluice.proto.v1.ChainInfoAnswer;
import dev.sluice.proto.v1.TransactionResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Client, wallet and submission stream against a sequencer on a socket. */
@Timeout(60)
class SluiceClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Uint128 ETHER = Uint128.of(1_000_000_000_000_000_000L);
  private static final PrivateKey ALICE = FakeChain.key(1);
  private static final Address BOB = FakeChain.key(2).address();

  private FakeSequencer fake;
  private SluiceClient client;
  private Wallet alice;

  @BeforeEach
  void connect() throws IOException {
    fake = new FakeSequencer();
    fake.open(FakeChain.ROLLUP, Uint128.ZERO);
    fake.open(ALICE.address(), ETHER);
    client = SluiceClient.connect(fake.target(), FakeChain.CHAIN_ID, FakeChain.ROLLUP);
    alice = new Wallet(client, ALICE);
  }

  @AfterEach
  void close() {
    client.close();
    fake.close();
  }

  private static AckFrame flippedPosted(AckFrame frame) {
    AckFrame.Builder changed = frame.toBuilder();
    for (TransactionResult.Builder result : changed.getResultsBuilderList()) {
      byte[] posted = result.getIncluded().getPosted().toByteArray();
      posted[3] ^= 1;
      result.getIncludedBuilder().setPosted(ByteString.copyFrom(posted));
    }
    return changed.build();
  }

  private static AckFrame otherSignature(AckFrame frame) {
    AckFrame.Builder changed = frame.toBuilder();
    byte[] signature = frame.getConfirmation().getHead().getSignature().toByteArray();
    signature[10] ^= 1;
    changed.getConfirmationBuilder().getHeadBuilder().setSignature(ByteString.copyFrom(signature));
    return changed.build();
  }

  @Test
  void transfer_isConfirmed_andMovesTheMoney() {
    Confirmed confirmed = alice.transfer(BOB, 0, Uint128.of(5));
    assertEquals(1, confirmed.ack().block());
    assertEquals(Uint128.of(5), fake.balance(2));
    assertEquals(Uint128.of(5), new Wallet(client, FakeChain.key(2)).balance(0));
    assertInstanceOf(
        TransactionStatus.InBlock.class, client.transaction(confirmed.ack().transactionId()));
  }

  @Test
  void transaction_isUnknown_whenNobodySentIt() {
    assertInstanceOf(TransactionStatus.Unknown.class, client.transaction(Hash32.ZERO));
  }

  @Test
  void submit_keepsTheOrder_ofThousandsInFlight() {
    List<CompletableFuture<Ack>> answers = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      answers.add(alice.submit(alice.drafts().transfer(BOB, 0, Uint128.ONE)).answer());
    }
    for (CompletableFuture<Ack> answer : answers) {
      assertInstanceOf(Ack.Included.class, Answers.await(answer, PATIENCE));
    }
    assertEquals(Uint128.of(5_000), fake.balance(2));
  }

  @Test
  void stream_answersEverything_whenItsWindowIsSmall() {
    try (SubmissionStream stream = client.openSubmissionStream(2)) {
      List<CompletableFuture<Ack>> answers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        answers.add(stream.submitRaw(new byte[] {(byte) i}));
      }
      for (CompletableFuture<Ack> answer : answers) {
        assertEquals(
            "MALFORMED",
            assertInstanceOf(Ack.Refused.class, Answers.await(answer, PATIENCE)).name());
      }
    }
  }

  @Test
  void send_throwsTheRefusal_whenTheBalanceIsShort() {
    NotIncludedException refused =
        assertThrows(NotIncludedException.class, () -> alice.transfer(BOB, 0, ETHER));
    assertEquals(10, refused.number());
    assertTrue(refused.remedy().contains("deposit"), refused.remedy());
    alice.transfer(BOB, 0, Uint128.ONE);
    assertEquals(Uint128.ONE, fake.balance(2));
  }

  @Test
  void send_signsAgain_whenAnotherProcessUsedTheNonces() {
    alice.transfer(BOB, 0, Uint128.ONE);
    fake.skipNonces(1, 3);
    alice.transfer(BOB, 0, Uint128.ONE);
    assertEquals(Uint128.of(2), fake.balance(2));
  }

  @Test
  void wallet_saysWhatToDo_whenTheAddressHasNoAccount() {
    Wallet nobody = new Wallet(client, FakeChain.key(9));
    assertEquals(OptionalLong.empty(), nobody.account());
    UnreachableException e = assertThrows(UnreachableException.class, nobody::requireAccount);
    assertTrue(e.remedy().contains("deposit"), e.remedy());
  }

  @Test
  void submit_fails_whenTheSequencersSignatureIsForged() {
    fake.tamper(SluiceClientTest::otherSignature);
    assertThrows(DishonestSequencerException.class, () -> alice.transfer(BOB, 0, Uint128.ONE));
  }

  @Test
  void submit_fails_whenTheMultiproofIsOfSomethingElse() {
    fake.tamper(SluiceClientTest::flippedPosted);
    assertThrows(DishonestSequencerException.class, () -> alice.transfer(BOB, 0, Uint128.ONE));
  }

  @Test
  void submitOne_fails_whenTheSequencersSignatureIsForged() {
    fake.tamper(SluiceClientTest::otherSignature);
    SignedTransaction signed = alice.sign(alice.drafts().transfer(BOB, 0, Uint128.ONE));
    assertThrows(DishonestSequencerException.class, () -> client.submitOne(signed));
  }

  @Test
  void wallet_goesOnWithANewStream_afterTheOldOneBroke() {
    fake.hangUp();
    assertThrows(UnreachableException.class, () -> alice.transfer(BOB, 0, Uint128.ONE));
    alice.transfer(BOB, 0, Uint128.ONE);
    assertEquals(Uint128.ONE, fake.balance(2));
  }

  @Test
  void connect_isRefused_forAnotherDeployment() {
    Address other = FakeChain.key(3).address();
    assertThrows(
        ChainMismatchException.class,
        () -> SluiceClient.connect(fake.target(), FakeChain.CHAIN_ID, other));
    assertThrows(
        ChainMismatchException.class,
        () -> SluiceClient.connect(fake.target(), 1, FakeChain.ROLLUP));
  }

  @Test
  void connect_isRefused_whenTheDomainIsNotThatOfTheContract() {
    fake.tamperInfo(info -> info.toBuilder().setChainId(1).build());
    assertThrows(ChainMismatchException.class, () -> SluiceClient.connect(fake.target()));
    fake.tamperInfo(
        info -> {
          ChainInfoAnswer.Builder changed = info.toBuilder();
          changed.getGenesisBuilder().setEpochSeconds(11);
          return changed.build();
        });
    assertThrows(ChainMismatchException.class, () -> SluiceClient.connect(fake.target()));
  }

  @Test
  void connect_isRefused_whenTheChainIsOfAnotherVersion() {
    fake.tamperInfo(
        info -> {
          ChainInfoAnswer.Builder changed = info.toBuilder();
          changed.getGenesisBuilder().setStfVersion(Genesis.STF_VERSION - 1);
          Hash32 hash = ProtoGenesis.genesis(changed.getGenesis()).orElseThrow().hash();
          return changed.setGenesisHash(ProtoValues.bytes(hash)).build();
        });
    ChainMismatchException refused =
        assertThrows(ChainMismatchException.class, () -> SluiceClient.connect(fake.target()));
    assertTrue(String.valueOf(refused.getMessage()).contains("STF version"), refused.toString());
  }

  @Test
  void connect_saysWhatToDo_whenNobodyListens() {
    String target = fake.target();
    fake.close();
    UnreachableException e =
        assertThrows(UnreachableException.class, () -> SluiceClient.connect(target));
    assertTrue(e.remedy().contains("devnet"), e.remedy());
  }
}
