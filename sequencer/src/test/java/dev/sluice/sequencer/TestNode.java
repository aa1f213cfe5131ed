package dev.sluice.sequencer;

import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.Bls12381;
import dev.sluice.primitives.crypto.BlsSecretKey;
import dev.sluice.primitives.crypto.BlsSignature;
import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.sequencer.confirmation.FrameAnswer;
import dev.sluice.sequencer.confirmation.FrameReply;
import dev.sluice.sequencer.heartbeat.HeartbeatJournal;
import dev.sluice.sequencer.ingress.Intake;
import dev.sluice.state.chain.BlockLog;
import dev.sluice.state.store.BlockWrite;
import dev.sluice.state.store.StateStore;
import dev.sluice.state.store.StateStoreException;
import dev.sluice.state.store.memory.InMemoryStateStore;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.tuweni.bytes.Bytes;

/**
 * A sequencer in this process, on an in-memory store, a log in a directory and a simulated L1 whose
 * clock the test moves.
 */
final class TestNode implements AutoCloseable {
  static final long GENESIS_TIME = 1_700_000_000L;
  static final Address ROLLUP = Address.fromHex("00000000000000000000000000000000000000aa");
  static final TypedData TYPED_DATA = new TypedData(31_337, ROLLUP);
  static final PrivateKey SEQUENCER = key(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final AtomicLong now = new AtomicLong(GENESIS_TIME + 1);
  final SimulatedL1 l1 = new SimulatedL1(now::get);
  final List<BlockWrite> commits = new CopyOnWriteArrayList<>();
  StateStore store = recording(new InMemoryStateStore());
  final SmallDisk disk = new SmallDisk();

  /** The store has no room; the log and the journal may have. */
  volatile boolean storeFull;

  private final Path directory;
  private final SequencerSettings settings;
  private BlockLog log;
  private HeartbeatJournal journal;
  Sequencer sequencer;
  private Intake.Sequence sender;

  TestNode(Path directory) throws IOException {
    this(directory, quick(SequencerSettings.DEFAULT));
  }

  TestNode(Path directory, SequencerSettings settings) throws IOException {
    this.directory = directory;
    this.settings = settings;
    this.log = BlockLog.open(directory, 1, 1 << 20, disk);
    this.journal = HeartbeatJournal.open(directory.resolve("heartbeats"), disk);
    this.sequencer = build();
    this.sender = new Intake(sequencer.verifier(), sequencer.pool()).sequence();
    sequencer.start();
  }

  static SequencerSettings quick(SequencerSettings s) {
    return new SequencerSettings(
        s.poolTransactionsMax(),
        s.accountPendingMax(),
        s.groupBlocksMax(),
        s.storeQueueMax(),
        64,
        s.postWithinSeconds(),
        s.clockAheadSecondsMax(),
        5,
        s.claimIntervalSeconds(),
        s.payeeStreamsMax());
  }

  private Sequencer build() throws IOException {
    return new Sequencer(
        new Sequencer.Ground(
            genesis(),
            TYPED_DATA,
            SEQUENCER,
            store,
            log,
            journal,
            l1,
            NodeHasher.plain(),
            now::get,
            new SecureRandom()),
        settings);
  }

  void restart() throws IOException, InterruptedException {
    sequencer.stop();
    resume();
  }

  /**
   * Stops, and starts with a store that has only the blocks up to {@code kept}: the others are in
   * the log alone, as after a kill in the middle of traffic.
   */
  void restartWithStoreAt(long kept) throws IOException, InterruptedException {
    sequencer.stop();
    StateStore behind = new InMemoryStateStore();
    commits.stream().filter(write -> write.number() <= kept).forEach(behind::commit);
    store = recording(behind);
    resume();
  }

  private void resume() throws IOException {
    log.close();
    journal.close();
    l1.tellAgain();
    log = BlockLog.open(directory, 1, 1 << 20, disk);
    journal = HeartbeatJournal.open(directory.resolve("heartbeats"), disk);
    sequencer = build();
    sender = new Intake(sequencer.verifier(), sequencer.pool()).sequence();
    sequencer.start();
  }

  private StateStore recording(StateStore inner) {
    return (StateStore)
        Proxy.newProxyInstance(
            StateStore.class.getClassLoader(),
            new Class<?>[] {StateStore.class},
            (proxy, method, arguments) -> {
              boolean writes =
                  method.getName().equals("commit") || method.getName().equals("putVouchers");
              if (storeFull && writes) {
                throw new StateStoreException.DiskFull(
                    "the test's store", new IOException("No space left on device"));
              }
              try {
                Object answer = method.invoke(inner, arguments);
                if (method.getName().equals("commit")) {
                  commits.add((BlockWrite) arguments[0]);
                }
                return answer;
              } catch (InvocationTargetException e) {
                throw Objects.requireNonNull(e.getCause());
              }
            });
  }

  static Genesis genesis() {
    return new Genesis(
        "sluice-test",
        Genesis.STF_VERSION,
        List.of(
            Address.ZERO,
            Address.fromHex("00000000000000000000000000000000000000bb"),
            Address.ZERO,
            Address.ZERO),
        List.of(Uint128.of(1_000_000_000L), Uint128.of(100), Uint128.ZERO, Uint128.ZERO),
        GENESIS_TIME,
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
        key(2).address(),
        key(3).address());
  }

  static PrivateKey key(int number) {
    byte[] secret = new byte[32];
    secret[31] = (byte) number;
    secret[30] = 1;
    return PrivateKey.of(secret).orElseThrow();
  }

  static byte[] sign(Transaction.WalletSigned transaction, PrivateKey key) {
    return WireCodec.encode(
        new SignedTransaction(
            transaction, WalletSignature.of(Secp256k1.sign(TYPED_DATA.digest(transaction), key))));
  }

  /**
   * Registers devices of an account.
   *
   * @param keyNumber of its owner
   * @param nonce of the first registration
   */
  List<BlsSecretKey> registerDevices(int keyNumber, long account, long nonce, int count)
      throws InterruptedException {
    Address owner = key(keyNumber).address();
    List<BlsSecretKey> devices = new ArrayList<>();
    List<byte[]> wires = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] seed = new byte[BlsSecretKey.SEED_BYTES];
      seed[0] = (byte) (i + 1);
      BlsSecretKey device = BlsSecretKey.fromSeed(seed).orElseThrow();
      devices.add(device);
      byte[] deviceKey = device.publicKey().toBytes();
      BlsSignature possession =
          Bls12381.sign(
              device,
              Ids.possessionMessage(TYPED_DATA.domainSeparator(), owner, deviceKey).toBytes(),
              Bls12381.Domain.POSSESSION);
      wires.add(
          sign(
              new Transaction.ProviderRegister(
                  account,
                  nonce + i,
                  owner,
                  1,
                  0,
                  0,
                  0,
                  Uint128.ZERO,
                  Bytes.wrap(deviceKey),
                  Bytes.wrap(possession.toBytes()),
                  genesis().price(TransactionKind.PROVIDER_REGISTER, 0)),
              key(keyNumber)));
    }
    Answers answers = submit(wires);
    if (!answers.refused().isEmpty()) {
      throw new AssertionError("not registered: " + answers.refused());
    }
    return devices;
  }

  /** Deposits to an address and returns its account when the chain has credited it. */
  long deposit(Address owner, int token, long amount) throws InterruptedException {
    int before = sequencer.reader().accounts(owner, 10).size();
    Uint128 had = before == 0 ? Uint128.ZERO : account(accountOf(owner)).balances().get(token);
    l1.queue(new InboxMessage.Deposit(token, Uint128.of(amount), owner));
    await(
        () ->
            !sequencer.reader().accounts(owner, 10).isEmpty()
                && had.isLessThan(account(accountOf(owner)).balances().get(token)));
    return accountOf(owner);
  }

  long accountOf(Address owner) {
    return sequencer.reader().accounts(owner, 10).getFirst();
  }

  Leaf.Account account(long index) {
    return sequencer.reader().leaf(LeafType.ACCOUNT, index, Leaf.Account.class).orElseThrow();
  }

  Leaf.Provider provider(long index) {
    return sequencer.reader().leaf(LeafType.PROVIDER, index, Leaf.Provider.class).orElseThrow();
  }

  /**
   * Submits a frame and waits for the answers to all its transactions, in the frame's order by
   * index.
   */
  Answers submit(List<byte[]> wires) throws InterruptedException {
    LinkedBlockingQueue<FrameAnswer> queue = new LinkedBlockingQueue<>();
    var unused = sender.submit(wires, queue::add);
    List<FrameAnswer> answers = new ArrayList<>();
    int size = 0;
    while (size < wires.size()) {
      FrameAnswer answer = queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (answer == null) {
        throw new AssertionError(size + " of " + wires.size() + " answered");
      }
      answers.add(answer);
      size += answer.size();
    }
    return new Answers(answers);
  }

  /** Submits a frame without waiting. */
  void offer(List<byte[]> wires, FrameReply reply) {
    var unused = sender.submit(wires, reply);
  }

  /** All answers to one frame. */
  record Answers(List<FrameAnswer> parts) {
    List<FrameAnswer.Included> included() {
      return parts.stream()
          .flatMap(part -> part.included().stream())
          .sorted(Comparator.comparingInt(FrameAnswer.Included::index))
          .toList();
    }

    List<FrameAnswer.Refused> refused() {
      return parts.stream()
          .flatMap(part -> part.refused().stream())
          .sorted(Comparator.comparingInt(FrameAnswer.Refused::index))
          .toList();
    }

    String refusal() {
      return refused().getFirst().rejection().name();
    }
  }

  static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("the condition did not come true in " + PATIENCE);
      }
      Thread.sleep(2);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      sequencer.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the sequencer stops", e);
    }
    store.close();
    journal.close();
    log.close();
  }
}
