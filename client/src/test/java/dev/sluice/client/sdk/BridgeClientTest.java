package dev.sluice.client.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.client.fake.FakeChain;
import dev.sluice.client.fake.FakeSequencer;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.contract.TestToken;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.l1.deployment.Deployment;
import dev.sluice.l1.deployment.DevnetAccounts;
import dev.sluice.l1.node.AnvilNode;
import dev.sluice.l1.node.AnvilOptions;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.ProtoGenesis;
import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.ChainInfoAnswer;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The client's L1 side against the real contracts on a real EVM node; only the sequencer is a fake.
 */
@Timeout(180)
class BridgeClientTest {
  private static final Address BOB = FakeChain.key(2).address();

  private AnvilNode node;
  private FakeSequencer fake;
  private ChainConfig config;
  private SluiceClient client;
  private L1Side l1;
  private L1Wallet alice;
  private BridgeClient bridge;

  @BeforeEach
  void deploy() throws IOException, InterruptedException {
    node = AnvilNode.start(AnvilOptions.forTests());
    try (L1Client deployer = node.connect()) {
      config = Deployment.deployDevnet(deployer);
    }
    fake = new FakeSequencer();
    fake.tamperInfo(this::deployed);
    client = SluiceClient.connect(fake.target(), config.chainId(), config.rollup());
    l1 = L1Side.connect(node.url(), client.chain());
    alice =
        new L1Wallet(l1.client(), config.chainId(), DevnetAccounts.key(DevnetAccounts.FIRST_USER));
    bridge = new BridgeClient(client, l1);
  }

  @AfterEach
  void stop() {
    l1.close();
    client.close();
    fake.close();
    node.close();
  }

  private ChainInfoAnswer deployed(ChainInfoAnswer info) {
    return info.toBuilder()
        .setRollup(ProtoValues.bytes(config.rollup()))
        .setInbox(ProtoValues.bytes(config.inbox()))
        .setBridge(ProtoValues.bytes(config.bridge()))
        .setDomain(
            ProtoValues.bytes(new TypedData(config.chainId(), config.rollup()).domainSeparator()))
        .setGenesis(ProtoGenesis.message(config.genesis()))
        .setGenesisHash(ProtoValues.bytes(config.genesis().hash()))
        .build();
  }

  @Test
  void deposits_areInCustody_withTheIdsOfTheirMessages() throws IOException {
    BridgeClient.Deposit eth = bridge.deposit(alice, 0, Uint128.of(1_000), BOB);
    assertEquals(BOB, eth.owner());
    assertEquals(l1.inbox().accumulatorAt(eth.inboxIndex() + 1), eth.messageId());
    assertEquals(BigInteger.valueOf(1_000), l1.bridge().custodyOf(0));

    TestToken token = new TestToken(l1.client(), config.genesis().tokens().get(1));
    alice.send(token.mint(alice.address(), BigInteger.valueOf(500)));
    alice.send(
        token.approve(config.bridge(), BigInteger.ONE)); // less than needed: it is reset first
    bridge.deposit(alice, 1, Uint128.of(500), BOB);
    assertEquals(BigInteger.valueOf(500), l1.bridge().custodyOf(1));
    assertEquals(BigInteger.ZERO, token.allowance(alice.address(), config.bridge()));

    assertInstanceOf(TransactionStatus.Unknown.class, bridge.awaitCredited(eth, Duration.ZERO));
  }

  @Test
  void deposit_isRefusedWithWords_whenItCannotBe() {
    L1FailureException zero =
        assertThrows(L1FailureException.class, () -> bridge.deposit(alice, 0, Uint128.ZERO, BOB));
    assertTrue(String.valueOf(zero.getMessage()).contains("ZeroAmount"), zero.toString());
    assertThrows(L1FailureException.class, () -> bridge.deposit(alice, 3, Uint128.ONE, BOB));
    assertThrows(L1FailureException.class, () -> bridge.deposit(alice, 0, Uint128.MAX, BOB));
    assertThrows(L1FailureException.class, () -> bridge.deposit(alice, 1, Uint128.ONE, BOB));
  }

  @Test
  void unit_isWhatTheTokensContractSays() {
    assertEquals(new TokenUnit(1, "TEST", 6), l1.unit(1));
    assertEquals(TokenUnit.ETH, l1.unit(0));
    assertThrows(L1FailureException.class, () -> l1.unit(2));
  }

  @Test
  void claim_isRefusedByTheBridge_whenItIsNotProven() {
    ProvenWithdrawal invented =
        new ProvenWithdrawal(0, BOB, 0, Uint128.ONE, 0, List.of(), config.genesisHeader());
    WithdrawalTracker tracker = new WithdrawalTracker(client, l1);
    assertThrows(L1FailureException.class, () -> tracker.claim(alice, invented));
    assertThrows(UnreachableException.class, () -> tracker.indexOf(Hash32.ZERO));
  }

  @Test
  void connect_isRefused_forANodeWithoutTheContracts() {
    fake.tamperInfo(info -> info);
    try (SluiceClient elsewhere = SluiceClient.connect(fake.target())) {
      assertThrows(
          ChainMismatchException.class, () -> L1Side.connect(node.url(), elsewhere.chain()));
    }
  }
}
