package dev.sluice.systemtests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.l1.connection.L1Receipt;
import dev.sluice.l1.contract.BatchPost;
import dev.sluice.l1.contract.L1Call;
import dev.sluice.l1.contract.RollupContract;
import dev.sluice.l1.contract.TestToken;
import dev.sluice.l1.deployment.DevnetAccounts;
import dev.sluice.l1.reader.L1Event;
import dev.sluice.l1.reader.L1Reader;
import dev.sluice.l1.reader.ReaderPolicy;
import dev.sluice.primitives.batch.BatchData;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.merkle.DenseTree;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.execution.Attempt;
import dev.sluice.state.execution.BlockExecutor;
import dev.sluice.state.execution.BlockInProgress;
import dev.sluice.state.execution.ChunkExecutor;
import dev.sluice.state.execution.ChunkOutcome;
import dev.sluice.state.execution.ExecutedBlock;
import dev.sluice.state.execution.Receipt;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.transition.QueuedMessage;
import dev.sluice.state.transition.VerifiedTransaction;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A chain of three honest chunks of kinds 0 to 2, executed here, over contracts on a real EVM node:
 * the inbox; spends; what is refused. Nothing of it is posted yet.
 */
abstract class OnExecutedChain {
  static final PrivateKey ALICE = wallet("alice");
  static final PrivateKey BOB = wallet("bob");
  static final int POSTER = DevnetAccounts.CALLDATA_POSTER;
  static final int WATCHER = DevnetAccounts.WATCHER;
  static final BigInteger ETH = BigInteger.TEN.pow(18);

  DeployedL1 l1;
  TypedData domain;

  /** A chunk as it should be, with what a challenger needs. */
  record Honest(Chunk chunk, ChunkExecutor.Witnessed witnessed) {}

  /** The end of the honest batch. */
  record End(long blockNumber, Hash32 blockAccumulator, long clock, long inboxPosition) {}

  final List<Honest> honest = new ArrayList<>();
  List<QueuedMessage> messages = List.of();
  End end = new End(0, Hash32.ZERO, 0, 0);
  byte[] metaLeaf = new byte[0];
  MultiProof withdrawalsProof = new MultiProof(MultiProof.DEPTH_MAX, List.of(), List.of());
  MultiProof accountProof = new MultiProof(MultiProof.DEPTH_MAX, List.of(), List.of());
  MultiProof metaProof = new MultiProof(MultiProof.DEPTH_MAX, List.of(), List.of());

  static PrivateKey wallet(String name) {
    return PrivateKey.of(Keccak256.hash(name.getBytes(StandardCharsets.UTF_8))).orElseThrow();
  }

  @BeforeEach
  void depositAndExecute() throws Exception {
    l1 = DeployedL1.start(604_800);
    domain = new TypedData(l1.config.chainId(), l1.config.rollup());
    fillInbox();
    messages = readInbox(5);
    List<List<Block>> chunks = blocks();
    executeWithWitnesses(chunks);
  }

  @AfterEach
  void stop() {
    l1.close();
  }

  private void fillInbox() throws Exception {
    int user = DevnetAccounts.FIRST_USER;
    Address payer = DevnetAccounts.key(user).address();
    l1.included(user, l1.bridge.depositEth(ALICE.address(), ETH.multiply(BigInteger.TWO)));
    TestToken token = new TestToken(l1.client, l1.config.genesis().tokens().get(1));
    l1.included(user, token.mint(payer, BigInteger.valueOf(1_000_000)));
    l1.included(user, token.approve(l1.config.bridge(), BigInteger.valueOf(1_000_000)));
    l1.included(user, l1.bridge.depositToken(1, Uint128.of(1_000_000), BOB.address()));
    l1.included(user, l1.inbox.takeSeed());
    // Alice is account 1: the deposits open accounts in their order.
    byte[] forced = WireCodec.encode(transfer(ALICE, 1, 0, BOB.address(), 0, 5_000));
    l1.included(user, l1.inbox.forceTransaction(forced, l1.inbox.forcedFeeWei()));
    l1.included(user, l1.bridge.depositEth(BOB.address(), BigInteger.valueOf(77)));
  }

  List<QueuedMessage> readInbox(int expected) throws Exception {
    L1Reader reader =
        new L1Reader(
            l1.client,
            l1.config.inbox(),
            l1.config.rollup(),
            ReaderPolicy.confirmedBy(0),
            L1Reader.beginning(l1.client, l1.config.deploymentBlock()));
    List<QueuedMessage> found = new ArrayList<>();
    for (L1Event event : reader.poll()) {
      if (event instanceof L1Event.MessageQueued(var queued)) {
        InboxLink link = queued.link();
        found.add(
            new QueuedMessage(
                queued.message(), link.time(), link.witnessWeight(), link.gasWeight()));
      }
    }
    assertEquals(expected, found.size());
    return found;
  }

  private SignedTransaction transfer(
      PrivateKey key, int account, long nonce, Address to, int token, long amount) {
    return sign(
        key,
        new Transaction.Transfer(
            account, nonce, to, token, Uint128.of(amount), price(TransactionKind.TRANSFER, token)));
  }

  private SignedTransaction withdraw(
      PrivateKey key, int account, long nonce, Address to, int token, long amount) {
    return sign(
        key,
        new Transaction.Withdraw(
            account, nonce, to, token, Uint128.of(amount), price(TransactionKind.WITHDRAW, token)));
  }

  private Uint128 price(TransactionKind kind, int token) {
    return l1.config.genesis().price(kind, token);
  }

  private SignedTransaction sign(PrivateKey key, Transaction.WalletSigned transaction) {
    return new SignedTransaction(
        transaction, WalletSignature.of(Secp256k1.sign(domain.digest(transaction), key)));
  }

  BlockExecutor executor() {
    return new BlockExecutor(Ledger.genesis(l1.config.genesis(), NodeHasher.fastest()), domain);
  }

  /** Three chunks: the inbox; transfers and withdrawals; what is refused. */
  private List<List<Block>> blocks() {
    BlockExecutor executor = executor();
    BlockInProgress first = executor.begin(1);
    assertEquals(4, first.addMessages(messages.subList(0, 4)));
    ExecutedBlock inbox = first.seal();
    inbox.receipts().forEach(receipt -> assertTrue(receipt.isApplied(), receipt.toString()));

    BlockInProgress second = executor.begin(2);
    for (SignedTransaction signed :
        List.of(
            transfer(ALICE, 1, 1, BOB.address(), 0, 1_000),
            transfer(BOB, 2, 0, wallet("carol").address(), 1, 10_000),
            withdraw(ALICE, 1, 2, ALICE.address(), 0, 123_456),
            withdraw(BOB, 2, 1, wallet("dora").address(), 1, 777))) {
      assertInstanceOf(
          Attempt.Included.class,
          second.add(VerifiedTransaction.verify(signed, domain).orElseThrow()));
    }
    Block spends = second.seal().record().block();
    BlockInProgress third = executor.begin(0);
    assertEquals(1, third.addMessages(messages.subList(4, 5)));
    Block late = third.seal().record().block();

    WalletSignature stale = transfer(ALICE, 1, 0, BOB.address(), 0, 1).signature();
    Block refused =
        new Block(
            1,
            List.of(
                posted(
                    new PostedTransaction.Transfer(
                        1, new Recipient.Existing(2), 0, Uint128.ONE, null, stale)),
                posted(new PostedTransaction.Withdraw(999, null, 0, Uint128.ONE, null, stale))));
    ExecutedBlock executed = executor.execute(refused, List.of());
    for (Receipt receipt : executed.receipts()) {
      assertTrue(!receipt.isApplied(), receipt.toString());
    }
    return List.of(List.of(inbox.record().block()), List.of(spends, late), List.of(refused));
  }

  private EncodedTransaction posted(PostedTransaction transaction) {
    return EncodedTransaction.of(transaction, l1.config.genesis().committeeSizeLog2());
  }

  private void executeWithWitnesses(List<List<Block>> chunks) {
    BlockExecutor executor = executor();
    ChunkExecutor chunkExecutor = new ChunkExecutor(executor);
    Ledger ledger = executor.ledger();
    for (List<Block> blocks : chunks) {
      byte[] payload = Chunk.of(Hash32.ZERO, blocks).payload().toArrayUnsafe();
      int position = (int) ledger.meta().inboxPosition();
      ChunkExecutor.Witnessed witnessed =
          chunkExecutor.executeWithWitness(
              payload, messages.size(), messages.subList(position, messages.size()));
      assertInstanceOf(ChunkOutcome.Executed.class, witnessed.outcome());
      honest.add(
          new Honest(new Chunk(witnessed.outcome().postRoot(), Bytes.wrap(payload)), witnessed));
    }
    ended(ledger);
  }

  /** Keeps where a chain has ended, with the proofs that are asked for. */
  void ended(Ledger ledger) {
    end =
        new End(
            ledger.meta().blockNumber(),
            ledger.meta().blockAccumulator(),
            ledger.meta().clock(),
            ledger.meta().inboxPosition());
    long key = LeafType.META.key(Leaf.META_INDEX);
    metaLeaf = ledger.leaf(LeafType.META, (int) Leaf.META_INDEX);
    metaProof = ledger.prove(List.of(key));
    withdrawalsProof = ledger.prove(List.of(LeafType.WITHDRAWAL.key(0)));
    accountProof = ledger.prove(List.of(LeafType.ACCOUNT.key(1)));
  }

  List<Chunk> chunks() {
    return honest.stream().map(Honest::chunk).toList();
  }

  static Hash32 wrong(Hash32 root) {
    return new Hash32(root.w0(), root.w1(), root.w2(), root.w3() ^ 1);
  }

  /** Bonds if needed, posts, and returns the header as L1 stored it. */
  BatchHeader post(BatchHeader previous, List<Chunk> chunks, End claimed) throws Exception {
    Address operator = l1.config.genesis().operator();
    if (l1.rollup.bondOfWei(operator).signum() == 0) {
      l1.included(DevnetAccounts.OPERATOR, l1.rollup.depositBond(ETH));
    }
    l1.passTime(60);
    int consumed = (int) claimed.inboxPosition();
    InboxLink next =
        consumed < messages.size() ? messages.get(consumed).link() : BatchPost.NOTHING_NEXT;
    L1Receipt receipt =
        l1.included(
            POSTER,
            l1.rollup.post(
                new BatchPost(
                    previous,
                    claimed.blockNumber(),
                    claimed.blockAccumulator(),
                    claimed.clock(),
                    claimed.inboxPosition(),
                    l1.inbox.accumulatorAt(claimed.inboxPosition()),
                    next,
                    new BatchData(chunks).encode())));
    BatchHeader header =
        receipt.logs().stream()
            .filter(log -> log.topics().getFirst().equals(RollupContract.BATCH_POSTED))
            .map(log -> RollupContract.posted(log).header())
            .findFirst()
            .orElseThrow();
    assertEquals(header.hash(), l1.rollup.headerHash(header.number()));
    assertEquals(new BatchData(chunks).chunkTree(previous.postRoot()).root(), header.dataHash());
    return header;
  }

  BatchHeader post(List<Chunk> chunks, End claimed) throws Exception {
    return post(l1.config.genesisHeader(), chunks, claimed);
  }

  L1Call proof(BatchHeader header, List<Chunk> chunks, int index, byte[] witness) {
    Hash32 genesisRoot = l1.config.genesisRoot();
    DenseTree tree = new BatchData(chunks).chunkTree(genesisRoot);
    List<Hash32> path = new ArrayList<>();
    for (int level = 0; level < tree.depth(); level++) {
      path.add(tree.node(level, (index >> level) ^ 1));
    }
    Chunk chunk = chunks.get(index);
    return l1.prover.proveChunk(
        header,
        index,
        index == 0 ? genesisRoot : chunks.get(index - 1).postRoot(),
        chunk.postRoot(),
        path,
        chunk.payload().toArrayUnsafe(),
        witness);
  }

  L1Call endProof(BatchHeader header) {
    return l1.prover.proveEnd(
        header, metaProof.positions().getFirst().mask(), metaProof.siblings(), metaLeaf);
  }
}
