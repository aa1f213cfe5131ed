package dev.sluice.systemtests.differential;

import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction.JobOpen;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.primitives.weight.Weight;
import dev.sluice.state.transition.QueuedMessage;
import dev.sluice.systemtests.secondreader.InboxEntry;
import dev.sluice.systemtests.secondreader.ReadGenesis;
import dev.sluice.systemtests.secondreader.SecondReader;
import dev.sluice.systemtests.secondreader.SecondReader.Judgement;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;

/**
 * Draws chunks one after the other, executing each transaction with the second reader as soon as it
 * is drawn: so every transaction is drawn for the state that it meets, and every chunk comes with
 * the root that it must have.
 */
public final class RandomChain {
  static final long START = 1_700_000_000L;
  public static final long CHAIN_ID = 31_337;

  static final int COMMITTEE_LOG2 = 3;
  private static final int FORCED_MAX = 2;
  private static final int RUN_MAX = 8;

  /** Tokens below this are listed. */
  static final int LISTED = 3;

  /**
   * Three listed tokens, one of them without fees, one in which a claim costs more than 4,096 ticks
   * of the lowest rate, committees of eight, epochs of ten seconds, months of four epochs.
   */
  static Genesis genesis(Address token) {
    return new Genesis(
        "sluice-devnet",
        Genesis.STF_VERSION,
        List.of(Address.ZERO, token, token, Address.ZERO),
        List.of(Uint128.of(10), Uint128.of(5_000), Uint128.ZERO, Uint128.of(1)),
        START,
        10,
        4,
        1,
        10,
        COMMITTEE_LOG2,
        5,
        5,
        86_400,
        43_200,
        604_800,
        Uint128.of(1_000_000),
        new Address(9, 9, 9),
        RandomKeys.FEE_RECIPIENT.address());
  }

  /** What the second reader wants to know of it. */
  static ReadGenesis read(Genesis genesis, Address rollup) {
    return new ReadGenesis(
        CHAIN_ID,
        rollup.toBytes(),
        genesis.tokens().stream().map(Address::toBytes).toList(),
        genesis.feeUnits().stream().map(Uint128::toBigInteger).toList(),
        genesis.genesisTime(),
        genesis.epochSeconds(),
        genesis.epochsPerMonth(),
        genesis.epochsPerSeed(),
        genesis.graceSeconds(),
        genesis.committeeSizeLog2(),
        genesis.protectiveDelay(),
        genesis.feeRecipient().toBytes());
  }

  /**
   * A chunk, and what it must do.
   *
   * @param payload posted bytes
   * @param headerInboxPosition that its batch's header would name
   * @param postRoot the right root
   * @param applied transactions that apply, forced ones included
   * @param refusals how often each refusal was given up to the end of this chunk
   */
  public record Drawn(
      byte[] payload,
      long headerInboxPosition,
      Judgement judgement,
      Hash32 postRoot,
      int applied,
      Map<Integer, Integer> refusals) {}

  /** A message with its link. */
  public record Queued(InboxMessage message, InboxLink link) {
    /** As the node's executor takes it. */
    QueuedMessage forExecutor() {
      return new QueuedMessage(message, link.time(), link.witnessWeight(), link.gasWeight());
    }
  }

  /** A chain that was drawn: its inbox and its chunks in order. */
  public record Recorded(Genesis genesis, Address rollup, List<Queued> inbox, List<Drawn> chunks) {}

  private final SeededGenerator generator;
  private final SecondReader state;
  private final RandomTransactions transactions;
  private final List<Queued> inbox = new ArrayList<>();
  private final List<Long> hints = new ArrayList<>();
  private final ArrayDeque<Drawn> ready = new ArrayDeque<>();
  private final Genesis genesis;
  private Weight inboxWeight = Weight.ZERO;
  private Hash32 preRoot;
  private long seedPeriodNext;
  private int chunks;

  /** What is written of the chunk that is being drawn. */
  private final ByteArrayOutputStream payload = new ByteArrayOutputStream();

  private final List<byte[]> block = new ArrayList<>();
  private long blockDelta;
  private int blockBytes;
  private Weight weight = Weight.ZERO;
  private int applied;
  private int forced;

  RandomChain(SeededGenerator generator, Genesis genesis, TypedData domain, Address rollup) {
    this(generator, genesis, domain, rollup, new SecondReader(read(genesis, rollup)));
  }

  /** A chain that the given reader executes, from its genesis on. */
  RandomChain(
      SeededGenerator generator,
      Genesis genesis,
      TypedData domain,
      Address rollup,
      SecondReader reader) {
    this.generator = generator;
    this.genesis = genesis;
    this.state = reader;
    this.preRoot = Hash32.of(state.root());
    this.transactions = new RandomTransactions(generator, reader, genesis, domain);
  }

  /** Everything queued so far. */
  List<Queued> inbox() {
    return inbox;
  }

  /** The reader that has executed everything drawn. */
  SecondReader state() {
    return state;
  }

  /** Who draws for this chain. */
  RandomTransactions transactions() {
    return transactions;
  }

  /** Draws the next chunk. */
  Drawn next() {
    while (ready.isEmpty()) {
      draw();
    }
    return ready.remove();
  }

  /** Whether the next chunk is drawn already. */
  boolean hasDrawn() {
    return !ready.isEmpty();
  }

  /** Begins a chunk of one block that is not drawn; the last one drawn must be taken. */
  void begin(long delta) {
    if (!ready.isEmpty()) {
      throw new IllegalStateException("chunks drawn before wait");
    }
    payload.reset();
    weight = Weight.CHUNK;
    openBlock(delta);
  }

  /** Adds and executes a transaction of it: 0, or its refusal. */
  int add(PostedTransaction posted) {
    byte[] bytes = EncodedTransaction.of(posted, COMMITTEE_LOG2).posted().toArray();
    blockBytes += bytes.length;
    block.add(bytes);
    int refusal = state.attempt(bytes);
    transactions.look();
    return refusal;
  }

  /** The chunk that was begun. */
  Drawn end() {
    sealBlock();
    preRoot = Hash32.of(state.root());
    return new Drawn(
        payload.toByteArray(),
        state.inboxPosition(),
        Judgement.EXECUTED,
        preRoot,
        0,
        state.refusals());
  }

  /** A chunk that changes nothing, whatever stands in it. */
  Drawn withoutEffect(byte[] bytes) {
    Judgement judgement = state.judge(bytes, inbox.size());
    if (judgement == Judgement.EXECUTED || judgement == Judgement.OVER_RUN) {
      throw new IllegalStateException("a chunk to be " + judgement + " that must have no effect");
    }
    return new Drawn(bytes, inbox.size(), judgement, preRoot, 0, state.refusals());
  }

  /** Puts a message into the inbox; the hint goes along with it. */
  void queue(InboxMessage message, long hint) {
    inboxWeight = inboxWeight.plus(Weight.of(message));
    long time = START + inbox.size();
    inbox.add(
        new Queued(
            message,
            new InboxLink(
                message.messageHash(), time, inboxWeight.witnessBytes(), inboxWeight.gas())));
    hints.add(hint);
    state.queue(
        List.of(
            new InboxEntry(
                message.kind(),
                message.payload(),
                time,
                inboxWeight.witnessBytes(),
                inboxWeight.gas())));
  }

  private void draw() {
    chunks++;
    int positionBefore = state.inboxPosition();
    if (chunks > 1) {
      junk();
    }
    payload.reset();
    weight = Weight.CHUNK;
    applied = 0;
    forced = 0;
    if (chunks == 1) {
      fund();
    } else {
      int target = generator.below(10) == 0 ? generator.between(1, 9) : generator.between(10, 19);
      int blocks = generator.between(1, 4);
      for (int i = 1; i <= blocks; i++) {
        drawBlock(target * i / blocks);
      }
    }
    byte[] bytes = payload.toByteArray();
    if (bytes.length == 0) {
      return;
    }
    int position = state.inboxPosition();
    if (position > positionBefore && generator.below(12) == 0) {
      noOperation(
          bytes,
          positionBefore + generator.below(position - positionBefore),
          Judgement.OVER_RUN,
          Hash32.ZERO);
    }
    Hash32 postRoot = Hash32.of(state.root());
    long header = generator.coin() ? position : position + generator.below(3);
    ready.add(new Drawn(bytes, header, Judgement.EXECUTED, postRoot, applied, state.refusals()));
    preRoot = postRoot;
  }

  private void noOperation(byte[] bytes, long header, Judgement judgement, Hash32 postRoot) {
    ready.add(new Drawn(bytes, header, judgement, postRoot, 0, Map.of()));
  }

  private void noOperation(byte[] bytes, Judgement judgement) {
    noOperation(bytes, inbox.size(), judgement, preRoot);
  }

  /** Every wallet has one account with both tokens, one of them nearly all there is. */
  private void fund() {
    for (int token = 0; token < LISTED; token++) {
      int first = inbox.size();
      for (var wallet : RandomKeys.WALLETS) {
        boolean whale = wallet == RandomKeys.WALLETS.getLast();
        Uint128 amount = whale ? new Uint128(1L << 62, 7) : Uint128.of(1_000_000_000_000L);
        queue(
            new InboxMessage.Deposit(token, amount, wallet.address()),
            token == 0 && !wallet.equals(RandomKeys.FEE_RECIPIENT)
                ? -1L >>> 32
                : RandomKeys.WALLETS.indexOf(wallet));
      }
      openBlock(1);
      append(new PostedTransaction.L1MessageRun(hints.subList(first, hints.size())));
      sealBlock();
    }
  }

  private void openBlock(long delta) {
    block.clear();
    blockBytes = Block.OVERHEAD_BYTES;
    blockDelta = delta;
    weight = weight.plus(Weight.BLOCK);
    state.openBlock(delta);
  }

  private void sealBlock() {
    payload.writeBytes(
        ByteBuffer.allocate(Block.OVERHEAD_BYTES)
            .putShort((short) block.size())
            .putInt((int) blockDelta)
            .array());
    block.forEach(payload::writeBytes);
    state.sealBlock();
  }

  private void drawBlock(int target) {
    Weight room = new Weight(12_000, 1_000_000);
    if (payload.size() + 600 > Chunk.PAYLOAD_BYTES_MAX
        || !weight.plus(room).fits(Weight.CHUNK_LIMIT)) {
      return;
    }
    openBlock(delta());
    messages();
    if (transactions.heartbeatsAreDue() && generator.below(3) == 0) {
      append(transactions.heartbeats());
    }
    boolean fits = true;
    int tries = 0;
    while (fits && (applied < target || block.isEmpty()) && tries++ < 60) {
      fits =
          append(
              switch (generator.below(80)) {
                case 0 -> transactions.heartbeats();
                case 1 -> transactions.strange();
                default -> transactions.submittable().posted();
              });
    }
    if (block.isEmpty()) {
      throw new IllegalStateException("nothing fits an empty block");
    }
    sealBlock();
  }

  private long delta() {
    if (chunks % 150 == 0 && generator.below(3) == 0) {
      return generator.uint(30);
    }
    return switch (generator.below(60)) {
      case 0 -> generator.below(300);
      case 1, 2, 3, 4, 5 -> generator.below(40);
      default -> generator.below(6);
    };
  }

  /** Appends and executes it if there is room for it. */
  private boolean append(PostedTransaction posted) {
    byte[] bytes = EncodedTransaction.of(posted, COMMITTEE_LOG2).posted().toArray();
    if (!(posted instanceof PostedTransaction.L1MessageRun)) {
      bytes = varied(bytes);
    }
    Weight own =
        Weight.of(
            new EncodedTransaction(decoded(bytes, posted), Bytes.wrap(bytes)), COMMITTEE_LOG2);
    Weight sum = weight.plus(own);
    boolean fits = sum.fits(Weight.CHUNK_LIMIT);
    boolean short1 = payload.size() + blockBytes + bytes.length <= Chunk.PAYLOAD_BYTES_MAX;
    if (!fits || !short1) {
      if (generator.below(4) == 0) {
        byte[] tooMuch = withBlock(bytes);
        Judgement judgement = short1 ? Judgement.OVER_WEIGHT : Judgement.MALFORMED;
        if (state.judgeBytes(tooMuch) == judgement) {
          noOperation(tooMuch, judgement);
        }
      }
      return false;
    }
    weight = sum;
    blockBytes += bytes.length;
    block.add(bytes);
    if (state.attempt(bytes) == 0) {
      applied++;
    }
    transactions.look();
    return true;
  }

  private static PostedTransaction decoded(byte[] bytes, PostedTransaction otherwise) {
    return dev.sluice.primitives.block.PostedCodec.decode(bytes, COMMITTEE_LOG2)
        .toOptional()
        .orElse(otherwise);
  }

  /** The chunk as far as it is drawn, with one more transaction in its last block. */
  private byte[] withBlock(byte[] transaction) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(payload.toByteArray());
    out.writeBytes(
        ByteBuffer.allocate(Block.OVERHEAD_BYTES)
            .putShort((short) (block.size() + 1))
            .putInt((int) blockDelta)
            .array());
    block.forEach(out::writeBytes);
    out.writeBytes(transaction);
    return out.toByteArray();
  }

  /** Mostly as it is; else another form of the same, or another transaction. */
  private byte[] varied(byte[] bytes) {
    byte[] other =
        switch (generator.below(30)) {
          case 0 -> longerNumber(bytes);
          case 1 -> {
            byte[] changed = bytes.clone();
            int at = generator.coin() ? generator.below(changed.length) : generator.below(2);
            changed[at] ^= (byte) (1 << generator.below(8));
            yield changed;
          }
          default -> bytes;
        };
    if (other[0] >>> 4 != 0 && state.isTransaction(other)) {
      return other;
    }
    if (other != bytes && generator.below(3) == 0) {
      byte[] malformed = withBlock(other);
      if (state.judgeBytes(malformed) == Judgement.MALFORMED) {
        noOperation(malformed, Judgement.MALFORMED);
      }
    }
    return bytes;
  }

  /** The number behind the head byte in a longer form than it needs. */
  private byte[] longerNumber(byte[] bytes) {
    int further = (bytes[1] & 0xff) >>> 5;
    if (further == 7) {
      return bytes;
    }
    int longer = generator.between(further + 1, 8);
    byte[] out = new byte[bytes.length + longer - further];
    out[0] = bytes[0];
    out[1] = (byte) (longer << 5);
    int number = 1 + further;
    int from = 1 + 1 + longer - number;
    System.arraycopy(bytes, 1, out, from, number);
    out[from] &= 0x1f;
    out[1] = (byte) (longer << 5 | out[1] & 0x1f);
    System.arraycopy(bytes, 1 + number, out, from + number, bytes.length - 1 - number);
    return out;
  }

  /** Queues messages and takes those that wait. */
  private void messages() {
    long epoch = genesis.epoch(state.clock());
    if (seedPeriodNext <= epoch) {
      seedPeriodNext = Math.max(seedPeriodNext, epoch - 1);
      if (generator.below(12) > 0) {
        Hash32 seed = generator.below(30) == 0 ? Hash32.ZERO : generator.hash32();
        queue(new InboxMessage.Seed(seedPeriodNext, seed), generator.uint(32));
      }
      seedPeriodNext++;
    }
    if (generator.below(4) == 0) {
      Address owner = transactions.someOwner();
      long hint = generator.below(6) == 0 ? generator.uint(32) : transactions.hintOf(owner);
      queue(
          new InboxMessage.Deposit(
              generator.below(20) == 0 ? LISTED : generator.below(LISTED),
              Uint128.of(generator.below(1_000)),
              owner),
          hint);
    }
    if (generator.below(5) < 2) {
      force();
    }
    takeMessages();
    if (chunks % 25 == 7 && forced == 0 && inbox.size() == state.inboxPosition()) {
      tooManyForced();
    }
  }

  private void force() {
    if (generator.below(25) == 0) {
      queue(
          new InboxMessage.Forced(Bytes.wrap(generator.bytes(generator.between(1, 300)))),
          generator.uint(32));
      return;
    }
    if (generator.below(16) == 0) {
      // Nothing that it names exists; of a job neither the account nor the provider.
      SignedTransaction strange = generator.signedTransaction();
      for (int tries = 0; tries < 12 && !(strange.transaction() instanceof JobOpen); tries++) {
        strange = generator.signedTransaction();
      }
      queue(new InboxMessage.Forced(Bytes.wrap(WireCodec.encode(strange))), generator.uint(32));
      return;
    }
    Draft draft = transactions.forced();
    byte[] wire = WireCodec.encode(draft.submitted());
    if (generator.below(14) == 0) {
      wire = wire.clone();
      int at = generator.coin() ? generator.below(wire.length) : generator.below(2);
      switch (generator.below(3)) {
        case 0 -> wire[at] ^= (byte) (1 << generator.below(8));
        case 1 -> wire[at] = (byte) generator.below(13);
        default -> wire = Arrays.copyOf(wire, Math.max(1, wire.length + generator.between(-2, 3)));
      }
    }
    long hint = generator.below(20) == 0 ? generator.uint(32) : draft.hint();
    queue(new InboxMessage.Forced(Bytes.wrap(wire)), hint);
  }

  /** Takes what waits in the inbox, as far as it fits. */
  private void takeMessages() {
    int from = state.inboxPosition();
    int to = from;
    Weight sum = weight.plus(new Weight(100, 8_000));
    while (to < inbox.size() && to - from < RUN_MAX) {
      InboxMessage message = inbox.get(to).message();
      Weight more = sum.plus(Weight.of(message));
      boolean isForced = message instanceof InboxMessage.Forced;
      if (!more.plus(new Weight(2_000, 100_000)).fits(Weight.CHUNK_LIMIT)
          || (isForced && forced == FORCED_MAX)) {
        break;
      }
      forced += isForced ? 1 : 0;
      sum = more;
      to++;
    }
    if (to == from) {
      return;
    }
    int before = Arrays.stream(state.appliedForced()).sum();
    // Their weight is the inbox's; the run itself is appended with its own.
    Weight ofMessages = Weight.ZERO;
    for (Queued queued : inbox.subList(from, to)) {
      ofMessages = ofMessages.plus(Weight.of(queued.message()));
    }
    if (append(new PostedTransaction.L1MessageRun(hints.subList(from, to)))) {
      weight = weight.plus(ofMessages);
    }
    applied += Arrays.stream(state.appliedForced()).sum() - before;
  }

  /** Four forced messages are too heavy for one chunk. */
  private void tooManyForced() {
    int from = inbox.size();
    for (int i = 0; i < 4; i++) {
      force();
    }
    byte[] run =
        EncodedTransaction.of(
                new PostedTransaction.L1MessageRun(hints.subList(from, inbox.size())),
                COMMITTEE_LOG2)
            .posted()
            .toArray();
    byte[] bytes = new byte[Block.OVERHEAD_BYTES + run.length];
    bytes[1] = 1;
    System.arraycopy(run, 0, bytes, Block.OVERHEAD_BYTES, run.length);
    heavyRun = bytes;
  }

  private byte[] heavyRun = new byte[0];

  /** Chunks that are none, and chunks that weigh too much. */
  private void junk() {
    if (heavyRun.length > 0) {
      // Drawn in the last chunk: now the inbox stands right before these messages.
      if (state.judge(heavyRun, inbox.size()) == Judgement.OVER_WEIGHT) {
        noOperation(heavyRun, Judgement.OVER_WEIGHT);
      }
      heavyRun = new byte[0];
    }
    switch (generator.below(60)) {
      case 0 -> malformed(generator.bytes(generator.below(300)));
      case 1 -> malformed(generator.bytes(3_935));
      case 2 -> malformed(new byte[0]);
      case 3 -> malformed(new byte[generator.between(1, 12)]);
      case 4, 5 -> heavy();
      default -> {}
    }
  }

  private void malformed(byte[] bytes) {
    if (state.judgeBytes(bytes) == Judgement.MALFORMED) {
      noOperation(bytes, Judgement.MALFORMED);
    }
  }

  /** Light in bytes, but more than a chunk may weigh in witness, or in gas. */
  private void heavy() {
    List<EncodedTransaction> many = new ArrayList<>();
    boolean gas = generator.coin();
    boolean overRuns = generator.coin();
    if (overRuns) {
      // Its own weight is judged before the messages that it would take.
      many.add(
          EncodedTransaction.of(
              new PostedTransaction.L1MessageRun(List.of(0L, 0L)), COMMITTEE_LOG2));
    }
    int count = gas ? 13 : generator.between(38, 60);
    for (int i = 0; i < count; i++) {
      many.add(
          EncodedTransaction.of(
              gas
                  ? new PostedTransaction.HeartbeatRecord(
                      i,
                      List.of(new dev.sluice.primitives.block.Attendance.AbsentSlots(0, List.of())),
                      Bytes.wrap(generator.bytes(192)))
                  : new PostedTransaction.ChannelCloseFinalize(i),
              COMMITTEE_LOG2));
    }
    byte[] bytes = new Block(0, many).encode();
    if (state.judgeBytes(bytes) == Judgement.OVER_WEIGHT) {
      noOperation(
          bytes, overRuns ? state.inboxPosition() : inbox.size(), Judgement.OVER_WEIGHT, preRoot);
    }
  }
}
