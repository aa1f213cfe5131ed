package dev.sluice.l1.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.l1.LocalL1;
import dev.sluice.l1.contract.BatchPost;
import dev.sluice.l1.contract.BridgeContract;
import dev.sluice.l1.contract.ContractErrors;
import dev.sluice.l1.contract.InboxContract;
import dev.sluice.l1.contract.PostedBatch;
import dev.sluice.l1.contract.QueuedMessage;
import dev.sluice.l1.contract.RollupContract;
import dev.sluice.l1.contract.TestToken;
import dev.sluice.l1.contract.WithdrawalClaim;
import dev.sluice.l1.reader.L1Event;
import dev.sluice.l1.reader.L1LostException;
import dev.sluice.l1.reader.L1Reader;
import dev.sluice.l1.reader.ReaderPolicy;
import dev.sluice.l1.reader.ReaderPosition;
import dev.sluice.l1.sender.Outcome;
import dev.sluice.l1.sender.SendJournal;
import dev.sluice.l1.sender.TransactionSender;
import dev.sluice.primitives.batch.BatchData;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contracts on a real EVM node, through the façades, the sender and the reader. */
final class DeploymentTest {
  private static final Address OWNER = DevnetAccounts.key(DevnetAccounts.FIRST_USER).address();
  private static final Hash32 SOME_ROOT = Hash32.fromHex("22".repeat(32));

  @TempDir Path directory;

  private LocalL1 l1;
  private ChainConfig config;
  private ContractErrors errors;
  private InboxContract inbox;
  private RollupContract rollup;
  private BridgeContract bridge;

  @BeforeEach
  void deploy() throws Exception {
    l1 = LocalL1.start();
    config = Deployment.deployDevnet(l1.client());
    errors = ContractArtifact.errors();
    inbox = new InboxContract(l1.client(), config.inbox());
    rollup = new RollupContract(l1.client(), config.rollup());
    bridge = new BridgeContract(l1.client(), config.bridge());
  }

  @AfterEach
  void stop() {
    l1.close();
  }

  private L1Reader reader(long confirmations) throws IOException {
    return new L1Reader(
        l1.client(),
        config.inbox(),
        config.rollup(),
        ReaderPolicy.confirmedBy(confirmations),
        L1Reader.beginning(l1.client(), config.deploymentBlock()));
  }

  private TransactionSender user() {
    return l1.sender(DevnetAccounts.FIRST_USER, errors);
  }

  private void depositEth(long wei) throws Exception {
    LocalL1.included(user(), bridge.depositEth(OWNER, BigInteger.valueOf(wei)));
  }

  private static List<QueuedMessage> messages(List<L1Event> events) {
    List<QueuedMessage> found = new ArrayList<>();
    for (L1Event event : events) {
      if (event instanceof L1Event.MessageQueued(QueuedMessage message)) {
        found.add(message);
      }
    }
    return found;
  }

  private BatchPost post(BatchHeader previous, Hash32 inboxAccumulator) throws IOException {
    BatchData data =
        new BatchData(List.of(new Chunk(SOME_ROOT, Bytes.fromHexString("0x000100000001"))));
    return new BatchPost(
        previous,
        previous.blockNumber() + 1,
        Hash32.fromHex("33".repeat(32)),
        l1.client().latestBlock().timestamp(),
        0,
        inboxAccumulator,
        BatchPost.NOTHING_NEXT,
        data.encode());
  }

  private void bond() throws Exception {
    TransactionSender operator = l1.sender(DevnetAccounts.OPERATOR, errors);
    LocalL1.included(operator, rollup.depositBond(config.genesis().bond().toBigInteger()));
  }

  @Test
  void contracts_knowEachOtherAndGenesis_afterDeployment() throws Exception {
    assertEquals(Optional.empty(), config.mismatchWith(l1.client()));
    assertEquals(config.genesis().hash(), rollup.genesisHash());
    assertEquals(config.genesisRoot(), rollup.genesisRoot());
    assertEquals(config.inbox(), rollup.inbox());
    assertEquals(config.genesis().operator(), rollup.operator());
    assertEquals(1, rollup.head());
    assertEquals(config.genesisHeader().hash(), rollup.headerHash(0));
    assertEquals(config.genesis().tokens().get(1), bridge.tokenAddress(1));
    assertTrue(rollup.isPoster(DevnetAccounts.key(DevnetAccounts.CALLDATA_POSTER).address()));
    assertEquals(Deployment.DEVNET_FORCED_FEE_WEI, inbox.forcedFeeWei());
  }

  @Test
  void config_isTheSame_afterWritingAndReading() throws Exception {
    Path file = directory.resolve("deep/chain.json");
    config.write(file);
    assertEquals(config, ChainConfig.read(file));
    String text = Files.readString(file);
    assertThrows(
        IOException.class,
        () -> ChainConfig.fromJson(text.replace("\"epochSeconds\" : 10", "\"epochSeconds\" : 11")));
    assertThrows(IOException.class, () -> ChainConfig.fromJson(text.replace("rollupTime", "time")));
    assertThrows(IOException.class, () -> ChainConfig.fromJson("{"));
  }

  @Test
  void config_ofAnotherVersion_isRefused_andSaysWhatToDo() {
    String version = "\"stfVersion\" : ";
    String old = config.toJson().replace(version + Genesis.STF_VERSION, version + 1);
    IOException refused = assertThrows(IOException.class, () -> ChainConfig.fromJson(old));
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("STF version 1") && message.contains("--fresh"), message);
  }

  @Test
  void config_namesTheMismatch_whenL1IsAnotherOne() throws Exception {
    try (LocalL1 other = LocalL1.start()) {
      String what = config.mismatchWith(other.client()).orElseThrow();
      assertTrue(what.contains("Inbox"), what);
    }
  }

  @Test
  void messages_areReadInOrder_withVerifiedAccumulators() throws Exception {
    depositEth(1_000);
    TestToken token = new TestToken(l1.client(), config.genesis().tokens().get(1));
    TransactionSender user = user();
    LocalL1.included(user, token.mint(OWNER, BigInteger.valueOf(500)));
    LocalL1.included(user, token.approve(config.bridge(), BigInteger.valueOf(500)));
    LocalL1.included(user, bridge.depositToken(1, Uint128.of(500), OWNER));
    LocalL1.included(user, inbox.takeSeed());
    LocalL1.included(user, inbox.forceTransaction(new byte[] {5, 1}, inbox.forcedFeeWei()));
    List<QueuedMessage> found = messages(reader(0).poll());
    assertEquals(
        List.of(InboxMessage.DEPOSIT, InboxMessage.DEPOSIT, InboxMessage.SEED, InboxMessage.FORCED),
        found.stream().map(message -> message.message().kind()).toList());
    assertEquals(new InboxMessage.Deposit(0, Uint128.of(1_000), OWNER), found.get(0).message());
    assertEquals(new InboxMessage.Deposit(1, Uint128.of(500), OWNER), found.get(1).message());
    assertEquals(4, inbox.count());
    assertEquals(inbox.accumulatorAt(4), found.get(3).accumulator());
    assertEquals(BigInteger.valueOf(500), bridge.custodyOf(1));
    assertEquals(BigInteger.ZERO, token.balanceOf(OWNER));
  }

  @Test
  void message_isNotRead_beforeItsConfirmations() throws Exception {
    L1Reader reader = reader(2);
    depositEth(1);
    assertTrue(messages(reader.poll()).isEmpty());
    l1.mine();
    l1.mine();
    assertEquals(1, messages(reader.poll()).size());
    assertTrue(reader.poll().isEmpty());
  }

  @Test
  void reader_rewinds_whenL1Reorganises() throws Exception {
    L1Reader reader = reader(0);
    depositEth(1);
    assertEquals(1, messages(reader.poll()).size());
    ReaderPosition kept = reader.position();
    depositEth(2);
    depositEth(3);
    assertEquals(2, messages(reader.poll()).size());
    l1.client().control("anvil_reorg", List.of(2, List.of()));
    List<L1Event> events = reader.poll();
    L1Event.Rewound rewound = assertInstanceOf(L1Event.Rewound.class, events.getFirst());
    assertEquals(kept.block(), rewound.toBlock());
    assertEquals(1, rewound.messages());
    assertTrue(messages(events).isEmpty(), "the reorged blocks are empty");
    depositEth(4);
    List<QueuedMessage> again = messages(reader.poll());
    assertEquals(1, again.size());
    assertEquals(1, again.getFirst().index());
    assertEquals(inbox.accumulatorAt(2), again.getFirst().accumulator());
  }

  @Test
  void reader_saysL1IsLost_whenTheNodeStartedOver() throws Exception {
    L1Reader reader = reader(0);
    reader.poll();
    try (LocalL1 other = LocalL1.start()) {
      assertThrows(
          L1LostException.class,
          () -> L1Reader.beginning(other.client(), config.deploymentBlock() + 5));
      for (int i = 0; i < 8; i++) {
        other.mine();
      }
      L1Reader elsewhere =
          new L1Reader(
              other.client(),
              config.inbox(),
              config.rollup(),
              ReaderPolicy.confirmedBy(0),
              reader.position());
      assertThrows(L1LostException.class, elsewhere::poll);
    }
  }

  @Test
  void batch_isPostedAndReadBack_withItsCalldata() throws Exception {
    bond();
    TransactionSender poster = l1.sender(DevnetAccounts.CALLDATA_POSTER, errors);
    BatchPost post = post(config.genesisHeader(), Hash32.ZERO);
    LocalL1.included(poster, rollup.post(post));
    assertEquals(2, rollup.head());
    L1Reader reader = reader(0);
    List<PostedBatch> batches =
        reader.poll().stream()
            .filter(L1Event.BatchPosted.class::isInstance)
            .map(event -> ((L1Event.BatchPosted) event).batch())
            .toList();
    assertEquals(2, batches.size());
    assertEquals(config.genesisHeader(), batches.getFirst().header());
    PostedBatch posted = batches.getLast();
    assertEquals(rollup.headerHash(1), posted.headerHash());
    assertEquals(config.genesisHeader().hash(), posted.header().parent());
    BatchData data = BatchData.decode(reader.contents(posted).chunks()).orElseThrow();
    assertEquals(SOME_ROOT, data.postRoot());
    assertEquals(data.chunkTree(config.genesisRoot()).root(), posted.header().dataHash());
    assertEquals(config.genesis().operator(), posted.header().proposer());
  }

  @Test
  void post_isRefusedByName_whenItExpectsAnotherAccumulator() throws Exception {
    bond();
    TransactionSender poster = l1.sender(DevnetAccounts.CALLDATA_POSTER, errors);
    Outcome outcome =
        poster.send(rollup.post(post(config.genesisHeader(), SOME_ROOT)), SendJournal.VOLATILE);
    Outcome.Reverted reverted = assertInstanceOf(Outcome.Reverted.class, outcome);
    assertTrue(reverted.error().name().contains("Accumulator"), reverted.toString());
    assertTrue(
        reverted.error().values().toString().contains(SOME_ROOT.toString()), reverted.toString());
  }

  @Test
  void post_isRefusedByName_whenTheBondIsMissing() throws Exception {
    TransactionSender poster = l1.sender(DevnetAccounts.CALLDATA_POSTER, errors);
    Outcome outcome =
        poster.send(rollup.post(post(config.genesisHeader(), Hash32.ZERO)), SendJournal.VOLATILE);
    Outcome.Reverted reverted = assertInstanceOf(Outcome.Reverted.class, outcome);
    assertNotEquals("Unknown", reverted.error().name());
    assertTrue(reverted.error().name().contains("Bond"), reverted.toString());
  }

  @Test
  void claim_isRefusedByName_whenTheBatchIsUnknown() throws Exception {
    BatchHeader unknown = BatchHeader.genesis(config.genesis(), SOME_ROOT, 1);
    Outcome outcome =
        user()
            .send(
                bridge.claim(unknown, new WithdrawalClaim(0, 0, OWNER, 0, Uint128.ONE), List.of()),
                SendJournal.VOLATILE);
    Outcome.Reverted reverted = assertInstanceOf(Outcome.Reverted.class, outcome);
    assertNotEquals("Unknown", reverted.error().name());
    assertNotEquals("Empty", reverted.error().name());
  }
}
