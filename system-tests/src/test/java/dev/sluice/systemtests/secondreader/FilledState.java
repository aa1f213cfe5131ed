package dev.sluice.systemtests.secondreader;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import supranational.blst.P1_Affine;

/**
 * A state in which every type has all but 2^32 leaves. Those that are put here by hand are known;
 * of the others only that they are there. So a chunk meets the longest proofs that there can be,
 * and nobody has to build four billion leaves.
 *
 * <p>Everything is put before the first {@link #seal}: what is below a node that was taken for
 * filled cannot come to light later.
 */
public final class FilledState {
  /**
   * Leaves of every type but committees and counters. The low bits are ones, so that a leaf that is
   * appended has a left neighbour at nearly every level.
   */
  public static final long COUNT = 0xffff_ff7fL;

  private static final int TYPES = 8;
  private static final int COMMITTEE = 5;
  private static final int COUNTERS = 6;

  private final SecondReader reader;
  private final int committeeSize;
  private final long committees;
  private final Map<Integer, Map<Long, byte[]>> sealed = new TreeMap<>();
  private final Map<Integer, Map<Long, byte[]>> fillers = new HashMap<>();
  private final TreeSet<Long> put = new TreeSet<>();

  /**
   * @param reader at genesis
   * @param clock L2 seconds
   */
  public FilledState(SecondReader reader, int committeeSizeLog2, long clock) {
    this.reader = reader;
    this.committeeSize = 1 << committeeSizeLog2;
    this.committees = (COUNT + committeeSize - 1) / committeeSize;
    reader.clock = clock;
    reader.untouched = this::filler;
    List<Rows<?>> rows =
        List.of(
            reader.accounts,
            reader.withdrawals,
            reader.channels,
            reader.providers,
            reader.jobs,
            reader.quorums);
    rows.forEach(each -> each.fillTo(COUNT));
    reader.committees.fillTo(committees);
  }

  /** What executes. */
  public SecondReader reader() {
    return reader;
  }

  /** A filled node is some hash of its own, one that is in part filled the hash of its parts. */
  private byte[] filler(int level, long index) {
    if (level <= 32) {
      int type = (int) (index << level >>> 32);
      long first = index << level & 0xffff_ffffL;
      if (type == 0 || type > TYPES) {
        return Words.ZERO;
      }
      long count = type == COMMITTEE || type == COUNTERS ? committees : COUNT;
      if (first >= count) {
        return Words.ZERO;
      }
      if (first + (1L << level) <= count) {
        return Words.keccak(Words.u8(level), Words.u64(index));
      }
    }
    Map<Long, byte[]> known = fillers.computeIfAbsent(level, _ -> new HashMap<>());
    byte[] node = known.get(index);
    if (node == null) {
      node = Words.node(filler(level - 1, 2 * index), filler(level - 1, 2 * index + 1));
      known.put(index, node);
    }
    return node;
  }

  private void touch(int type, long index) {
    reader.touch(type, index);
    put.add((long) type << 32 | index);
  }

  /** The keys of everything put since the last call. */
  public List<Long> takePut() {
    List<Long> keys = List.copyOf(put);
    put.clear();
    return keys;
  }

  /** An account that owns the same of every token. */
  public void putAccount(long index, byte[] owner, long nonce, BigInteger balance) {
    SecondReader.Account account = new SecondReader.Account();
    account.owner = owner.clone();
    account.nonce = nonce;
    for (int token = 0; token < 4; token++) {
      account.balance[token] = balance;
    }
    reader.accounts.put(index, account);
    touch(1, index);
  }

  /** A channel; {@code state} as in its leaf. */
  public void putChannel(
      long index,
      byte[] id,
      long payer,
      long payee,
      int meter,
      int state,
      BigInteger deposit,
      BigInteger claimed,
      long closeDelay,
      long closeAt,
      byte[] meterKey,
      BigInteger meterRate) {
    SecondReader.Channel channel = new SecondReader.Channel();
    channel.id = id.clone();
    channel.payer = payer;
    channel.payee = payee;
    channel.meter = meter;
    channel.state = state;
    channel.deposit = deposit;
    channel.claimed = claimed;
    channel.closeDelay = closeDelay;
    channel.closeAt = closeAt;
    channel.meterKey = meterKey.clone();
    channel.meterRate = meterRate;
    reader.channels.put(index, channel);
    touch(3, index);
  }

  /** A provider in a committee that need not be known. */
  public void putProvider(long index, byte[] id, long account, long payout) {
    SecondReader.Provider provider = new SecondReader.Provider();
    provider.id = id.clone();
    provider.account = account;
    provider.payout = payout;
    provider.kind = 0xffff;
    provider.capabilities = -1;
    provider.cell = -1;
    provider.price = BigInteger.ONE.shiftLeft(127);
    provider.endpoint = id.clone();
    reader.providers.put(index, provider);
    touch(4, index);
  }

  /**
   * A committee of these keys, whose counters have no zero byte where they can have none.
   *
   * @param keys 96 bytes each
   */
  public void putCommittee(long index, List<byte[]> keys, long month) {
    SecondReader.Committee committee = new SecondReader.Committee(committeeSize);
    for (byte[] key : keys) {
      committee.keys.add(key);
      committee.total = committee.total.add(new P1_Affine(key));
    }
    committee.month = month;
    committee.recorded = 0x1111;
    committee.previousRecorded = 0x1111;
    for (int slot = 0; slot < committeeSize; slot++) {
      committee.missed[slot] = 0x0101;
      committee.excused[slot] = 0x0101;
      committee.previousMissed[slot] = 0x0101;
      committee.previousExcused[slot] = 0x0101;
    }
    reader.committees.put(index, committee);
    touch(COMMITTEE, index);
    touch(COUNTERS, index);
  }

  /** A job of modes 0 to 2; of mode 2 {@code provider} is its quorum. */
  public void putJob(
      long index,
      byte[] id,
      long buyer,
      long provider,
      int mode,
      int state,
      BigInteger escrow,
      byte[] result,
      long deadline,
      long windowEnd) {
    SecondReader.Job job = new SecondReader.Job();
    job.id = id.clone();
    job.buyer = buyer;
    job.provider = provider;
    job.mode = mode;
    job.state = state;
    job.escrow = escrow;
    job.result = result.clone();
    job.deadline = deadline;
    job.windowEnd = windowEnd;
    job.window = 1_000;
    job.refusalBps = 5_000;
    reader.jobs.put(index, job);
    touch(7, index);
  }

  /**
   * A member of a quorum.
   *
   * @param state 0 awaited, 1 committed, 2 revealed
   */
  public record Member(long provider, long payout, int state, byte[] hash) {}

  /** The quorum of a job. */
  public void putQuorum(long index, long job, int k, List<Member> members) {
    List<SecondReader.Member> all = new ArrayList<>();
    for (Member each : members) {
      SecondReader.Member member = new SecondReader.Member(each.provider());
      member.payout = each.payout();
      member.state = each.state();
      member.hash = each.hash().clone();
      all.add(member);
    }
    reader.quorums.put(index, new SecondReader.Quorum(job, k, all));
    touch(8, index);
  }

  /** The seed that the epochs of this period take. */
  public void putSeed(long period, byte[] seed) {
    for (int i = 0; i < 3; i++) {
      reader.seedPeriods[i] = period - 3 + i;
      reader.seeds[i] = seed.clone();
    }
  }

  /** Fees have been paid in every token. */
  public void putFees(BigInteger fee) {
    for (int token = 0; token < 4; token++) {
      reader.fees[token] = fee;
    }
  }

  /** The root before the chunk; its nodes are kept. */
  public byte[] seal() {
    byte[] root = reader.root();
    reader.nodes.forEach((level, nodes) -> sealed.put(level, new HashMap<>(nodes)));
    return root;
  }

  /** A node at the time of {@link #seal}. */
  public byte[] sealedNode(int level, long index) {
    byte[] written = sealed.getOrDefault(level, Map.of()).get(index);
    return written == null ? filler(level, index) : written;
  }

  /** Keys and preimages as they are now, committees and what was appended included. */
  public SortedMap<Long, byte[]> leaves() {
    return reader.leaves();
  }

  /** A number below {@link #COUNT}, far from those of other places. */
  public static long spread(int place) {
    return Integer.toUnsignedLong(Integer.reverse(place)) | 1;
  }

  /** 32 bytes of no zeros to speak of. */
  public static byte[] word(long of) {
    return Words.keccak(ByteBuffer.allocate(8).putLong(of).array());
  }
}
