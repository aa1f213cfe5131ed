package dev.sluice.primitives.state;

import dev.sluice.primitives.codec.ByteReader;
import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.codec.DecodeResult;
import dev.sluice.primitives.codec.Malformation;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;

/**
 * A leaf of the state tree. The components of each record are the fields of its preimage, in their
 * order.
 */
public sealed interface Leaf {
  /** Index of the meta leaf in its type. */
  long META_INDEX = 0;

  /** Index of the fees leaf in the meta type. */
  long FEES_INDEX = 1;

  /** Index of the seeds leaf in the meta type. */
  long SEEDS_INDEX = 2;

  /** The type. */
  LeafType type();

  /** The preimage, of a length fixed by the type. */
  byte[] encode();

  /** The hash at level 0 of the tree. */
  default Hash32 hash() {
    return Keccak256.hash32(encode());
  }

  /** Type 0, index 0: where the chain stands. */
  record Meta(
      long inboxPosition,
      long inboxWitnessWeight,
      long inboxGasWeight,
      long clock,
      long blockNumber,
      Hash32 inboxAccumulator,
      Hash32 blockAccumulator,
      long accounts,
      long withdrawals,
      long channels,
      long providers,
      long jobs,
      long quorums)
      implements Leaf {
    /** Length of the preimage. */
    public static final int BYTES = 128;

    @Override
    public LeafType type() {
      return LeafType.META;
    }

    @Override
    public byte[] encode() {
      return new ByteWriter(BYTES)
          .u64(inboxPosition)
          .u64(inboxWitnessWeight)
          .u64(inboxGasWeight)
          .u64(clock)
          .u64(blockNumber)
          .hash32(inboxAccumulator)
          .hash32(blockAccumulator)
          .u32(accounts)
          .u32(withdrawals)
          .u32(channels)
          .u32(providers)
          .u32(jobs)
          .u32(quorums)
          .toBytes();
    }

    private static Meta read(ByteReader in) {
      return new Meta(
          in.u64(),
          in.u64(),
          in.u64(),
          in.u64(),
          in.u64(),
          in.hash32(),
          in.hash32(),
          in.u32(),
          in.u32(),
          in.u32(),
          in.u32(),
          in.u32(),
          in.u32());
    }
  }

  /**
   * Type 0, index 1: fees that were taken and not yet swept to the account {@code feeRecipient}.
   */
  record Fees(long feeRecipient, Balances balances) implements Leaf {
    /** Length of the preimage. */
    public static final int BYTES = 68;

    @Override
    public LeafType type() {
      return LeafType.META;
    }

    @Override
    public byte[] encode() {
      return new ByteWriter(BYTES)
          .u32(feeRecipient)
          .u128(balances.token0())
          .u128(balances.token1())
          .u128(balances.token2())
          .u128(balances.token3())
          .toBytes();
    }

    private static Fees read(ByteReader in) {
      return new Fees(in.u32(), readBalances(in));
    }
  }

  /** Type 0, index 2: the last three seeds of L1, oldest first; all zero where there is none. */
  record Seeds(long period0, Hash32 seed0, long period1, Hash32 seed1, long period2, Hash32 seed2)
      implements Leaf {
    /** Length of the preimage. */
    public static final int BYTES = 108;

    @Override
    public LeafType type() {
      return LeafType.META;
    }

    @Override
    public byte[] encode() {
      return new ByteWriter(BYTES)
          .u32(period0)
          .hash32(seed0)
          .u32(period1)
          .hash32(seed1)
          .u32(period2)
          .hash32(seed2)
          .toBytes();
    }

    private static Seeds read(ByteReader in) {
      return new Seeds(in.u32(), in.hash32(), in.u32(), in.hash32(), in.u32(), in.hash32());
    }
  }

  /** Type 1: an owner's account. */
  record Account(Address owner, long nonce, long flags, Balances balances) implements Leaf {
    /** Length of the preimage. */
    public static final int BYTES = 96;

    @Override
    public LeafType type() {
      return LeafType.ACCOUNT;
    }

    @Override
    public byte[] encode() {
      return new ByteWriter(BYTES)
          .address(owner)
          .u64(nonce)
          .u32(flags)
          .u128(balances.token0())
          .u128(balances.token1())
          .u128(balances.token2())
          .u128(balances.token3())
          .toBytes();
    }

    private static Account read(ByteReader in) {
      return new Account(in.address(), in.u64(), in.u32(), readBalances(in));
    }
  }

  /** Type 2: what the Bridge pays on L1. */
  record Withdrawal(Address recipient, int token, Uint128 amount) implements Leaf {
    /** Length of the preimage. */
    public static final int BYTES = 37;

    @Override
    public LeafType type() {
      return LeafType.WITHDRAWAL;
    }

    @Override
    public byte[] encode() {
      return new ByteWriter(BYTES).address(recipient).u8(token).u128(amount).toBytes();
    }

    private static Withdrawal read(ByteReader in) {
      return new Withdrawal(in.address(), in.u8(), in.u128());
    }
  }

  /**
   * Type 3: a payment channel; {@code payer} and {@code payee} are accounts, {@code claimed} is
   * cumulative. {@code meterKey} is by meter the clock at opening, left-padded, the voucher
   * signer's address, left-padded, or the last tick claimed, at first the anchor.
   */
  record Channel(
      Hash32 id,
      long payer,
      long payee,
      int token,
      int meter,
      int state,
      Uint128 deposit,
      Uint128 claimed,
      long closeDelay,
      long closeAt,
      Hash32 meterKey,
      Uint128 meterRate)
      implements Leaf {
    /** Length of the preimage. */
    public static final int BYTES = 135;

    /** State of a channel that takes claims and can start closing. */
    public static final int OPEN = 1;

    /** State of a channel whose close delay runs or has run. */
    public static final int CLOSING = 2;

    /** State of a finalized channel. */
    public static final int CLOSED = 3;

    @Override
    public LeafType type() {
      return LeafType.CHANNEL;
    }

    @Override
    public byte[] encode() {
      return new ByteWriter(BYTES)
          .hash32(id)
          .u32(payer)
          .u32(payee)
          .u8(token)
          .u8(meter)
          .u8(state)
          .u128(deposit)
          .u128(claimed)
          .u32(closeDelay)
          .u64(closeAt)
          .hash32(meterKey)
          .u128(meterRate)
          .toBytes();
    }

    private static Channel read(ByteReader in) {
      return new Channel(
          in.hash32(),
          in.u32(),
          in.u32(),
          in.u8(),
          in.u8(),
          in.u8(),
          in.u128(),
          in.u128(),
          in.u32(),
          in.u64(),
          in.hash32(),
          in.u128());
    }
  }

  /**
   * Type 4: a registered device.
   *
   * @param flags bit 0 is {@link #RETIRED}
   * @param movedMonthPlusOne the month in which the cell changed last, plus one; 0 before
   */
  record Provider(
      Hash32 id,
      long account,
      long payout,
      int deviceClass,
      long capabilities,
      long cell,
      int token,
      Uint128 price,
      int flags,
      long joinedEpoch,
      long movedMonthPlusOne,
      Hash32 endpointHash)
      implements Leaf {
    /** Length of the preimage. */
    public static final int BYTES = 116;

    /** Flag of a device that takes no new job. */
    public static final int RETIRED = 1;

    /** Whether the device takes no new job. */
    public boolean isRetired() {
      return (flags & RETIRED) != 0;
    }

    @Override
    public LeafType type() {
      return LeafType.PROVIDER;
    }

    @Override
    public byte[] encode() {
      return new ByteWriter(BYTES)
          .hash32(id)
          .u32(account)
          .u32(payout)
          .u16(deviceClass)
          .u64(capabilities)
          .u64(cell)
          .u8(token)
          .u128(price)
          .u8(flags)
          .u32(joinedEpoch)
          .u32(movedMonthPlusOne)
          .hash32(endpointHash)
          .toBytes();
    }

    private static Provider read(ByteReader in) {
      return new Provider(
          in.hash32(),
          in.u32(),
          in.u32(),
          in.u16(),
          in.u64(),
          in.u64(),
          in.u8(),
          in.u128(),
          in.u8(),
          in.u32(),
          in.u32(),
          in.hash32());
    }
  }

  /** Type 5: the keys of a committee; {@code totalKey} has 96 bytes. */
  record Committee(int count, long lastEpochPlusOne, Bytes totalKey, Hash32 keyRoot)
      implements Leaf {
    /** Length of the preimage. */
    public static final int BYTES = 134;

    @Override
    public LeafType type() {
      return LeafType.COMMITTEE;
    }

    @Override
    public byte[] encode() {
      return new ByteWriter(BYTES)
          .u16(count)
          .u32(lastEpochPlusOne)
          .bytes(totalKey)
          .hash32(keyRoot)
          .toBytes();
    }

    private static Committee read(ByteReader in) {
      return new Committee(in.u16(), in.u32(), in.bytes(96), in.hash32());
    }
  }

  /**
   * Type 7: a job and its escrow.
   *
   * @param provider index of the provider; in mode 2 of the job's {@link Quorum}
   * @param resultHash in mode 1 the expected hash until the result is there
   */
  record Job(
      Hash32 id,
      long buyer,
      long provider,
      int token,
      int mode,
      int state,
      Uint128 escrow,
      Hash32 resultHash,
      long deadline,
      long windowEnd,
      long window,
      int refusalBps,
      int reason)
      implements Leaf {
    /** Length of the preimage. */
    public static final int BYTES = 115;

    /** State of a job without a result. */
    public static final int OPEN = 1;

    /** State of a job with a result that nobody has settled. */
    public static final int DONE = 2;

    /** Final state: the buyer accepted. */
    public static final int ACCEPTED = 3;

    /** Final state: the buyer's window passed. */
    public static final int ACCEPTED_BY_SILENCE = 4;

    /** Final state: the buyer refused. */
    public static final int REFUSED = 5;

    /** Final state: no result in time. */
    public static final int TIMED_OUT = 6;

    @Override
    public LeafType type() {
      return LeafType.JOB;
    }

    @Override
    public byte[] encode() {
      return new ByteWriter(BYTES)
          .hash32(id)
          .u32(buyer)
          .u32(provider)
          .u8(token)
          .u8(mode)
          .u8(state)
          .u128(escrow)
          .hash32(resultHash)
          .u64(deadline)
          .u64(windowEnd)
          .u32(window)
          .u16(refusalBps)
          .u16(reason)
          .toBytes();
    }

    private static Job read(ByteReader in) {
      return new Job(
          in.hash32(),
          in.u32(),
          in.u32(),
          in.u8(),
          in.u8(),
          in.u8(),
          in.u128(),
          in.hash32(),
          in.u64(),
          in.u64(),
          in.u32(),
          in.u16(),
          in.u16());
    }
  }

  /**
   * Type 8: the members of a k-of-n job, in the order in which it named them.
   *
   * @param job index of the job
   * @param n members, {@code u8}
   * @param k how many must agree, {@code u8}
   * @param members always five; those from n on are {@link Member#NONE}
   */
  record Quorum(long job, int n, int k, List<Member> members) implements Leaf {
    /** Length of the preimage. */
    public static final int BYTES = 211;

    /** Places for members in the leaf. */
    public static final int MEMBERS_MAX = 5;

    public Quorum {
      members = List.copyOf(members);
      if (members.size() != MEMBERS_MAX) {
        throw new IllegalArgumentException(members.size() + " members");
      }
    }

    /** This with another state of one member, 0 to 4. */
    public Quorum with(int member, Member changed) {
      List<Member> all = new ArrayList<>(members);
      all.set(member, changed);
      return new Quorum(job, n, k, all);
    }

    @Override
    public LeafType type() {
      return LeafType.QUORUM;
    }

    @Override
    public byte[] encode() {
      ByteWriter out = new ByteWriter(BYTES).u32(job).u8(n).u8(k);
      for (Member member : members) {
        out.u32(member.provider).u32(member.payout).u8(member.state).hash32(member.hash);
      }
      return out.toBytes();
    }

    private static Quorum read(ByteReader in) {
      long job = in.u32();
      int n = in.u8();
      int k = in.u8();
      List<Member> members = new ArrayList<>(MEMBERS_MAX);
      for (int i = 0; i < MEMBERS_MAX; i++) {
        members.add(new Member(in.u32(), in.u32(), in.u8(), in.hash32()));
      }
      return new Quorum(job, n, k, members);
    }

    /**
     * One provider of the job.
     *
     * @param provider index
     * @param payout account index, set with the commitment; 0 before
     * @param hash by state 0, the commitment or the result hash
     */
    public record Member(long provider, long payout, int state, Hash32 hash) {
      /** State of a member that has not committed. */
      public static final int AWAITED = 0;

      /** State of a member that has committed and not revealed. */
      public static final int COMMITTED = 1;

      /** State of a member that has revealed its result. */
      public static final int REVEALED = 2;

      /** An empty place. */
      public static final Member NONE = new Member(0, 0, AWAITED, Hash32.ZERO);
    }
  }

  /**
   * Type 6: packed counters of a committee. Slots are 0 to C - 1.
   *
   * @param month {@code u32}
   * @param recorded epochs recorded in the month, {@code u16}
   * @param previousRecorded in the month before
   * @param joinEpochA the epoch before the last one in which somebody joined, {@code u32}
   * @param joinCountA members before that epoch's joins, {@code u16}
   * @param joinEpochB the last epoch in which somebody joined
   * @param joinCountB members before that epoch's joins
   * @param current C times {@code missed u16 | excused u16}
   * @param previous the same of the month before
   */
  record Counters(
      long month,
      int recorded,
      int previousRecorded,
      long joinEpochA,
      int joinCountA,
      long joinEpochB,
      int joinCountB,
      Bytes current,
      Bytes previous)
      implements Leaf {
    /** Bytes before the packed arrays. */
    public static final int HEAD_BYTES = 20;

    private static final int SLOT_BYTES = 4;

    /** Length of the preimage with committees of this size. */
    public static int bytes(int committeeSizeLog2) {
      return HEAD_BYTES + (2 * SLOT_BYTES << committeeSizeLog2);
    }

    @Override
    public LeafType type() {
      return LeafType.COUNTERS;
    }

    /** Epochs of the month that the slot missed. */
    public int missed(int slot) {
      return u16(current, SLOT_BYTES * slot);
    }

    /** Epochs of the month that do not count for the slot. */
    public int excused(int slot) {
      return u16(current, SLOT_BYTES * slot + 2);
    }

    /** Epochs of the month before that the slot missed. */
    public int previousMissed(int slot) {
      return u16(previous, SLOT_BYTES * slot);
    }

    /** Epochs of the month before that do not count for the slot. */
    public int previousExcused(int slot) {
      return u16(previous, SLOT_BYTES * slot + 2);
    }

    @Override
    public byte[] encode() {
      return new ByteWriter(HEAD_BYTES + current.size() + previous.size())
          .u32(month)
          .u16(recorded)
          .u16(previousRecorded)
          .u32(joinEpochA)
          .u16(joinCountA)
          .u32(joinEpochB)
          .u16(joinCountB)
          .bytes(current)
          .bytes(previous)
          .toBytes();
    }

    private static Counters read(ByteReader in, int committeeSizeLog2) {
      int packed = SLOT_BYTES << committeeSizeLog2;
      return new Counters(
          in.u32(),
          in.u16(),
          in.u16(),
          in.u32(),
          in.u16(),
          in.u32(),
          in.u16(),
          in.bytes(packed),
          in.bytes(packed));
    }

    private static int u16(Bytes packed, int at) {
      return (packed.get(at) & 0xff) << 8 | packed.get(at + 1) & 0xff;
    }
  }

  /**
   * Decodes the preimage of the leaf with this 40-bit key. Only the length is checked: whether the
   * fields make sense is the business of whoever trusts the root.
   */
  static DecodeResult<Leaf> decode(long key, byte[] preimage, int committeeSizeLog2) {
    Optional<LeafType> type = LeafType.ofKey(key);
    long index = key & 0xffffffffL;
    if (type.isEmpty() || (type.get() == LeafType.META && index > SEEDS_INDEX)) {
      return new DecodeResult.Malformed<>(Malformation.UNKNOWN_TYPE);
    }
    ByteReader in = new ByteReader(preimage);
    Leaf leaf =
        switch (type.get()) {
          case META ->
              index == META_INDEX
                  ? Meta.read(in)
                  : index == FEES_INDEX ? Fees.read(in) : Seeds.read(in);
          case ACCOUNT -> Account.read(in);
          case WITHDRAWAL -> Withdrawal.read(in);
          case CHANNEL -> Channel.read(in);
          case PROVIDER -> Provider.read(in);
          case COMMITTEE -> Committee.read(in);
          case COUNTERS -> Counters.read(in, committeeSizeLog2);
          case JOB -> Job.read(in);
          case QUORUM -> Quorum.read(in);
        };
    return in.finish(_ -> leaf);
  }

  /**
   * The length of the preimage of the leaf with this key, as a witness is cut; -1 if there is no
   * such leaf.
   */
  static int preimageBytes(long key, int committeeSizeLog2) {
    Optional<LeafType> type = LeafType.ofKey(key);
    if (type.isEmpty()) {
      return -1;
    }
    long index = key & 0xffffffffL;
    return switch (type.get()) {
      case META ->
          index == META_INDEX
              ? Meta.BYTES
              : index == FEES_INDEX ? Fees.BYTES : index == SEEDS_INDEX ? Seeds.BYTES : -1;
      case ACCOUNT -> Account.BYTES;
      case WITHDRAWAL -> Withdrawal.BYTES;
      case CHANNEL -> Channel.BYTES;
      case PROVIDER -> Provider.BYTES;
      case COMMITTEE -> Committee.BYTES;
      case COUNTERS -> Counters.bytes(committeeSizeLog2);
      case JOB -> Job.BYTES;
      case QUORUM -> Quorum.BYTES;
    };
  }

  private static Balances readBalances(ByteReader in) {
    return new Balances(in.u128(), in.u128(), in.u128(), in.u128());
  }
}
