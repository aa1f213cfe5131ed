package dev.sluice.state.execution;

import static dev.sluice.state.execution.TestChain.DOMAIN;
import static dev.sluice.state.execution.TestChain.GENESIS;
import static dev.sluice.state.execution.TestChain.RECIPIENT;
import static dev.sluice.state.execution.TestChain.device;
import static dev.sluice.state.execution.TestChain.sign;
import static dev.sluice.state.execution.TestChain.voucher;
import static dev.sluice.state.execution.TestChain.wallet;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.codec.ByteReader;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.Transaction.Expiry;
import dev.sluice.primitives.transaction.Transaction.Verdict;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.weight.Weight;
import dev.sluice.state.chain.BlockLog;
import dev.sluice.state.chain.LogFile;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.store.StateStore;
import dev.sluice.state.store.StoreWriter;
import dev.sluice.state.store.memory.InMemoryStateStore;
import dev.sluice.state.store.rocksdb.RocksDbStateStore;
import dev.sluice.state.transition.QueuedMessage;
import dev.sluice.state.transition.VerifiedTransaction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random chains of every kind, good and bad transactions mixed, from a printed seed. */
class RandomChainTest {
  private static final List<PrivateKey> WALLETS =
      List.of(RECIPIENT, wallet("a"), wallet("b"), wallet("c"), wallet("d"));

  @TempDir Path directory;

  /** Draws a transaction that is sometimes refused. */
  private static SignedTransaction draw(TestChain chain, Random random) {
    Ledger ledger = chain.ledger;
    int account = random.nextInt(ledger.accounts().count());
    PrivateKey key = keyOf(ledger, account);
    PrivateKey other = WALLETS.get(random.nextInt(WALLETS.size()));
    int token = random.nextInt(20) == 0 ? 2 : random.nextInt(2);
    long amount = random.nextInt(2_000);
    int channel = ledger.channels().count() == 0 ? -1 : random.nextInt(ledger.channels().count());
    int job = ledger.jobs().count() == 0 ? -1 : random.nextInt(ledger.jobs().count());
    Hash32 channelId = channel < 0 ? Hash32.ZERO : ledger.channels().id(channel);
    Hash32 jobId = job < 0 ? Hash32.ZERO : ledger.jobs().id(job);
    int providers = ledger.providers().count();
    Hash32 provider =
        providers == 0 ? Hash32.ZERO : ledger.providers().id(random.nextInt(providers));
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> sign(key, chain.transfer(account, other.address(), token, amount));
      case 3 -> sign(key, chain.withdraw(account, other.address(), token, amount));
      case 4 ->
          sign(
              key,
              chain.channelOpen(
                  account,
                  other.address(),
                  token,
                  amount,
                  random.nextBoolean() ? key.address() : other.address()));
      case 5, 6 -> {
        PrivateKey signer = channel < 0 ? key : keyOf(ledger, ledger.channels().payer(channel));
        yield voucher(signer, channelId, amount);
      }
      case 7 -> {
        int closer =
            channel < 0
                ? account
                : random.nextBoolean()
                    ? ledger.channels().payer(channel)
                    : ledger.channels().payee(channel);
        yield random.nextBoolean()
            ? SignedTransaction.unsigned(new Transaction.ChannelCloseFinalize(channelId))
            : sign(
                keyOf(ledger, closer),
                new Transaction.ChannelCloseStart(
                    closer, chain.nonce(closer), channelId, TestChain.units(1_000)));
      }
      case 8 ->
          random.nextInt(4) == 0
              ? sign(key, chain.register(account, key, other.address(), token, device(providers)))
              : sign(key, chain.jobOpen(account, provider, token, amount));
      case 9 -> sign(key, chain.jobOpen(account, provider, token, amount));
      case 10 -> {
        int by = job < 0 ? account : ledger.providers().account(ledger.jobs().provider(job));
        yield sign(
            keyOf(ledger, by), chain.jobResult(by, jobId, job < 0 ? 0 : ledger.jobs().token(job)));
      }
      default -> {
        int buyer = job < 0 ? account : ledger.jobs().buyer(job);
        yield switch (random.nextInt(4)) {
          case 0 -> SignedTransaction.unsigned(new Transaction.JobExpiry(jobId, Expiry.SILENCE));
          case 1 -> SignedTransaction.unsigned(new Transaction.JobExpiry(jobId, Expiry.TIME_OUT));
          default ->
              sign(
                  keyOf(ledger, buyer),
                  new Transaction.JobVerdict(
                      buyer,
                      chain.nonce(buyer),
                      jobId,
                      random.nextBoolean() ? Verdict.ACCEPT : Verdict.REFUSE,
                      random.nextInt(9)));
        };
      }
    };
  }

  private static PrivateKey keyOf(Ledger ledger, int account) {
    return WALLETS.stream()
        .filter(wallet -> wallet.address().equals(ledger.accounts().owner(account)))
        .findFirst()
        .orElse(RECIPIENT);
  }

  private static TestChain randomChain(long seed, int blocks) {
    Random random = new Random(seed);
    TestChain chain = new TestChain();
    for (PrivateKey wallet : WALLETS) {
      chain.deposit(wallet, 0, 100_000);
      chain.deposit(wallet, 1, 100_000);
    }
    int refused = 0;
    for (int i = 0; i < blocks; i++) {
      BlockInProgress block = chain.executor.begin(random.nextInt(8));
      if (random.nextInt(3) == 0) {
        chain.queue(
            random.nextBoolean()
                ? new InboxMessage.Forced(Bytes.wrap(WireCodec.encode(draw(chain, random))))
                : new InboxMessage.Seed(i, new Hash32(i + 1, 1, 1, 1)));
        block.addMessages(chain.unconsumed());
      }
      for (int t = random.nextInt(12); t >= 0; t--) {
        Optional<VerifiedTransaction> verified =
            VerifiedTransaction.verify(draw(chain, random), DOMAIN);
        if (verified.isPresent() && block.add(verified.get()) instanceof Attempt.Refused) {
          refused++;
        }
      }
      if (block.isEmpty()) {
        block.abandon();
      } else {
        chain.seal(block);
      }
      chain.audit();
    }
    assertTrue(refused > 0 && chain.blocks.size() > blocks / 2, "seed " + seed);
    return chain;
  }

  @Test
  void custodyIsConserved_andEveryRootIsReproduced_onRandomChains() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    for (int i = 0; i < 3; i++) {
      TestChain chain = randomChain(seed + i, 60);
      chain.assertReplays();
      for (int account = 0; account < chain.ledger.accounts().count(); account++) {
        assertTrue(chain.ledger.accounts().find(chain.ledger.accounts().owner(account)) <= account);
      }
    }
  }

  private static List<List<Block>> cut(TestChain chain, Random random) {
    List<List<Block>> chunks = new ArrayList<>();
    List<Block> chunk = new ArrayList<>();
    int bytes = 0;
    Weight weight = Weight.CHUNK;
    for (ExecutedBlock executed : chain.blocks) {
      Block block = executed.record().block();
      Weight more = Weight.of(block, 3);
      for (QueuedMessage queued : executed.record().messages()) {
        more = more.plus(Weight.of(queued.message()));
      }
      boolean full =
          bytes + block.encodedBytes() > Chunk.PAYLOAD_BYTES_MAX
              || !weight.plus(more).fits(Weight.CHUNK_LIMIT);
      if (!chunk.isEmpty() && (full || random.nextInt(3) == 0)) {
        chunks.add(chunk);
        chunk = new ArrayList<>();
        bytes = 0;
        weight = Weight.CHUNK;
      }
      chunk.add(block);
      bytes += block.encodedBytes();
      weight = weight.plus(more);
    }
    chunks.add(chunk);
    return chunks;
  }

  @Test
  void chunks_leadToTheSameRoots_whateverTheirBorders_andWitnessesProveThem() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    TestChain chain = randomChain(seed, 40);
    for (int round = 0; round < 2; round++) {
      Random random = new Random(seed + round);
      BlockExecutor executor =
          new BlockExecutor(Ledger.genesis(GENESIS, NodeHasher.fastest()), DOMAIN);
      ChunkExecutor chunks = new ChunkExecutor(executor);
      int done = 0;
      for (List<Block> blocks : cut(chain, random)) {
        byte[] payload = Chunk.of(Hash32.ZERO, blocks).payload().toArrayUnsafe();
        List<QueuedMessage> messages =
            chain.inbox.subList((int) executor.ledger().meta().inboxPosition(), chain.inbox.size());
        Hash32 before = executor.root();
        ChunkExecutor.Witnessed probed = chunks.probe(payload, chain.inbox.size(), messages);
        assertEquals(before, executor.root(), "seed " + seed);
        ChunkExecutor.Witnessed witnessed =
            chunks.executeWithWitness(payload, chain.inbox.size(), messages);
        assertEquals(probed.outcome(), witnessed.outcome());
        assertArrayEquals(probed.witness(), witnessed.witness());
        assertInstanceOf(ChunkOutcome.Executed.class, witnessed.outcome());
        done += blocks.size();
        assertEquals(
            chain.blocks.get(done - 1).record().stateRoot(),
            witnessed.outcome().postRoot(),
            "seed " + seed);
        assertEquals(before, rootOfWitness(witnessed.witness()), "seed " + seed);
        assertTrue(witnessed.witness().length < 112_000);
      }
      assertEquals(chain.blocks.size(), done);
    }
  }

  /** Reads a witness by its description in docs/protocol.md §10 and climbs to the pre-root. */
  private static Hash32 rootOfWitness(byte[] witness) {
    ByteReader in = new ByteReader(witness);
    int leafCount = in.u16();
    List<MultiProof.Position> positions = new ArrayList<>();
    List<Hash32> leaves = new ArrayList<>();
    for (int i = 0; i < leafCount; i++) {
      int type = in.u8();
      long index = in.u32();
      long mask = in.u40();
      boolean absent = (type & 0x80) != 0;
      long key = (long) (type & 0x7f) << 32 | index;
      positions.add(new MultiProof.Position(key, mask));
      leaves.add(
          absent
              ? Hash32.ZERO
              : Keccak256.hash32(in.bytes(Leaf.preimageBytes(key, 3)).toArrayUnsafe()));
    }
    for (int i = in.u16(); i > 0; i--) {
      in.bytes(25);
      in.bytes(in.u16());
    }
    List<Hash32> siblings = new ArrayList<>();
    while (in.remaining() > 0) {
      siblings.add(in.hash32());
    }
    assertTrue(!in.hasFailed());
    assertEquals(
        List.of(0L, 1L, 2L), positions.subList(0, 3).stream().map(p -> p.index()).toList());
    return new MultiProof(40, positions, siblings).root(leaves).orElseThrow();
  }

  @Test
  void badChunk_isANoOpOrZero_andItsWitnessIsSmall() {
    TestChain chain = new TestChain();
    PrivateKey a = wallet("a");
    int account = chain.deposit(a, 0, 1_000_000);
    ChunkExecutor chunks = new ChunkExecutor(chain.executor);
    Hash32 root = chain.executor.root();
    for (byte[] payload :
        List.of(new byte[0], new byte[] {0, 1}, new byte[Chunk.PAYLOAD_BYTES_MAX + 1])) {
      ChunkExecutor.Witnessed malformed = chunks.executeWithWitness(payload, 99, List.of());
      assertInstanceOf(ChunkOutcome.MalformedChunk.class, malformed.outcome());
      assertEquals(root, malformed.outcome().postRoot());
      assertArrayEquals(new byte[4], malformed.witness());
    }
    BlockInProgress block = chain.executor.begin(0);
    chain.queue(new InboxMessage.Deposit(0, TestChain.units(5), wallet("new").address()));
    assertEquals(1, block.addMessages(chain.unconsumed()));
    byte[] run = chain.seal(block).record().block().encode();
    assertEquals(2, chain.ledger.meta().inboxPosition());
    chain.queue(new InboxMessage.Deposit(0, TestChain.units(5), wallet("new").address()));
    root = chain.executor.root();
    ChunkExecutor.Witnessed overRun = chunks.executeWithWitness(run, 2, chain.unconsumed());
    assertEquals(new ChunkOutcome.OverRun(3, 2), overRun.outcome());
    assertEquals(Hash32.ZERO, overRun.outcome().postRoot());
    assertEquals(root, chain.executor.root());
    assertThrows(
        IllegalArgumentException.class, () -> chunks.executeWithWitness(run, 3, List.of()));

    // 64 unsigned claims in one block are light in bytes but too heavy for a chunk.
    List<EncodedTransaction> claims = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      claims.add(EncodedTransaction.of(new PostedTransaction.ChannelCloseFinalize(i), 3));
    }
    byte[] heavy = new Block(0, claims).encode();
    ChunkExecutor.Witnessed overWeight = chunks.executeWithWitness(heavy, 99, chain.unconsumed());
    assertInstanceOf(ChunkOutcome.OverWeight.class, overWeight.outcome());
    assertEquals(root, overWeight.outcome().postRoot());
    assertEquals(
        root,
        new MultiProof(
                40,
                List.of(new MultiProof.Position(0, maskOf(overWeight.witness()))),
                siblingsOf(overWeight.witness()))
            .root(List.of(Keccak256.hash32(overWeight.witness(), 12, 124)))
            .orElseThrow());

    // Thirty forced transactions weigh more than a chunk may; only the last one goes into the
    // witness.
    for (int i = 0; i < 30; i++) {
      chain.queue(new InboxMessage.Forced(Bytes.of(1, 2, 3)));
    }
    int waiting = chain.unconsumed().size();
    byte[] flood =
        new Block(
                0,
                List.of(
                    EncodedTransaction.of(
                        new PostedTransaction.L1MessageRun(Collections.nCopies(waiting, 0L)), 3)))
            .encode();
    assertEquals(
        new ChunkOutcome.OverRun(chain.inbox.size(), chain.inbox.size() - 1L),
        chunks.executeWithWitness(flood, chain.inbox.size() - 1L, chain.unconsumed()).outcome());
    ChunkExecutor.Witnessed flooded =
        chunks.executeWithWitness(flood, chain.inbox.size(), chain.unconsumed());
    assertInstanceOf(ChunkOutcome.OverWeight.class, flooded.outcome());
    assertEquals(1, new ByteReader(flooded.witness(), 12 + 124, 12 + 126).u16());
    assertEquals(root, chain.executor.root());
    assertEquals(root, chain.executor.root());
    assertEquals(1, account);
  }

  private static long maskOf(byte[] metaWitness) {
    return new ByteReader(metaWitness, 7, 12).u40();
  }

  private static List<Hash32> siblingsOf(byte[] metaWitness) {
    ByteReader in = new ByteReader(metaWitness, 12 + 124, metaWitness.length);
    assertEquals(0, in.u16());
    List<Hash32> siblings = new ArrayList<>();
    while (in.remaining() > 0) {
      siblings.add(in.hash32());
    }
    return siblings;
  }

  private interface Opening {
    StateStore open();
  }

  private void assertRecovers(Opening opening) throws Exception {
    long seed = System.nanoTime();
    TestChain source = randomChain(seed, 25);
    StateStore store = opening.open();
    Path logs = directory.resolve("log");
    try (BlockLog log = BlockLog.open(logs, 1, 1 << 16, LogFile::onDisk)) {
      BlockExecutor executor =
          ChainRecovery.recover(GENESIS, DOMAIN, NodeHasher.plain(), store, log);
      try (StoreWriter writer = new StoreWriter(store, 4, number -> {})) {
        int stored = 0;
        for (ExecutedBlock block : source.blocks) {
          ExecutedBlock again = executor.execute(block.record().block(), block.record().messages());
          log.append(List.of(again.encodedRecord()));
          // The last ten blocks are acknowledged, but the process dies before the store has them.
          if (stored++ < source.blocks.size() - 10) {
            writer.submit(again.write());
          }
        }
      }
    }
    assertEquals(source.blocks.size() - 10, store.head());
    if (!(store instanceof InMemoryStateStore)) {
      store.close();
      store = opening.open();
    }
    try (BlockLog log = BlockLog.open(logs, 1, 1 << 16, LogFile::onDisk)) {
      BlockExecutor recovered =
          ChainRecovery.recover(GENESIS, DOMAIN, NodeHasher.plain(), store, log);
      assertEquals(source.executor.root(), recovered.root(), "seed " + seed);
      assertEquals(source.blocks.size(), store.head());
      Receipt last = source.blocks.getLast().receipts().getLast();
      StateStore.Location place = store.location(last.id()).orElseThrow();
      assertEquals(last, Receipt.decode(store.receipt(place).orElseThrow()).orElseThrow());
      TestChain continued = new TestChain(recovered);
      continued.inbox.addAll(source.inbox);
      continued.deposited = source.deposited;
      continued.audit();
      int account = recovered.ledger().accounts().find(wallet("a").address());
      int before = (int) recovered.ledger().accounts().nonce(account);
      continued.applies(
          sign(wallet("a"), continued.transfer(account, wallet("b").address(), 0, 0)));
      assertEquals(before + 1, recovered.ledger().accounts().nonce(account));
    }
    store.close();
  }

  @Test
  void chain_isRecovered_fromLogAndRocksDb() throws Exception {
    assertRecovers(() -> new RocksDbStateStore(directory.resolve("store"), GENESIS.hash()));
  }

  @Test
  void chain_isRecovered_fromLogAndMemory() throws Exception {
    InMemoryStateStore store = new InMemoryStateStore();
    assertRecovers(() -> store);
  }

  @Test
  void recovery_isRefused_whenStoreIsAheadOfTheLog_orLogIsOfAnotherChain() throws Exception {
    TestChain source = randomChain(7, 10);
    InMemoryStateStore store = new InMemoryStateStore();
    store.commit(
        new BlockExecutor(Ledger.genesis(GENESIS, NodeHasher.plain()), DOMAIN).genesisWrite());
    source.blocks.forEach(block -> store.commit(block.write()));
    try (BlockLog log = BlockLog.open(directory.resolve("empty"), 1, 1 << 16, LogFile::onDisk)) {
      assertTrue(
          assertThrows(
                  ChainRecovery.Inconsistent.class,
                  () -> ChainRecovery.recover(GENESIS, DOMAIN, NodeHasher.plain(), store, log))
              .toString()
              .contains("the log ends at 0"));
    }
    try (BlockLog log = BlockLog.open(directory.resolve("other"), 1, 1 << 16, LogFile::onDisk)) {
      BlockRecord record = source.blocks.getFirst().record();
      log.append(
          List.of(
              new BlockRecord(
                      record.commitment(),
                      record.accumulatorBefore(),
                      new Hash32(6, 6, 6, 6),
                      record.block(),
                      record.messages())
                  .encode()));
      ChainRecovery.Inconsistent refusal =
          assertThrows(
              ChainRecovery.Inconsistent.class,
              () ->
                  ChainRecovery.recover(
                      GENESIS, DOMAIN, NodeHasher.plain(), new InMemoryStateStore(), log));
      assertTrue(refusal.toString().contains("block 1 of the log leads to"));
    }
    assertNotEquals(Hash32.ZERO, source.executor.root());
  }

  @Test
  void recordDecoder_isTotal_onDamagedBytes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] good = randomChain(11, 12).blocks.getFirst().encodedRecord();
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = java.util.Arrays.copyOf(good, random.nextInt(good.length + 10));
      for (int k = random.nextInt(4); k > 0 && bytes.length > 0; k--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      BlockRecord.decode(bytes, 3)
          .toOptional()
          .ifPresent(record -> assertTrue(record.encode().length > 0, "seed " + seed));
    }
  }
}
