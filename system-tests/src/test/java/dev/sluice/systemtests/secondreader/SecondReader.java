package dev.sluice.systemtests.secondreader;

import static dev.sluice.systemtests.secondreader.Words.cat;
import static dev.sluice.systemtests.secondreader.Words.keccak;
import static dev.sluice.systemtests.secondreader.Words.padLeft;
import static dev.sluice.systemtests.secondreader.Words.u128;
import static dev.sluice.systemtests.secondreader.Words.u16;
import static dev.sluice.systemtests.secondreader.Words.u32;
import static dev.sluice.systemtests.secondreader.Words.u64;
import static dev.sluice.systemtests.secondreader.Words.u8;
import static dev.sluice.systemtests.secondreader.Words.word;

import dev.sluice.systemtests.secondreader.Reading.Absentees;
import dev.sluice.systemtests.secondreader.Reading.Posted;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import supranational.blst.BLST_ERROR;
import supranational.blst.P1;
import supranational.blst.P1_Affine;
import supranational.blst.P2_Affine;

/** Re-executes posted chunks and tells the post root of each ({@code docs/protocol.md §6, §8}). */
public final class SecondReader {
  private static final int[] MULTIPLIER = {0, 1, 2, 2, 1, 1, 8, 1, 0, 0, 2, 1, 1, 0, 0, 0};
  private static final String HEARTBEAT_DST = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";
  private static final String POSSESSION_DST = "BLS_POP_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";

  static final class Account {
    byte[] owner = new byte[20];
    long nonce;
    final BigInteger[] balance = {
      BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO
    };

    byte[] encode() {
      return cat(
          owner,
          u64(nonce),
          u32(0),
          u128(balance[0]),
          u128(balance[1]),
          u128(balance[2]),
          u128(balance[3]));
    }
  }

  static final class Channel {
    byte[] id = Words.ZERO;
    long payer;
    long payee;
    int token;
    int meter;
    int state = 1;
    BigInteger deposit = BigInteger.ZERO;
    BigInteger claimed = BigInteger.ZERO;
    long closeDelay;
    long closeAt;
    byte[] meterKey = Words.ZERO;
    BigInteger meterRate = BigInteger.ZERO;

    byte[] encode() {
      return cat(
          id,
          u32(payer),
          u32(payee),
          u8(token),
          u8(meter),
          u8(state),
          u128(deposit),
          u128(claimed),
          u32(closeDelay),
          u64(closeAt),
          meterKey,
          u128(meterRate));
    }
  }

  static final class Provider {
    byte[] id = Words.ZERO;
    long account;
    long payout;
    int kind;
    long capabilities;
    long cell;
    int token;
    BigInteger price = BigInteger.ZERO;
    boolean retired;
    long joined;
    long movedMonthPlusOne;
    byte[] endpoint = Words.ZERO;

    byte[] encode() {
      return cat(
          id,
          u32(account),
          u32(payout),
          u16(kind),
          u64(capabilities),
          u64(cell),
          u8(token),
          u128(price),
          u8(retired ? 1 : 0),
          u32(joined),
          u32(movedMonthPlusOne),
          endpoint);
    }
  }

  static final class Committee {
    final List<byte[]> keys = new ArrayList<>();
    P1 total = new P1();
    long lastEpochPlusOne;
    long month;
    int recorded;
    int previousRecorded;
    long joinEpochA;
    int joinCountA;
    long joinEpochB;
    int joinCountB;
    int[] missed;
    int[] excused;
    int[] previousMissed;
    int[] previousExcused;

    Committee(int size) {
      missed = new int[size];
      excused = new int[size];
      previousMissed = new int[size];
      previousExcused = new int[size];
    }

    void roll(long to) {
      if (month >= to) {
        return;
      }
      boolean next = month + 1 == to;
      int size = missed.length;
      previousMissed = next ? missed : new int[size];
      previousExcused = next ? excused : new int[size];
      previousRecorded = next ? recorded : 0;
      missed = new int[size];
      excused = new int[size];
      recorded = 0;
      month = to;
    }

    byte[] encode(int sizeLog2) {
      byte[][] level = new byte[1 << sizeLog2][];
      for (int i = 0; i < level.length; i++) {
        level[i] = i < keys.size() ? keccak(keys.get(i)) : Words.ZERO;
      }
      return cat(u16(keys.size()), u32(lastEpochPlusOne), affine(total), treeRoot(level));
    }

    byte[] encodeCounters() {
      byte[] head =
          cat(
              u32(month),
              u16(recorded),
              u16(previousRecorded),
              u32(joinEpochA),
              u16(joinCountA),
              u32(joinEpochB),
              u16(joinCountB));
      byte[][] parts = new byte[1 + 4 * missed.length][];
      parts[0] = head;
      for (int i = 0; i < missed.length; i++) {
        parts[1 + 2 * i] = u16(missed[i]);
        parts[2 + 2 * i] = u16(excused[i]);
        parts[1 + 2 * (missed.length + i)] = u16(previousMissed[i]);
        parts[2 + 2 * (missed.length + i)] = u16(previousExcused[i]);
      }
      return cat(parts);
    }
  }

  static final class Job {
    byte[] id = Words.ZERO;
    long buyer;
    long provider;
    int token;
    int mode;
    int state = 1;
    BigInteger escrow = BigInteger.ZERO;
    byte[] result = Words.ZERO;
    long deadline;
    long windowEnd;
    long window;
    int refusalBps;
    int reason;

    byte[] encode() {
      return cat(
          id,
          u32(buyer),
          u32(provider),
          u8(token),
          u8(mode),
          u8(state),
          u128(escrow),
          result,
          u64(deadline),
          u64(windowEnd),
          u32(window),
          u16(refusalBps),
          u16(reason));
    }
  }

  static final class Member {
    final long provider;
    long payout;
    int state;
    byte[] hash = Words.ZERO;

    Member(long provider) {
      this.provider = provider;
    }
  }

  static final class Quorum {
    final long job;
    final int k;
    final List<Member> members;

    Quorum(long job, int k, List<Member> members) {
      this.job = job;
      this.k = k;
      this.members = members;
    }

    int notAwaited() {
      return (int) members.stream().filter(member -> member.state != 0).count();
    }

    byte[] encode() {
      byte[] all = cat(u32(job), u8(members.size()), u8(k));
      for (Member member : members) {
        all = cat(all, u32(member.provider), u32(member.payout), u8(member.state), member.hash);
      }
      return Arrays.copyOf(all, 211);
    }
  }

  record Withdrawal(byte[] recipient, int token, BigInteger amount) {
    byte[] encode() {
      return cat(recipient, u8(token), u128(amount));
    }
  }

  private final ReadGenesis genesis;
  private final int committeeSize;
  private final byte[] domain;
  private final List<InboxEntry> inbox = new ArrayList<>();

  private int inboxPosition;
  private byte[] inboxAccumulator = Words.ZERO;
  long clock;
  private long blockNumber;
  private byte[] blockAccumulator = Words.ZERO;
  final BigInteger[] fees = {BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO};
  final long[] seedPeriods = new long[3];
  final byte[][] seeds = {Words.ZERO, Words.ZERO, Words.ZERO};
  final Rows<Account> accounts;
  final Rows<Withdrawal> withdrawals;
  final Rows<Channel> channels;
  final Rows<Provider> providers;
  final Rows<Committee> committees;
  final Rows<Job> jobs;
  final Rows<Quorum> quorums;

  final TreeMap<Integer, Map<Long, byte[]>> nodes = new TreeMap<>();

  /** A node below which nothing was ever written, by level and index. */
  BiFunction<Integer, Long, byte[]> untouched = (level, index) -> Words.ZERO;

  private final TreeSet<Long> dirty = new TreeSet<>();
  private final TreeMap<Integer, Integer> refusals = new TreeMap<>();
  private final int[] applied = new int[16];
  private final int[] appliedForced = new int[16];
  private final List<byte[]> blockHashes = new ArrayList<>();

  public SecondReader(ReadGenesis genesis) {
    this(genesis, Rows.FULL);
  }

  /**
   * A reader of another protocol, in which a type of leaf is full already at so many.
   *
   * @param full 2^32 - 1 in ours
   */
  public SecondReader(ReadGenesis genesis, long full) {
    this.accounts = new Rows<>(full);
    this.withdrawals = new Rows<>(full);
    this.channels = new Rows<>(full);
    this.providers = new Rows<>(full);
    this.committees = new Rows<>(full);
    this.jobs = new Rows<>(full);
    this.quorums = new Rows<>(full);
    this.genesis = genesis;
    this.committeeSize = 1 << genesis.committeeSizeLog2();
    this.domain =
        keccak(
            keccak(
                "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
            keccak("Sluice"),
            keccak("1"),
            word(genesis.chainId()),
            padLeft(genesis.rollup()));
    this.clock = genesis.genesisTime();
    open(genesis.feeRecipient());
    for (int level = 0; level <= 40; level++) {
      nodes.put(level, new HashMap<>());
    }
  }

  /** Adds messages of the L1 inbox, in order, before chunks that consume them are executed. */
  public void queue(List<InboxEntry> messages) {
    inbox.addAll(messages);
  }

  public int inboxPosition() {
    return inboxPosition;
  }

  public long clock() {
    return clock;
  }

  public long blockNumber() {
    return blockNumber;
  }

  public byte[] blockAccumulator() {
    return blockAccumulator.clone();
  }

  public long accounts() {
    return accounts.count();
  }

  public long withdrawals() {
    return withdrawals.count();
  }

  public long quorums() {
    return quorums.count();
  }

  public long channels() {
    return channels.count();
  }

  public long providers() {
    return providers.count();
  }

  public long committees() {
    return committees.count();
  }

  public long jobs() {
    return jobs.count();
  }

  /** An account as it is now. */
  public Sight.OfAccount seeAccount(long index) {
    Account account = account(index);
    return new Sight.OfAccount(
        account.owner.clone(), account.nonce, List.of(account.balance.clone()));
  }

  /** What the fee recipient may spend beside its balance. */
  public BigInteger fees(int token) {
    return fees[token];
  }

  /** A channel as it is now. */
  public Sight.OfChannel seeChannel(long index) {
    Channel channel = channels.get(index);
    return new Sight.OfChannel(
        channel.id.clone(),
        channel.payer,
        channel.payee,
        channel.token,
        channel.meter,
        channel.state,
        channel.deposit,
        channel.claimed,
        channel.closeAt,
        channel.meterKey.clone(),
        channel.meterRate);
  }

  /** A provider as it is now. */
  public Sight.OfProvider seeProvider(long index) {
    Provider provider = providers.get(index);
    return new Sight.OfProvider(
        provider.id.clone(),
        provider.account,
        provider.payout,
        provider.token,
        provider.cell,
        provider.retired,
        committees.get(index / committeeSize).keys.get((int) (index % committeeSize)).clone());
  }

  /** A committee as it is now. */
  public Sight.OfCommittee seeCommittee(long index) {
    Committee committee = committees.get(index);
    return new Sight.OfCommittee(committee.keys.size(), committee.lastEpochPlusOne);
  }

  /** A job as it is now. */
  public Sight.OfJob seeJob(long index) {
    Job job = jobs.get(index);
    List<Sight.OfMember> members = List.of();
    int k = 0;
    if (job.mode == 2) {
      Quorum quorum = quorums.get(job.provider);
      k = quorum.k;
      members =
          quorum.members.stream()
              .map(member -> new Sight.OfMember(member.provider, member.state))
              .toList();
    }
    return new Sight.OfJob(
        job.id.clone(),
        job.buyer,
        job.provider,
        job.token,
        job.mode,
        job.state,
        job.deadline,
        job.windowEnd,
        job.window,
        k,
        members);
  }

  /** The result hash of a job; of an open one of mode 1 the expected hash. */
  public byte[] resultOf(long job) {
    return jobs.get(job).result.clone();
  }

  /** The seed for the epochs of a seed period, zero if there is none. */
  public byte[] seedFor(long period) {
    byte[] seed = Words.ZERO;
    for (int i = 0; i < 3; i++) {
      if (!Words.isZero(seeds[i]) && seedPeriods[i] + 1 == period) {
        seed = seeds[i];
      }
    }
    return seed.clone();
  }

  /** How many transactions of each kind were applied. */
  public int[] applied() {
    return applied.clone();
  }

  /** How many forced transactions of each kind were applied. */
  public int[] appliedForced() {
    return appliedForced.clone();
  }

  /** How many transactions were refused, by STF refusal number. */
  public Map<Integer, Integer> refusals() {
    return new TreeMap<>(refusals);
  }

  /** Custody of one token without withdrawals and without unconsumed deposits. */
  public BigInteger heldInState(int token) {
    BigInteger sum = fees[token];
    for (Account account : accounts.all()) {
      sum = sum.add(account.balance[token]);
    }
    for (Channel channel : channels.all()) {
      sum = channel.token == token ? sum.add(channel.deposit).subtract(channel.claimed) : sum;
    }
    for (Job job : jobs.all()) {
      sum = job.token == token ? sum.add(job.escrow) : sum;
    }
    return sum;
  }

  /** Everything ever withdrawn of one token, paid on L1 or not. */
  public BigInteger withdrawn(int token) {
    BigInteger sum = BigInteger.ZERO;
    for (Withdrawal withdrawal : withdrawals.all()) {
      sum = withdrawal.token() == token ? sum.add(withdrawal.amount()) : sum;
    }
    return sum;
  }

  /**
   * Executes one chunk; the state root after it. {@code headerInboxPosition} is the batch header's.
   */
  public byte[] execute(byte[] payload, long headerInboxPosition) {
    Reading.Chunk chunk;
    try {
      chunk = Reading.chunk(payload, committeeSize);
    } catch (Reading.Malformed noOperation) {
      return root();
    }
    return switch (judge(chunk, headerInboxPosition)) {
      case MALFORMED, OVER_WEIGHT -> root();
      case OVER_RUN -> Words.ZERO;
      case EXECUTED -> {
        for (Reading.Block block : chunk.blocks()) {
          openBlock(block.clockDelta());
          for (Posted posted : block.transactions()) {
            attempt(posted);
          }
          sealBlock();
        }
        yield root();
      }
    };
  }

  /** What becomes of a chunk, before anything is executed ({@code docs/protocol.md §8}). */
  public enum Judgement {
    MALFORMED,
    OVER_WEIGHT,
    OVER_RUN,
    EXECUTED
  }

  /** Judges a chunk for the state as it is. */
  public Judgement judge(byte[] payload, long headerInboxPosition) {
    try {
      return judge(Reading.chunk(payload, committeeSize), headerInboxPosition);
    } catch (Reading.Malformed malformed) {
      return Judgement.MALFORMED;
    }
  }

  /** What the bytes alone decide; {@link Judgement#EXECUTED} if they decide nothing. */
  public Judgement judgeBytes(byte[] payload) {
    try {
      return judgeBytes(Reading.chunk(payload, committeeSize));
    } catch (Reading.Malformed malformed) {
      return Judgement.MALFORMED;
    }
  }

  private static Judgement judgeBytes(Reading.Chunk chunk) {
    return chunk.witnessWeight() > 115_000 || chunk.gasWeight() > 10_000_000
        ? Judgement.OVER_WEIGHT
        : Judgement.EXECUTED;
  }

  private Judgement judge(Reading.Chunk chunk, long headerInboxPosition) {
    if (judgeBytes(chunk) == Judgement.OVER_WEIGHT) {
      return Judgement.OVER_WEIGHT;
    }
    if (inboxPosition + chunk.messages() > headerInboxPosition) {
      return Judgement.OVER_RUN;
    }
    InboxEntry none = new InboxEntry(0, new byte[0], 0, 0, 0);
    InboxEntry before = inboxPosition == 0 ? none : inbox.get(inboxPosition - 1);
    int end = inboxPosition + (int) chunk.messages();
    InboxEntry after = end == 0 ? none : inbox.get(end - 1);
    long witness = chunk.witnessWeight() + after.witnessWeight() - before.witnessWeight();
    long gas = chunk.gasWeight() + after.gasWeight() - before.gasWeight();
    return witness > 115_000 || gas > 10_000_000 ? Judgement.OVER_WEIGHT : Judgement.EXECUTED;
  }

  /** Begins a block; for who draws transactions one at a time. */
  public void openBlock(long clockDelta) {
    blockNumber++;
    clock += clockDelta;
    blockHashes.clear();
  }

  /**
   * Executes one more transaction of the block: 0, or its refusal.
   *
   * @param posted one whole transaction
   */
  public int attempt(byte[] posted) {
    try {
      return attempt(Reading.transaction(posted, committeeSize));
    } catch (Reading.Malformed malformed) {
      throw new IllegalArgumentException(malformed);
    }
  }

  /** Whether these bytes are one transaction. */
  public boolean isTransaction(byte[] posted) {
    try {
      Reading.transaction(posted, committeeSize);
      return true;
    } catch (Reading.Malformed malformed) {
      return false;
    }
  }

  private int attempt(Posted posted) {
    blockHashes.add(keccak(posted.bytes));
    int refusal = apply(posted);
    if (refusal == 0) {
      applied[posted.kind]++;
    } else {
      refusals.merge(refusal, 1, Integer::sum);
    }
    return refusal;
  }

  /** Ends a block. */
  public void sealBlock() {
    int width = 1;
    while (width < blockHashes.size()) {
      width *= 2;
    }
    byte[][] level = new byte[width][];
    for (int i = 0; i < width; i++) {
      level[i] = i < blockHashes.size() ? blockHashes.get(i) : Words.ZERO;
    }
    byte[] commitment =
        keccak(
            u64(blockNumber),
            u64(clock),
            u64(inboxPosition),
            inboxAccumulator,
            u16(blockHashes.size()),
            treeRoot(level));
    blockAccumulator = keccak(blockAccumulator, commitment);
  }

  private int apply(Posted t) {
    return switch (t.kind) {
      case 0 -> run(t);
      case 1 -> transfer(t);
      case 2 -> withdraw(t);
      case 3 -> openChannel(t);
      case 4 -> claim(t);
      case 5 -> (t.flags & 1) != 0 ? finalizeChannel(t) : startClose(t);
      case 6 -> register(t);
      case 7 -> update(t);
      case 9 -> record(t);
      case 10 -> openJob(t);
      case 11 -> (t.flags & 1) != 0 ? reveal(t) : result(t);
      case 12 -> settle(t);
      default -> throw new IllegalStateException("kind " + t.kind);
    };
  }

  private int run(Posted t) {
    for (long hint : t.indices) {
      InboxEntry message = inbox.get(inboxPosition);
      inboxPosition++;
      inboxAccumulator =
          keccak(
              inboxAccumulator,
              keccak(u8(message.kind()), message.payload()),
              u64(message.time()),
              u64(message.witnessWeight()),
              u64(message.gasWeight()));
      byte[] p = message.payload();
      if (message.kind() == 1) {
        int token = p[0];
        byte[] owner = Arrays.copyOfRange(p, 17, 37);
        long to;
        if (accounts.has(hint) && Arrays.equals(account(hint).owner, owner)) {
          to = hint;
        } else if (!listed(token) || accounts.isFull()) {
          to = 0;
        } else {
          to = open(owner);
        }
        credit(to, token, Words.number(Arrays.copyOfRange(p, 1, 17)));
      } else if (message.kind() == 3) {
        seedPeriods[0] = seedPeriods[1];
        seeds[0] = seeds[1];
        seedPeriods[1] = seedPeriods[2];
        seeds[1] = seeds[2];
        seedPeriods[2] = Words.number(Arrays.copyOf(p, 4)).longValue();
        seeds[2] = Arrays.copyOfRange(p, 4, 36);
      } else {
        int refusal = forced(p, hint);
        if (refusal == 0) {
          appliedForced[p[0]]++;
        } else {
          refusals.merge(refusal, 1, Integer::sum);
        }
      }
    }
    return 0;
  }

  /** Lengths of the wire forms by kind ({@code docs/protocol.md §4}); 0: there is none. */
  private static int wireLength(int kind, int variant) {
    return switch (kind) {
      case 1, 2 -> 130;
      case 3 -> 183;
      case 4 -> variant == 0 ? 34 : variant == 1 ? 114 : variant == 2 ? 76 : 0;
      case 5 -> variant == 0 ? 126 : variant == 1 ? 34 : 0;
      case 6 -> 436;
      case 7 -> 202;
      // With several providers the mode is 2, and that is never forced.
      case 10 -> 191 + 32;
      case 11 -> variant == 0 ? 159 : variant == 1 ? 191 : 0;
      case 12 -> variant < 2 ? 112 : variant < 4 ? 34 : 0;
      default -> 0;
    };
  }

  /** A forced message: the wire form, as if posted with the hint as its index. */
  private int forced(byte[] wire, long hint) {
    int kind = wire[0];
    int variant = wire.length > 1 ? wire[1] & 0xff : 0;
    if (wire.length != wireLength(kind, variant)) {
      return 1;
    }
    ByteBuffer in = ByteBuffer.wrap(wire, 1, wire.length - 1);
    Posted t = new Posted();
    t.kind = kind;
    t.namesMaxFee = true;
    if (kind == 4 || kind == 5 || kind == 11 || kind == 12) {
      in.get();
      t.flags = variant;
    }
    boolean named = kind != 4 && !(kind == 5 && variant == 1) && !(kind == 12 && variant > 1);
    long from = named ? in.getInt() & 0xffffffffL : 0;
    long nonce = named ? in.getLong() : 0;
    byte[] id = Words.ZERO;
    switch (kind) {
      case 1, 2 -> {
        t.address = take(in, 20);
        t.token = in.get();
        t.amount = Words.number(take(in, 16));
      }
      case 3 -> {
        t.address = take(in, 20);
        t.token = in.get();
        t.amount = Words.number(take(in, 16));
        t.meter = in.get();
        t.word = take(in, 32);
        t.rate = Words.number(take(in, 16));
        t.number = in.getInt() & 0xffffffffL;
        boolean address = Words.isZero(Arrays.copyOf(t.word, 12));
        if (t.meter < 0
            || (t.meter == 0 && !Words.isZero(t.word))
            || (t.meter == 1 && (t.rate.signum() != 0 || !address))) {
          return 1;
        }
      }
      case 4 -> {
        id = take(in, 32);
        t.meter = variant;
        if (variant == 1) {
          t.amount = Words.number(take(in, 16));
        } else if (variant == 2) {
          t.number = in.getLong();
          t.secondNumber = in.getShort() & 0xffff;
          t.word = take(in, 32);
          if (t.number >>> 61 != 0 || t.secondNumber < 1 || t.secondNumber > 4096) {
            return 1;
          }
        }
      }
      case 6 -> {
        t.address = take(in, 20);
        t.small = in.getShort() & 0xffff;
        t.number = in.getLong();
        t.secondNumber = in.getLong();
        t.token = in.get();
        t.amount = Words.number(take(in, 16));
        t.deviceKey = take(in, 96);
        t.blsSignature = take(in, 192);
      }
      case 7 -> {
        id = take(in, 32);
        t.address = take(in, 20);
        t.number = in.getLong();
        t.amount = Words.number(take(in, 16));
        t.word = take(in, 32);
        int retire = in.get();
        if (retire < 0 || retire > 1) {
          return 1;
        }
        t.flags = 4 * retire;
      }
      case 10 -> {
        int providersNamed = in.get();
        id = take(in, 32);
        int quorum = in.get();
        t.token = in.get();
        t.amount = Words.number(take(in, 16));
        t.mode = in.get() & 0xff;
        t.word = take(in, 32);
        t.secondWord = take(in, 32);
        t.number = in.getLong();
        t.secondNumber = in.getInt() & 0xffffffffL;
        t.secondSmall = in.getShort() & 0xffff;
        if (t.number >>> 61 != 0
            || t.mode == 2
            || providersNamed != 1
            || quorum != 0
            || (t.mode != 1 && !Words.isZero(t.secondWord))) {
          return 1;
        }
      }
      case 11 -> {
        id = take(in, 32);
        t.small = in.get() & 0xff;
        t.word = take(in, 32);
        if (variant == 1) {
          t.secondWord = take(in, 32);
        }
      }
      case 12 -> {
        id = take(in, 32);
        t.small = named ? in.getShort() & 0xffff : 0;
      }
      default -> id = take(in, 32);
    }
    if (named && kind != 12) {
      t.maxFee = Words.number(take(in, 16));
    }
    if (named || (kind == 4 && variant == 1)) {
      t.signature = take(in, 64);
    }
    if (t.token < 0 || t.token > 3) {
      return 1;
    }
    int refusal = resolve(t, id, from, hint);
    if (refusal != 0) {
      return refusal;
    }
    if (named && account(from).nonce != nonce) {
      return 8;
    }
    return apply(t);
  }

  /** Turns addresses and ids into indices by the hint; the refusal if they do not exist. */
  private int resolve(Posted t, byte[] id, long from, long hint) {
    switch (t.kind) {
      case 1, 2, 3, 6 -> {
        if (!accounts.has(from)) {
          return 2;
        }
        t.indices.add(from);
        t.newAccount = true;
        if (t.kind != 2 && accounts.has(hint) && Arrays.equals(account(hint).owner, t.address)) {
          t.newAccount = false;
          t.indices.add(hint);
        }
      }
      case 4, 5 -> {
        if (!channels.has(hint) || !Arrays.equals(channels.get(hint).id, id)) {
          return 4;
        }
        Channel channel = channels.get(hint);
        t.indices.add(hint);
        if (t.kind == 5 && t.flags == 0 && from != channel.payer) {
          if (from != channel.payee) {
            return 7;
          }
          t.flags = 4;
        }
      }
      case 7 -> {
        if (!providers.has(hint) || !Arrays.equals(providers.get(hint).id, id)) {
          return 5;
        }
        Provider provider = providers.get(hint);
        if (from != provider.account) {
          return 7;
        }
        t.indices.add(hint);
        t.newAccount = !Arrays.equals(account(provider.payout).owner, t.address);
        if (!t.newAccount) {
          t.indices.add(provider.payout);
        }
      }
      case 10 -> {
        if (!accounts.has(from)) {
          return 2;
        }
        if (!providers.has(hint) || !Arrays.equals(providers.get(hint).id, id)) {
          return 5;
        }
        t.indices.add(from);
        t.indices.add(hint);
      }
      default -> {
        if (!jobs.has(hint) || !Arrays.equals(jobs.get(hint).id, id)) {
          return 6;
        }
        Job job = jobs.get(hint);
        t.indices.add(hint);
        if (t.kind == 11) {
          if (t.small >= members(job)) {
            return 61;
          }
          if (from != provider(job, t.small).account) {
            return 7;
          }
        } else if (t.flags < 2 && from != job.buyer) {
          return 7;
        }
      }
    }
    return 0;
  }

  /** How many providers a job has. */
  private int members(Job job) {
    return job.mode == 2 ? quorums.get(job.provider).members.size() : 1;
  }

  private Provider provider(Job job, int member) {
    return providers.get(
        job.mode == 2 ? quorums.get(job.provider).members.get(member).provider : job.provider);
  }

  private static byte[] take(ByteBuffer in, int count) {
    byte[] out = new byte[count];
    in.get(out);
    return out;
  }

  private int transfer(Posted t) {
    long from = t.indices.get(0);
    if (!accounts.has(from)) {
      return 2;
    }
    if (!t.newAccount && !accounts.has(t.indices.get(1))) {
      return 3;
    }
    byte[] to = t.newAccount ? t.address : account(t.indices.get(1)).owner;
    byte[] struct =
        keccak(
            keccak(
                "Transfer(uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee)"),
            word(from),
            word(account(from).nonce),
            padLeft(to),
            word(t.token),
            word(t.amount),
            word(maxFee(t, t.token)));
    int refusal = walletChecks(t, from, struct, t.token);
    refusal = refusal != 0 ? refusal : affordable(from, t.token, t.amount, price(1, t.token));
    if (refusal != 0) {
      return refusal;
    }
    if (t.newAccount && accounts.isFull()) {
      return 13;
    }
    pay(from, t.token, t.amount, price(1, t.token));
    credit(t.newAccount ? open(to) : t.indices.get(1), t.token, t.amount);
    return 0;
  }

  private int withdraw(Posted t) {
    long from = t.indices.get(0);
    if (!accounts.has(from)) {
      return 2;
    }
    byte[] to = t.newAccount ? t.address : account(from).owner;
    byte[] struct =
        keccak(
            keccak(
                "Withdraw(uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee)"),
            word(from),
            word(account(from).nonce),
            padLeft(to),
            word(t.token),
            word(t.amount),
            word(maxFee(t, t.token)));
    int refusal = walletChecks(t, from, struct, t.token);
    if (refusal != 0) {
      return refusal;
    }
    if (t.amount.signum() == 0) {
      return 11;
    }
    refusal = affordable(from, t.token, t.amount, price(2, t.token));
    if (refusal != 0) {
      return refusal;
    }
    if (withdrawals.isFull()) {
      return 13;
    }
    pay(from, t.token, t.amount, price(2, t.token));
    touch(2, withdrawals.add(new Withdrawal(to, t.token, t.amount)));
    return 0;
  }

  private int openChannel(Posted t) {
    long from = t.indices.get(0);
    if (!accounts.has(from)) {
      return 2;
    }
    if (!t.newAccount && !accounts.has(t.indices.get(1))) {
      return 3;
    }
    byte[] payee = t.newAccount ? t.address : account(t.indices.get(1)).owner;
    byte[] key = t.meterKeyIsOwner ? padLeft(account(from).owner) : t.word;
    byte[] struct =
        keccak(
            keccak(
                "ChannelOpen(uint32 account,uint64 nonce,address payee,uint8 token,uint128 deposit,uint8 meter,"
                    + "bytes32 meterKey,uint128 meterRate,uint32 closeDelay,uint128 maxFee)"),
            word(from),
            word(account(from).nonce),
            padLeft(payee),
            word(t.token),
            word(t.amount),
            word(t.meter),
            key,
            word(t.rate),
            word(t.number),
            word(maxFee(t, t.token)));
    int refusal = walletChecks(t, from, struct, t.token);
    if (refusal != 0) {
      return refusal;
    }
    if (t.meter > 2) {
      return 20;
    }
    if (t.amount.signum() == 0 || (t.meter != 1 && t.rate.signum() == 0)) {
      return 11;
    }
    if (t.number < genesis.protectiveDelay()) {
      return 21;
    }
    if (t.meter == 2
        && t.rate.multiply(BigInteger.valueOf(4096)).compareTo(price(4, t.token)) < 0) {
      return 38;
    }
    refusal = affordable(from, t.token, t.amount, price(3, t.token));
    if (refusal != 0) {
      return refusal;
    }
    if ((t.newAccount && accounts.isFull()) || channels.isFull()) {
      return 13;
    }
    Channel channel = new Channel();
    channel.id = id(from, struct);
    pay(from, t.token, t.amount, price(3, t.token));
    channel.payer = from;
    channel.payee = t.newAccount ? open(payee) : t.indices.get(1);
    channel.token = t.token;
    channel.meter = t.meter;
    channel.deposit = t.amount;
    channel.closeDelay = t.number;
    channel.meterKey = t.meter == 0 ? word(clock) : key;
    channel.meterRate = t.rate;
    touch(3, channels.add(channel));
    return 0;
  }

  private int claim(Posted t) {
    long index = t.indices.get(0);
    if (!channels.has(index)) {
      return 4;
    }
    Channel channel = channels.get(index);
    if (t.meter != channel.meter) {
      return 28;
    }
    if (t.meter == 1) {
      byte[] struct =
          keccak(keccak("Voucher(bytes32 channel,uint128 amount)"), channel.id, word(t.amount));
      byte[] signer = Words.recover(digest(struct), t.signature);
      if (signer.length == 0 || !Arrays.equals(padLeft(signer), channel.meterKey)) {
        return 7;
      }
    }
    if (channel.state == 3) {
      return 22;
    }
    BigInteger total;
    switch (t.meter) {
      case 0 -> total = entitlement(channel);
      case 1 -> {
        total = t.amount;
        if (total.compareTo(channel.deposit) > 0) {
          return 23;
        }
      }
      default -> {
        total = BigInteger.valueOf(t.number).multiply(channel.meterRate);
        if (total.compareTo(channel.deposit) > 0) {
          return 29;
        }
        if (total.compareTo(channel.claimed) > 0) {
          BigInteger before = channel.claimed.divide(channel.meterRate);
          if (t.secondNumber != t.number - before.longValueExact()) {
            return 36;
          }
          byte[] tick = t.word;
          for (long step = 0; step < t.secondNumber; step++) {
            tick = keccak(tick);
          }
          if (!Arrays.equals(tick, channel.meterKey)) {
            return 37;
          }
        }
      }
    }
    if (total.compareTo(channel.claimed) <= 0) {
      return 0;
    }
    BigInteger delta = total.subtract(channel.claimed);
    BigInteger fee = price(4, channel.token);
    if (delta.compareTo(fee) < 0) {
      return 24;
    }
    credit(channel.payee, channel.token, delta.subtract(fee));
    fees[channel.token] = fees[channel.token].add(fee);
    channel.claimed = total;
    if (t.meter == 2) {
      channel.meterKey = t.word;
    }
    touch(3, index);
    return 0;
  }

  /** What a time meter has earned, up to now or to when the channel began to close. */
  private BigInteger entitlement(Channel channel) {
    long until = channel.state == 2 ? channel.closeAt - channel.closeDelay : clock;
    BigInteger seconds = BigInteger.valueOf(until).subtract(Words.number(channel.meterKey));
    return channel.deposit.min(channel.meterRate.multiply(seconds));
  }

  private int startClose(Posted t) {
    long index = t.indices.get(0);
    if (!channels.has(index)) {
      return 4;
    }
    Channel channel = channels.get(index);
    long from = (t.flags & 4) != 0 ? channel.payee : channel.payer;
    byte[] struct =
        keccak(
            keccak("ChannelClose(uint32 account,uint64 nonce,bytes32 channel,uint128 maxFee)"),
            word(from),
            word(account(from).nonce),
            channel.id,
            word(t.namesMaxFee ? t.maxFee : price(5, channel.token)));
    int refusal = walletChecks(t, from, struct, channel.token);
    if (refusal != 0) {
      return refusal;
    }
    if (channel.state != 1) {
      return channel.state == 2 ? 25 : 22;
    }
    refusal = affordable(from, channel.token, BigInteger.ZERO, price(5, channel.token));
    if (refusal != 0) {
      return refusal;
    }
    pay(from, channel.token, BigInteger.ZERO, price(5, channel.token));
    channel.state = 2;
    channel.closeAt = clock + channel.closeDelay;
    touch(3, index);
    return 0;
  }

  private int finalizeChannel(Posted t) {
    long index = t.indices.get(0);
    if (!channels.has(index)) {
      return 4;
    }
    Channel channel = channels.get(index);
    if (channel.state != 2) {
      return 26;
    }
    if (clock < channel.closeAt) {
      return 27;
    }
    if (channel.meter == 0) {
      BigInteger due = entitlement(channel).subtract(channel.claimed);
      credit(channel.payee, channel.token, due);
      channel.claimed = channel.claimed.add(due);
    }
    BigInteger rest = channel.deposit.subtract(channel.claimed);
    BigInteger fee = price(5, channel.token).min(rest);
    credit(channel.payer, channel.token, rest.subtract(fee));
    fees[channel.token] = fees[channel.token].add(fee);
    channel.deposit = channel.claimed;
    channel.state = 3;
    touch(3, index);
    return 0;
  }

  private int register(Posted t) {
    long from = t.indices.get(0);
    if (!accounts.has(from)) {
      return 2;
    }
    if (!t.newAccount && !accounts.has(t.indices.get(1))) {
      return 3;
    }
    byte[] payout = t.newAccount ? t.address : account(t.indices.get(1)).owner;
    byte[] struct =
        keccak(
            keccak(
                "ProviderRegister(uint32 account,uint64 nonce,address payout,uint16 class,uint64 capabilities,"
                    + "uint64 cell,uint8 token,uint128 price,bytes32 deviceKeyHash,uint128 maxFee)"),
            word(from),
            word(account(from).nonce),
            padLeft(payout),
            word(t.small),
            word(t.number),
            word(t.secondNumber),
            word(t.token),
            word(t.amount),
            keccak(t.deviceKey),
            word(maxFee(t, t.token)));
    int refusal = walletChecks(t, from, struct, t.token);
    if (refusal != 0) {
      return refusal;
    }
    P1_Affine key = decodeKey(t.deviceKey);
    if (key == null) {
      return 30;
    }
    byte[] statement = keccak(domain, account(from).owner, t.deviceKey);
    if (!blsVerifies(key, t.blsSignature, statement, POSSESSION_DST)) {
      return 31;
    }
    refusal = affordable(from, t.token, BigInteger.ZERO, price(6, t.token));
    if (refusal != 0) {
      return refusal;
    }
    if ((t.newAccount && accounts.isFull()) || providers.isFull()) {
      return 13;
    }
    byte[] id = id(from, struct);
    pay(from, t.token, BigInteger.ZERO, price(6, t.token));
    long payoutIndex = t.newAccount ? open(payout) : t.indices.get(1);
    long epoch = epoch();
    Provider provider = new Provider();
    provider.id = id;
    provider.account = from;
    provider.payout = payoutIndex;
    provider.kind = t.small;
    provider.capabilities = t.number;
    provider.cell = t.secondNumber;
    provider.token = t.token;
    provider.price = t.amount;
    provider.joined = epoch;
    long index = providers.add(provider);
    touch(4, index);
    if (index % committeeSize == 0) {
      committees.add(new Committee(committeeSize));
    }
    Committee committee = committees.get(index / committeeSize);
    int slot = committee.keys.size();
    committee.roll(epoch / genesis.epochsPerMonth());
    committee.excused[slot] = committee.recorded;
    if (committee.joinEpochB != epoch) {
      committee.joinEpochA = committee.joinEpochB;
      committee.joinCountA = committee.joinCountB;
      committee.joinEpochB = epoch;
      committee.joinCountB = slot;
    }
    committee.keys.add(t.deviceKey);
    committee.total = committee.total.add(key);
    touch(5, index / committeeSize);
    touch(6, index / committeeSize);
    return 0;
  }

  private int update(Posted t) {
    long index = t.indices.get(0);
    if (!t.newAccount && !accounts.has(t.indices.get(1))) {
      return 3;
    }
    if (!providers.has(index)) {
      return 5;
    }
    Provider provider = providers.get(index);
    long from = provider.account;
    byte[] payout = t.newAccount ? t.address : account(t.indices.get(1)).owner;
    boolean retire = (t.flags & 4) != 0;
    byte[] struct =
        keccak(
            keccak(
                "ProviderUpdate(uint32 account,uint64 nonce,bytes32 provider,address payout,uint64 cell,"
                    + "uint128 price,bytes32 endpointHash,uint8 retire,uint128 maxFee)"),
            word(from),
            word(account(from).nonce),
            provider.id,
            padLeft(payout),
            word(t.number),
            word(t.amount),
            t.word,
            word(retire ? 1 : 0),
            word(maxFee(t, provider.token)));
    int refusal = walletChecks(t, from, struct, provider.token);
    if (refusal != 0) {
      return refusal;
    }
    if (provider.retired) {
      return 32;
    }
    long month = epoch() / genesis.epochsPerMonth();
    boolean moves = t.number != provider.cell;
    if (moves && provider.movedMonthPlusOne >= month + 1) {
      return 33;
    }
    BigInteger fee = price(7, provider.token);
    refusal = affordable(from, provider.token, BigInteger.ZERO, fee);
    if (refusal != 0) {
      return refusal;
    }
    if (t.newAccount && accounts.isFull()) {
      return 13;
    }
    pay(from, provider.token, BigInteger.ZERO, fee);
    provider.payout = t.newAccount ? open(payout) : t.indices.get(1);
    if (moves) {
      provider.cell = t.number;
      provider.movedMonthPlusOne = month + 1;
    }
    provider.price = t.amount;
    provider.endpoint = t.word;
    provider.retired = retire;
    touch(4, index);
    return 0;
  }

  private int record(Posted t) {
    long epoch = t.number;
    long end = genesis.genesisTime() + (epoch + 1) * genesis.epochSeconds();
    if (clock < end) {
      return 40;
    }
    if (clock >= end + genesis.graceSeconds()) {
      return 41;
    }
    byte[] seed = seedFor(epoch / genesis.epochsPerSeed());
    if (Words.isZero(seed)) {
      return 42;
    }
    P1 aggregate = new P1();
    for (Absentees named : t.committees) {
      if (!committees.has(named.committee())) {
        return 43;
      }
      Committee committee = committees.get(named.committee());
      int count = committee.keys.size();
      if (committee.lastEpochPlusOne > epoch) {
        return 44;
      }
      List<Integer> bounded = named.bitfield() ? named.present() : named.slots();
      if (!bounded.isEmpty() && bounded.get(bounded.size() - 1) >= count) {
        return 45;
      }
      List<Integer> absent = absent(named, count);
      if (absent.size() == count) {
        return 46;
      }
      for (int slot = 0; slot < count; slot++) {
        if (!absent.contains(slot)) {
          // blst's own uncompressed form of a finite point is x | y, its flag bits zero: ours.
          aggregate = aggregate.add(new P1_Affine(committee.keys.get(slot)));
        }
      }
    }
    byte[] beacon = keccak(seed, u64(epoch));
    if (aggregate.is_inf()
        || !blsVerifies(
            aggregate.to_affine(),
            t.blsSignature,
            keccak(domain, u64(epoch), beacon),
            HEARTBEAT_DST)) {
      return 47;
    }
    long month = epoch / genesis.epochsPerMonth();
    for (Absentees named : t.committees) {
      Committee committee = committees.get(named.committee());
      int count = committee.keys.size();
      committee.lastEpochPlusOne = epoch + 1;
      committee.roll(month);
      int eligible =
          committee.joinEpochB < epoch
              ? count
              : committee.joinEpochA < epoch ? committee.joinCountB : committee.joinCountA;
      boolean past = committee.month > month;
      if (past) {
        committee.previousRecorded++;
      } else {
        committee.recorded++;
      }
      for (int slot : absent(named, count)) {
        if (slot < eligible) {
          (past ? committee.previousMissed : committee.missed)[slot]++;
        } else {
          (past ? committee.previousExcused : committee.excused)[slot]++;
        }
      }
      touch(5, named.committee());
      touch(6, named.committee());
    }
    return 0;
  }

  private static List<Integer> absent(Absentees named, int count) {
    return named.slots().stream().filter(slot -> slot < count).toList();
  }

  private int openJob(Posted t) {
    long from = t.indices.get(0);
    if (!accounts.has(from)) {
      return 2;
    }
    List<Long> named = t.indices.subList(1, t.indices.size());
    byte[] ids = new byte[0];
    for (long index : named) {
      if (!providers.has(index)) {
        return 5;
      }
      ids = cat(ids, providers.get(index).id);
    }
    byte[] struct =
        keccak(
            keccak(
                "JobOpen(uint32 account,uint64 nonce,bytes32[] providers,uint8 quorum,uint8 token,uint128 escrow,"
                    + "uint8 mode,bytes32 specHash,bytes32 expected,uint64 deadline,uint32 window,"
                    + "uint16 refusalBps,uint128 maxFee)"),
            word(from),
            word(account(from).nonce),
            keccak(ids),
            word(t.quorum),
            word(t.token),
            word(t.amount),
            word(t.mode),
            t.word,
            t.secondWord,
            word(t.number),
            word(t.secondNumber),
            word(t.secondSmall),
            word(maxFee(t, t.token)));
    int refusal = walletChecks(t, from, struct, t.token);
    if (refusal != 0) {
      return refusal;
    }
    if (t.mode > 2) {
      return 50;
    }
    if (t.mode == 2
        && (named.size() < 2
            || 2 * t.quorum <= named.size()
            || t.quorum > named.size()
            || new TreeSet<>(named).size() != named.size())) {
      return 60;
    }
    for (long index : named) {
      if (providers.get(index).retired) {
        return 32;
      }
    }
    if (t.amount.signum() == 0) {
      return 11;
    }
    if (t.amount.compareTo(price(12, t.token)) < 0) {
      return 51;
    }
    if (t.number <= clock) {
      return 52;
    }
    if (t.secondNumber < genesis.protectiveDelay()) {
      return 21;
    }
    if (t.secondSmall > 10_000) {
      return 54;
    }
    refusal = affordable(from, t.token, t.amount, price(10, t.token));
    if (refusal != 0) {
      return refusal;
    }
    if (jobs.isFull() || (t.mode == 2 && quorums.isFull())) {
      return 13;
    }
    Job job = new Job();
    job.id = id(from, struct);
    pay(from, t.token, t.amount, price(10, t.token));
    job.buyer = from;
    job.provider = named.get(0);
    if (t.mode == 2) {
      List<Member> members = named.stream().map(Member::new).toList();
      job.provider = quorums.add(new Quorum(jobs.count(), t.quorum, members));
      touch(8, job.provider);
    }
    job.token = t.token;
    job.mode = t.mode;
    job.escrow = t.amount;
    job.result = t.secondWord;
    job.deadline = t.number;
    job.window = t.secondNumber;
    job.refusalBps = t.secondSmall;
    touch(7, jobs.add(job));
    return 0;
  }

  private int result(Posted t) {
    long index = t.indices.get(0);
    if (!jobs.has(index)) {
      return 6;
    }
    Job job = jobs.get(index);
    if (t.small >= members(job)) {
      return 61;
    }
    Provider provider = provider(job, t.small);
    long from = provider.account;
    byte[] struct =
        keccak(
            keccak(
                "JobResult(uint32 account,uint64 nonce,bytes32 job,uint8 member,bytes32 resultHash,uint128 maxFee)"),
            word(from),
            word(account(from).nonce),
            job.id,
            word(t.small),
            t.word,
            word(maxFee(t, job.token)));
    int refusal = walletChecks(t, from, struct, job.token);
    if (refusal != 0) {
      return refusal;
    }
    if (job.state != 1) {
      return 55;
    }
    if (clock > job.deadline) {
      return 52;
    }
    if (job.mode == 1 && !Arrays.equals(keccak(t.word), job.result)) {
      return 67;
    }
    if (job.mode == 2 && quorums.get(job.provider).members.get(t.small).state != 0) {
      return 62;
    }
    BigInteger fee = price(11, job.token);
    refusal = affordable(from, job.token, BigInteger.ZERO, fee);
    if (refusal != 0) {
      return refusal;
    }
    pay(from, job.token, BigInteger.ZERO, fee);
    switch (job.mode) {
      case 0 -> {
        job.result = t.word;
        job.state = 2;
        job.windowEnd = clock + job.window;
      }
      case 1 -> {
        job.result = t.word;
        BigInteger settlement = price(12, job.token);
        credit(provider.payout, job.token, job.escrow.subtract(settlement));
        fees[job.token] = fees[job.token].add(settlement);
        job.escrow = BigInteger.ZERO;
        job.state = 3;
      }
      default -> {
        Member member = quorums.get(job.provider).members.get(t.small);
        member.state = 1;
        member.hash = t.word;
        member.payout = provider.payout;
        touch(8, job.provider);
      }
    }
    touch(7, index);
    return 0;
  }

  private int reveal(Posted t) {
    long index = t.indices.get(0);
    if (!jobs.has(index)) {
      return 6;
    }
    Job job = jobs.get(index);
    if (t.small >= members(job)) {
      return 61;
    }
    long from = provider(job, t.small).account;
    byte[] struct =
        keccak(
            keccak(
                "JobReveal(uint32 account,uint64 nonce,bytes32 job,uint8 member,bytes32 resultHash,bytes32 salt,"
                    + "uint128 maxFee)"),
            word(from),
            word(account(from).nonce),
            job.id,
            word(t.small),
            t.word,
            t.secondWord,
            word(t.namesMaxFee ? t.maxFee : price(11, job.token)));
    int refusal = walletChecks(t, from, struct, job.token);
    if (refusal != 0) {
      return refusal;
    }
    if (job.state != 1) {
      return 55;
    }
    if (job.mode != 2) {
      return 66;
    }
    Quorum quorum = quorums.get(job.provider);
    if (quorum.notAwaited() < quorum.members.size() && clock <= job.deadline) {
      return 65;
    }
    if (clock > job.deadline + job.window) {
      return 57;
    }
    Member member = quorum.members.get(t.small);
    if (member.state != 1) {
      return 63;
    }
    if (!Arrays.equals(member.hash, keccak(job.id, u8(t.small), t.word, t.secondWord))) {
      return 64;
    }
    BigInteger fee = price(11, job.token);
    refusal = affordable(from, job.token, BigInteger.ZERO, fee);
    if (refusal != 0) {
      return refusal;
    }
    pay(from, job.token, BigInteger.ZERO, fee);
    member.state = 2;
    member.hash = t.word;
    touch(8, job.provider);
    List<Member> agreeing =
        quorum.members.stream()
            .filter(each -> each.state == 2 && Arrays.equals(each.hash, t.word))
            .toList();
    if (agreeing.size() == quorum.k) {
      BigInteger settlement = price(12, job.token);
      BigInteger net = job.escrow.subtract(settlement);
      BigInteger share = net.divide(BigInteger.valueOf(quorum.k));
      for (Member each : agreeing) {
        credit(each.payout, job.token, share);
        net = net.subtract(share);
      }
      credit(job.buyer, job.token, net);
      fees[job.token] = fees[job.token].add(settlement);
      job.escrow = BigInteger.ZERO;
      job.result = t.word;
      job.state = 3;
      touch(7, index);
    }
    return 0;
  }

  private int settle(Posted t) {
    long index = t.indices.get(0);
    if (!jobs.has(index)) {
      return 6;
    }
    Job job = jobs.get(index);
    int verdict = t.flags;
    if (verdict < 2) {
      byte[] struct =
          keccak(
              keccak(
                  "JobSettle(uint32 account,uint64 nonce,bytes32 job,uint8 verdict,uint16 reason)"),
              word(job.buyer),
              word(account(job.buyer).nonce),
              job.id,
              word(verdict),
              word(t.small));
      if (!signedBy(account(job.buyer).owner, digest(struct), t.signature)) {
        return 7;
      }
    }
    if (verdict == 3) {
      if (job.state != 1) {
        return 55;
      }
      if (clock <= job.deadline) {
        return 59;
      }
      if (job.mode == 2) {
        Quorum quorum = quorums.get(job.provider);
        if (quorum.notAwaited() >= quorum.k && clock <= job.deadline + job.window) {
          return 58;
        }
      }
    } else {
      if (job.state != 2) {
        return 56;
      }
      if (verdict == 1 && clock > job.windowEnd) {
        return 57;
      }
      if (verdict == 2 && clock <= job.windowEnd) {
        return 58;
      }
    }
    BigInteger fee = verdict == 3 ? BigInteger.ZERO : price(12, job.token);
    BigInteger net = job.escrow.subtract(fee);
    BigInteger toProvider =
        switch (verdict) {
          case 1 ->
              net.multiply(BigInteger.valueOf(job.refusalBps)).divide(BigInteger.valueOf(10_000));
          case 3 -> BigInteger.ZERO;
          default -> net;
        };
    if (verdict < 2) {
      account(job.buyer).nonce++;
      touch(1, job.buyer);
    }
    if (verdict != 3) {
      credit(providers.get(job.provider).payout, job.token, toProvider);
    }
    credit(job.buyer, job.token, net.subtract(toProvider));
    fees[job.token] = fees[job.token].add(fee);
    job.escrow = BigInteger.ZERO;
    job.reason = verdict < 2 ? t.small : 0;
    job.state = new int[] {3, 5, 4, 6}[verdict];
    touch(7, index);
    return 0;
  }

  private int walletChecks(Posted t, long from, byte[] struct, int token) {
    if (!signedBy(account(from).owner, digest(struct), t.signature)) {
      return 7;
    }
    if (!listed(token)) {
      return 12;
    }
    if (t.namesMaxFee && price(t.kind, token).compareTo(t.maxFee) > 0) {
      return 9;
    }
    return 0;
  }

  private int affordable(long from, int token, BigInteger amount, BigInteger fee) {
    BigInteger available = account(from).balance[token];
    if (from == 0) {
      available = available.add(fees[token]);
    }
    return amount.add(fee).compareTo(available) > 0 ? 10 : 0;
  }

  private void pay(long from, int token, BigInteger amount, BigInteger fee) {
    Account account = account(from);
    if (from == 0) {
      for (int i = 0; i < 4; i++) {
        account.balance[i] = account.balance[i].add(fees[i]);
        fees[i] = BigInteger.ZERO;
      }
    }
    account.nonce++;
    account.balance[token] = account.balance[token].subtract(amount).subtract(fee);
    fees[token] = fees[token].add(fee);
    touch(1, from);
  }

  private void credit(long to, int token, BigInteger amount) {
    Account account = account(to);
    account.balance[token] = account.balance[token].add(amount);
    touch(1, to);
  }

  private long open(byte[] owner) {
    Account account = new Account();
    account.owner = owner;
    long index = accounts.add(account);
    touch(1, index);
    return index;
  }

  private Account account(long index) {
    return accounts.get(index);
  }

  private byte[] id(long opener, byte[] struct) {
    return keccak(padLeft(account(opener).owner), digest(struct));
  }

  private boolean signedBy(byte[] owner, byte[] digest, byte[] signature) {
    return Arrays.equals(owner, Words.recover(digest, signature));
  }

  private byte[] digest(byte[] structHash) {
    return keccak(new byte[] {0x19, 0x01}, domain, structHash);
  }

  private BigInteger price(int kind, int token) {
    return genesis.feeUnits().get(token).multiply(BigInteger.valueOf(MULTIPLIER[kind]));
  }

  private BigInteger maxFee(Posted t, int token) {
    return t.namesMaxFee ? t.maxFee : price(t.kind, token);
  }

  private boolean listed(int token) {
    return token == 0 || !Words.isZero(genesis.tokens().get(token));
  }

  private long epoch() {
    return (clock - genesis.genesisTime()) / genesis.epochSeconds();
  }

  void touch(int type, long index) {
    dirty.add((long) type << 32 | index);
  }

  /** The state root, by rehashing the path of every leaf touched since the last call. */
  public byte[] root() {
    touch(0, 0);
    touch(0, 1);
    touch(0, 2);
    for (long key : dirty) {
      put(0, key, keccak(preimage(key)));
      for (int level = 0; level < 40; level++) {
        long parent = key >> (level + 1);
        put(level + 1, parent, Words.node(get(level, 2 * parent), get(level, 2 * parent + 1)));
      }
    }
    dirty.clear();
    return get(40, 0).clone();
  }

  /** All leaves that are there, by 40-bit key. */
  public SortedMap<Long, byte[]> leaves() {
    TreeMap<Long, byte[]> leaves = new TreeMap<>();
    List<Rows<?>> byType =
        List.of(accounts, withdrawals, channels, providers, committees, committees, jobs, quorums);
    for (long meta = 0; meta < 3; meta++) {
      leaves.put(meta, preimage(meta));
    }
    for (int type = 1; type <= byType.size(); type++) {
      for (long index : byType.get(type - 1).indices()) {
        long key = (long) type << 32 | index;
        leaves.put(key, preimage(key));
      }
    }
    return leaves;
  }

  /** A node of the tree at the last {@link #root}. */
  public byte[] node(int level, long index) {
    return get(level, index).clone();
  }

  /**
   * Goes on as if a type of leaf were full: 1 accounts, 2 withdrawals, 3 channels, 4 providers, 7
   * jobs, 8 quorums. The committee of the last provider is there.
   */
  public void fill(int type) {
    switch (type) {
      case 1 -> accounts.fill();
      case 2 -> withdrawals.fill();
      case 3 -> channels.fill();
      case 4 -> {
        providers.fill();
        long last = providers.count() / committeeSize;
        Committee committee = new Committee(committeeSize);
        for (int slot = 0; slot < providers.count() % committeeSize; slot++) {
          committee.keys.add(committees.get(0).keys.get(0));
          committee.total = committee.total.add(new P1_Affine(committees.get(0).keys.get(0)));
        }
        committees.put(last, committee);
        touch(5, last);
        touch(6, last);
      }
      case 7 -> jobs.fill();
      case 8 -> quorums.fill();
      default -> throw new IllegalArgumentException("type " + type);
    }
  }

  private byte[] preimage(long key) {
    long index = key & 0xffffffffL;
    return switch ((int) (key >> 32)) {
      case 0 ->
          switch ((int) index) {
            case 0 -> meta();
            case 1 -> cat(u32(0), u128(fees[0]), u128(fees[1]), u128(fees[2]), u128(fees[3]));
            default ->
                cat(
                    u32(seedPeriods[0]),
                    seeds[0],
                    u32(seedPeriods[1]),
                    seeds[1],
                    u32(seedPeriods[2]),
                    seeds[2]);
          };
      case 1 -> account(index).encode();
      case 2 -> withdrawals.get(index).encode();
      case 3 -> channels.get(index).encode();
      case 4 -> providers.get(index).encode();
      case 5 -> committees.get(index).encode(genesis.committeeSizeLog2());
      case 6 -> committees.get(index).encodeCounters();
      case 7 -> jobs.get(index).encode();
      case 8 -> quorums.get(index).encode();
      default -> throw new IllegalStateException("leaf type of key " + key);
    };
  }

  private byte[] meta() {
    InboxEntry last =
        inboxPosition == 0 ? new InboxEntry(0, new byte[0], 0, 0, 0) : inbox.get(inboxPosition - 1);
    return cat(
        u64(inboxPosition),
        u64(last.witnessWeight()),
        u64(last.gasWeight()),
        u64(clock),
        u64(blockNumber),
        inboxAccumulator,
        blockAccumulator,
        u32(accounts.count()),
        u32(withdrawals.count()),
        u32(channels.count()),
        u32(providers.count()),
        u32(jobs.count()),
        u32(quorums.count()));
  }

  private void put(int level, long index, byte[] hash) {
    level(level).put(index, hash);
  }

  private byte[] get(int level, long index) {
    byte[] written = level(level).get(index);
    return written == null ? untouched.apply(level, index) : written;
  }

  private Map<Long, byte[]> level(int level) {
    Map<Long, byte[]> map = nodes.get(level);
    if (map == null) {
      throw new IllegalStateException("level " + level);
    }
    return map;
  }

  private static byte[] treeRoot(byte[][] leaves) {
    byte[][] level = leaves;
    while (level.length > 1) {
      byte[][] up = new byte[level.length / 2][];
      for (int i = 0; i < up.length; i++) {
        up[i] = Words.node(level[2 * i], level[2 * i + 1]);
      }
      level = up;
    }
    return level[0];
  }

  private static byte[] affine(P1 point) {
    byte[] out = point.serialize();
    if (point.is_inf()) {
      return new byte[96];
    }
    return out;
  }

  private static @org.jspecify.annotations.Nullable P1_Affine decodeKey(byte[] key) {
    if (Words.isZero(key) || (key[0] & 0xe0) != 0) {
      return null;
    }
    try {
      P1_Affine point = new P1_Affine(key);
      return point.in_group() && !point.is_inf() ? point : null;
    } catch (RuntimeException notAPoint) {
      return null;
    }
  }

  private static boolean blsVerifies(P1_Affine key, byte[] signature, byte[] message, String dst) {
    if (Words.isZero(signature) || (signature[48] & 0xe0) != 0 || (signature[0] & 0xe0) != 0) {
      return false;
    }
    byte[] imaginaryFirst =
        cat(
            Arrays.copyOfRange(signature, 48, 96),
            Arrays.copyOfRange(signature, 0, 48),
            Arrays.copyOfRange(signature, 144, 192),
            Arrays.copyOfRange(signature, 96, 144));
    try {
      P2_Affine point = new P2_Affine(imaginaryFirst);
      return point.in_group()
          && point.core_verify(key, true, message, dst) == BLST_ERROR.BLST_SUCCESS;
    } catch (RuntimeException notAPoint) {
      return false;
    }
  }
}
