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
import dev.sluice.primitives.batch.ChunkWitness;
import dev.sluice.primitives.batch.ChunkWitness.WitnessLeaf;
import dev.sluice.primitives.block.Attendance;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.PostedTransaction.HeartbeatRecord;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.Bls12381;
import dev.sluice.primitives.crypto.BlsSignature;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.Transaction.Expiry;
import dev.sluice.primitives.transaction.Transaction.Verdict;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.primitives.weight.Weight;
import dev.sluice.state.chain.BlockLog;
import dev.sluice.state.chain.LogFile;
import dev.sluice.state.ledger.Channels;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.ledger.Quorums;
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
    return switch (random.nextInt(14)) {
      case 0, 1, 2 -> sign(key, chain.transfer(account, other.address(), token, amount));
      case 3 -> sign(key, chain.withdraw(account, other.address(), token, amount));
      case 4 -> sign(key, drawChannel(chain, random, account, key, other.address(), token, amount));
      case 5, 6 -> drawClaim(ledger, random, channel, channelId, amount, key);
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
          random.nextInt(3) != 0
              ? sign(key, chain.register(account, key, other.address(), token, device(providers)))
              : sign(key, drawJob(chain, random, account, token, amount));
      case 9, 10 -> sign(key, drawJob(chain, random, account, token, amount));
      case 11, 12 -> drawResult(chain, random, job, jobId);
      default -> {
        if (random.nextInt(3) == 0 && providers > 0) {
          int updated = random.nextInt(providers);
          int by = ledger.providers().account(updated);
          yield sign(
              keyOf(ledger, by),
              chain.update(
                  by,
                  ledger.providers().id(updated),
                  other.address(),
                  ledger.providers().token(updated),
                  random.nextInt(3),
                  random.nextInt(6) == 0));
        }
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

  private static final Hash32 LAST_TICK = new Hash32(3, 3, 3, 3);
  private static final int TICKS = 40;

  private static Hash32 tick(long position) {
    return Ids.earlierTick(LAST_TICK, Math.max(0, TICKS - position));
  }

  private static Transaction.ChannelOpen drawChannel(
      TestChain chain,
      Random random,
      int account,
      PrivateKey key,
      Address payee,
      int token,
      long amount) {
    int meter = random.nextInt(3);
    Hash32 meterKey =
        switch (meter) {
          case Transaction.METER_TIME -> Hash32.ZERO;
          case Transaction.METER_TICKS -> tick(0);
          default -> Channels.paddedKey(random.nextBoolean() ? key.address() : payee);
        };
    Uint128 rate =
        meter == Transaction.METER_VOUCHER ? Uint128.ZERO : TestChain.units(random.nextInt(200));
    return chain.channelOpen(account, payee, token, TestChain.units(amount), meter, meterKey, rate);
  }

  private static SignedTransaction drawClaim(
      Ledger ledger, Random random, int channel, Hash32 id, long amount, PrivateKey key) {
    int meter =
        channel < 0 || random.nextInt(10) == 0
            ? random.nextInt(3)
            : ledger.channels().meter(channel);
    return switch (meter) {
      case Transaction.METER_TIME -> SignedTransaction.unsigned(new Transaction.TimeClaim(id));
      case Transaction.METER_TICKS -> {
        long claimed = 0;
        for (int i = 0; i < TICKS && channel >= 0; i++) {
          if (ledger.channels().meterKey(channel).equals(tick(i))) {
            claimed = i;
          }
        }
        int steps = 1 + random.nextInt(12);
        yield SignedTransaction.unsigned(
            new Transaction.TickClaim(
                id,
                claimed + steps,
                random.nextInt(8) == 0 ? 1 : steps,
                tick(claimed + steps + (random.nextInt(8) == 0 ? 1 : 0))));
      }
      default ->
          voucher(channel < 0 ? key : keyOf(ledger, ledger.channels().payer(channel)), id, amount);
    };
  }

  private static final Hash32 RESULT = TestChain.RESULT;
  private static final Hash32 SALT = new Hash32(1, 1, 1, 1);

  private static Transaction.JobOpen drawJob(
      TestChain chain, Random random, int account, int token, long escrow) {
    int known = chain.ledger.providers().count();
    int mode = random.nextInt(3);
    int n = mode == Transaction.MODE_QUORUM ? 1 + random.nextInt(4) : 1;
    List<Hash32> providers = new ArrayList<>();
    int first = known == 0 ? 0 : random.nextInt(known);
    for (int i = 0; i < n; i++) {
      providers.add(known == 0 ? Hash32.ZERO : chain.ledger.providers().id((first + i) % known));
    }
    return chain.jobOpen(
        account,
        providers,
        mode == Transaction.MODE_QUORUM ? n / 2 + 1 : 0,
        token,
        escrow,
        mode,
        mode == Transaction.MODE_EXPECTED_HASH ? Keccak256.hash32(RESULT.toBytes()) : Hash32.ZERO);
  }

  private static SignedTransaction drawResult(TestChain chain, Random random, int job, Hash32 id) {
    Ledger ledger = chain.ledger;
    if (job < 0) {
      return sign(RECIPIENT, chain.jobResult(0, id, 0));
    }
    Hash32 result = random.nextInt(6) == 0 ? Hash32.ZERO : RESULT;
    int token = ledger.jobs().token(job);
    if (ledger.jobs().mode(job) != Transaction.MODE_QUORUM) {
      int by = ledger.providers().account(ledger.jobs().provider(job));
      int member = random.nextInt(10) == 0 ? 1 : 0;
      return sign(keyOf(ledger, by), chain.jobResult(by, id, member, token, result));
    }
    int quorum = ledger.jobs().provider(job);
    int member = random.nextInt(ledger.quorums().members(quorum));
    int by = ledger.providers().account(ledger.quorums().provider(quorum, member));
    boolean commits = ledger.quorums().state(quorum, member) == Quorums.AWAITED;
    if (commits != (random.nextInt(8) == 0)) {
      return sign(
          keyOf(ledger, by),
          chain.jobResult(by, id, member, token, Ids.commitment(id, member, result, SALT)));
    }
    return sign(keyOf(ledger, by), chain.jobReveal(by, id, member, token, result, SALT));
  }

  /** A record of the epoch that is just over, sometimes with a wrong signature or slot. */
  private static HeartbeatRecord drawHeartbeats(TestChain chain, Random random) {
    Ledger ledger = chain.ledger;
    long epoch = Math.max(0, GENESIS.epoch(ledger.meta().clock()) - 1);
    Hash32 seed = ledger.seeds().of(GENESIS.seedPeriod(epoch) - 1).orElse(Hash32.ZERO);
    byte[] message =
        Ids.heartbeatMessage(DOMAIN.domainSeparator(), epoch, Ids.beacon(seed, epoch)).toBytes();
    List<Attendance> committees = new ArrayList<>();
    List<BlsSignature> signatures = new ArrayList<>();
    int size = GENESIS.committeeSize();
    for (int committee = 0; committee < ledger.committees().count(); committee++) {
      int members = ledger.committees().members(committee);
      List<Integer> absent = new ArrayList<>();
      int bits = 0;
      int present = random.nextInt(4);
      for (int slot = 0; slot < members; slot++) {
        if (random.nextInt(3) < present) {
          bits |= 0x80 >>> slot;
          signatures.add(
              Bls12381.sign(device(committee * size + slot), message, Bls12381.Domain.MESSAGE));
        } else {
          absent.add(slot);
        }
      }
      if (random.nextInt(20) == 0) {
        absent.add(members);
      }
      committees.add(
          random.nextBoolean()
              ? new Attendance.PresentBits(committee, Bytes.of(bits))
              : new Attendance.AbsentSlots(
                  committee, absent.stream().filter(slot -> slot < size).toList()));
    }
    if (committees.isEmpty() || random.nextInt(20) == 0) {
      committees.add(new Attendance.AbsentSlots(committees.size(), List.of()));
    }
    if (random.nextInt(10) == 0 && signatures.size() > 1) {
      signatures.removeLast();
    }
    byte[] aggregate =
        BlsSignature.aggregate(signatures).map(BlsSignature::toBytes).orElse(new byte[192]);
    return new HeartbeatRecord(epoch, committees, Bytes.wrap(aggregate));
  }

  private static PrivateKey keyOf(Ledger ledger, int account) {
    return WALLETS.stream()
        .filter(wallet -> wallet.address().equals(ledger.accounts().owner(account)))
        .findFirst()
        .orElse(RECIPIENT);
  }

  static TestChain randomChain(long seed, int blocks) {
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
                : new InboxMessage.Seed(
                    GENESIS.seedPeriod(GENESIS.epoch(chain.ledger.meta().clock())),
                    new Hash32(i + 1, 1, 1, 1)));
        block.addMessages(chain.unconsumed());
      }
      if (random.nextInt(3) == 0
          && block.add(drawHeartbeats(chain, random)) instanceof Attempt.Refused) {
        refused++;
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
        ChunkWitness witness = decode(witnessed.witness());
        assertEquals(before, witness.preRoot().orElseThrow(), "seed " + seed);
        assertEquals(
            List.of(0L, 1L, 2L),
            witness.leaves().subList(0, 3).stream().map(ChunkWitness.WitnessLeaf::key).toList());
        assertTrue(witnessed.witness().length < 112_000);
      }
      assertEquals(chain.blocks.size(), done);
    }
  }

  private static ChunkWitness decode(byte[] witness) {
    return ChunkWitness.decode(witness, GENESIS.committeeSizeLog2()).orElseThrow();
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
      assertArrayEquals(new byte[6], malformed.witness());
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
    ChunkWitness metaOnly = decode(overWeight.witness());
    assertEquals(root, metaOnly.preRoot().orElseThrow());
    assertEquals(List.of(0L), metaOnly.leaves().stream().map(WitnessLeaf::key).toList());
    assertEquals(List.of(), metaOnly.messages());
    assertEquals(List.of(), metaOnly.proofs());

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
    assertEquals(1, decode(flooded.witness()).messages().size());
    assertEquals(root, chain.executor.root());
    assertEquals(root, chain.executor.root());
    assertEquals(1, account);
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
