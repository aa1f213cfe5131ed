package dev.sluice.primitives.block;

import dev.sluice.primitives.block.Attendance.AbsentSlots;
import dev.sluice.primitives.block.Attendance.PresentBits;
import dev.sluice.primitives.block.PostedTransaction.ChannelCloseFinalize;
import dev.sluice.primitives.block.PostedTransaction.ChannelCloseStart;
import dev.sluice.primitives.block.PostedTransaction.ChannelOpen;
import dev.sluice.primitives.block.PostedTransaction.HeartbeatRecord;
import dev.sluice.primitives.block.PostedTransaction.JobExpiry;
import dev.sluice.primitives.block.PostedTransaction.JobOpen;
import dev.sluice.primitives.block.PostedTransaction.JobResult;
import dev.sluice.primitives.block.PostedTransaction.JobReveal;
import dev.sluice.primitives.block.PostedTransaction.JobVerdict;
import dev.sluice.primitives.block.PostedTransaction.L1MessageRun;
import dev.sluice.primitives.block.PostedTransaction.ProviderRegister;
import dev.sluice.primitives.block.PostedTransaction.ProviderUpdate;
import dev.sluice.primitives.block.PostedTransaction.TickClaim;
import dev.sluice.primitives.block.PostedTransaction.TimeClaim;
import dev.sluice.primitives.block.PostedTransaction.Transfer;
import dev.sluice.primitives.block.PostedTransaction.VoucherClaim;
import dev.sluice.primitives.block.PostedTransaction.Withdraw;
import dev.sluice.primitives.codec.ByteReader;
import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.codec.DecodeResult;
import dev.sluice.primitives.codec.Malformation;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.Transaction.Expiry;
import dev.sluice.primitives.transaction.Transaction.Verdict;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The posted form of transactions: a head byte, then dense fields ({@code docs/protocol.md} §5).
 */
public final class PostedCodec {
  /** N: an address follows instead of an index. */
  private static final int FLAG_ADDRESS = 1;

  /** F: a maximum fee other than the price follows. */
  private static final int FLAG_MAX_FEE = 2;

  /** T: the token, shifted by {@link #TOKEN_SHIFT}. */
  private static final int FLAGS_TOKEN = 12;

  private static final int TOKEN_SHIFT = 2;
  private static final int FLAG_FINALIZE = 1;
  private static final int FLAG_PAYEE = 4;
  private static final int FLAG_RETIRE = 4;
  private static final int FLAG_REVEAL = 1;
  private static final int FLAGS_VERDICT = 3;
  private static final int METER_KEY_IS_OWNER = 0x80;
  private static final int SIGNATURE_BYTES = 192;

  private PostedCodec() {}

  /**
   * The shortest posted form.
   *
   * @param committeeSizeLog2 of genesis; only heartbeat records depend on it
   */
  public static byte[] encode(PostedTransaction transaction, int committeeSizeLog2) {
    ByteWriter out = new ByteWriter(160);
    switch (transaction) {
      case L1MessageRun t -> {
        requireCount(t.hints().size(), L1MessageRun.MESSAGES_MAX);
        head(out, t.kind(), 0).varint(t.hints().size());
        for (long hint : t.hints()) {
          index(out, hint);
        }
      }
      case Transfer t -> {
        head(out, t.kind(), flags(t.token(), t.maxFee(), t.to()));
        index(out, t.account());
        recipient(out, t.to()).amount(t.amount());
        maxFee(out, t.maxFee()).signature(t.signature());
      }
      case Withdraw t -> {
        Address recipient = t.to();
        int address = recipient == null ? 0 : FLAG_ADDRESS;
        head(out, t.kind(), flags(t.token(), t.maxFee()) | address);
        index(out, t.account());
        if (recipient != null) {
          out.address(recipient);
        }
        out.amount(t.amount());
        maxFee(out, t.maxFee()).signature(t.signature());
      }
      case ChannelOpen t -> {
        Hash32 meterKey = t.meterKey();
        boolean voucher = t.meter() == Transaction.METER_VOUCHER;
        boolean time = t.meter() == Transaction.METER_TIME;
        if ((meterKey == null && !voucher)
            || (voucher && !t.meterRate().isZero())
            || (time && !Hash32.ZERO.equals(meterKey))) {
          throw new IllegalArgumentException("no posted form: " + t);
        }
        head(out, t.kind(), flags(t.token(), t.maxFee(), t.payee()));
        index(out, t.account());
        recipient(out, t.payee()).amount(t.deposit());
        if (meterKey == null) {
          out.u8(t.meter() | METER_KEY_IS_OWNER);
        } else if (time) {
          out.u8(t.meter());
        } else {
          out.u8(t.meter()).hash32(meterKey);
        }
        if (!voucher) {
          out.amount(t.meterRate());
        }
        index(out, t.closeDelay());
        maxFee(out, t.maxFee()).signature(t.signature());
      }
      case TimeClaim t -> index(head(out, t.kind(), Transaction.METER_TIME), t.channel());
      case VoucherClaim t ->
          index(head(out, t.kind(), Transaction.METER_VOUCHER), t.channel())
              .amount(t.amount())
              .signature(t.signature());
      case TickClaim t -> {
        requireCount(t.steps(), Transaction.TICK_STEPS_MAX);
        index(head(out, t.kind(), Transaction.METER_TICKS), t.channel())
            .varint(t.position())
            .varint(t.steps())
            .hash32(t.tick());
      }
      case ChannelCloseStart t -> {
        int signer = t.byPayee() ? FLAG_PAYEE : 0;
        index(head(out, t.kind(), flags(0, t.maxFee()) | signer), t.channel());
        maxFee(out, t.maxFee()).signature(t.signature());
      }
      case ChannelCloseFinalize t -> index(head(out, t.kind(), FLAG_FINALIZE), t.channel());
      case ProviderRegister t -> {
        head(out, t.kind(), flags(t.token(), t.maxFee(), t.payout()));
        index(out, t.account());
        recipient(out, t.payout())
            .u16(t.deviceClass())
            .u64(t.capabilities())
            .u64(t.cell())
            .amount(t.price())
            .bytes(t.deviceKey())
            .bytes(t.possession());
        maxFee(out, t.maxFee()).signature(t.signature());
      }
      case HeartbeatRecord t -> encodeHeartbeats(out, t, committeeSizeLog2);
      case ProviderUpdate t -> {
        int retire = t.retire() ? FLAG_RETIRE : 0;
        index(head(out, t.kind(), flags(0, t.maxFee(), t.payout()) | retire), t.provider());
        recipient(out, t.payout()).u64(t.cell()).amount(t.price()).hash32(t.endpointHash());
        maxFee(out, t.maxFee()).signature(t.signature());
      }
      case JobOpen t -> encodeJobOpen(out, t);
      case JobResult t -> {
        index(head(out, t.kind(), flags(0, t.maxFee())), t.job())
            .u8(t.member())
            .hash32(t.resultHash());
        maxFee(out, t.maxFee()).signature(t.signature());
      }
      case JobReveal t -> {
        index(head(out, t.kind(), flags(0, t.maxFee()) | FLAG_REVEAL), t.job())
            .u8(t.member())
            .hash32(t.resultHash())
            .hash32(t.salt());
        maxFee(out, t.maxFee()).signature(t.signature());
      }
      case JobVerdict t ->
          index(head(out, t.kind(), t.verdict().number()), t.job())
              .u16(t.reason())
              .signature(t.signature());
      case JobExpiry t -> index(head(out, t.kind(), t.expiry().number()), t.job());
    }
    return out.toBytes();
  }

  /** Decodes exactly one transaction. */
  public static DecodeResult<PostedTransaction> decode(byte[] posted, int committeeSizeLog2) {
    ByteReader in = new ByteReader(posted);
    Optional<PostedTransaction> transaction = read(in, committeeSizeLog2);
    return transaction.isEmpty() ? in.malformed() : in.finish(_ -> transaction.get());
  }

  /**
   * Reads one transaction; empty if the reader has failed. Every loop is bounded by a count below
   * 513.
   */
  static Optional<PostedTransaction> read(ByteReader in, int committeeSizeLog2) {
    int head = in.u8();
    int flags = head & 15;
    Optional<TransactionKind> kind = TransactionKind.of(head >>> 4);
    if (in.hasFailed()) {
      return Optional.empty();
    }
    if (kind.isEmpty()) {
      in.fail(Malformation.UNKNOWN_KIND);
      return Optional.empty();
    }
    PostedTransaction transaction =
        switch (kind.get()) {
          case L1_MESSAGE -> {
            allow(in, flags, 0);
            long count = in.varint();
            if (count < 1 || count > L1MessageRun.MESSAGES_MAX) {
              in.fail(Malformation.COUNT_OUT_OF_RANGE);
              count = 0;
            }
            List<Long> hints = new ArrayList<>((int) count);
            for (int i = 0; i < count; i++) {
              hints.add(in.index());
            }
            yield new L1MessageRun(hints);
          }
          case TRANSFER ->
              new Transfer(
                  in.index(),
                  recipient(in, flags),
                  token(flags),
                  in.amount(),
                  maxFee(in, flags),
                  in.signature());
          case WITHDRAW ->
              new Withdraw(
                  in.index(),
                  (flags & FLAG_ADDRESS) == 0 ? null : in.address(),
                  token(flags),
                  in.amount(),
                  maxFee(in, flags),
                  in.signature());
          case CHANNEL_OPEN -> readChannelOpen(in, flags);
          case CHANNEL_CLAIM -> readChannelClaim(in, flags);
          case CHANNEL_CLOSE -> {
            if ((flags & FLAG_FINALIZE) != 0) {
              allow(in, flags, FLAG_FINALIZE);
              yield new ChannelCloseFinalize(in.index());
            }
            allow(in, flags, FLAG_MAX_FEE | FLAG_PAYEE);
            yield new ChannelCloseStart(
                in.index(), (flags & FLAG_PAYEE) != 0, maxFee(in, flags), in.signature());
          }
          case PROVIDER_REGISTER -> {
            long account = in.index();
            Recipient payout = recipient(in, flags);
            int deviceClass = in.u16();
            long capabilities = in.u64();
            long cell = in.u64();
            Uint128 price = in.amount();
            Bytes deviceKey = in.bytes(Transaction.DEVICE_KEY_BYTES);
            Bytes possession = in.bytes(Transaction.POSSESSION_BYTES);
            yield new ProviderRegister(
                account,
                payout,
                deviceClass,
                capabilities,
                cell,
                token(flags),
                price,
                deviceKey,
                possession,
                maxFee(in, flags),
                in.signature());
          }
          case PROVIDER_UPDATE -> {
            allow(in, flags, FLAG_ADDRESS | FLAG_MAX_FEE | FLAG_RETIRE);
            yield new ProviderUpdate(
                in.index(),
                recipient(in, flags),
                in.u64(),
                in.amount(),
                in.hash32(),
                (flags & FLAG_RETIRE) != 0,
                maxFee(in, flags),
                in.signature());
          }
          case HEARTBEAT_RECORD -> {
            allow(in, flags, 0);
            yield readHeartbeats(in, committeeSizeLog2);
          }
          case JOB_OPEN -> {
            allow(in, flags, FLAG_MAX_FEE | FLAGS_TOKEN);
            yield readJobOpen(in, flags);
          }
          case JOB_RESULT -> {
            allow(in, flags, FLAG_MAX_FEE | FLAG_REVEAL);
            long job = in.index();
            int member = in.u8();
            Hash32 resultHash = in.hash32();
            yield (flags & FLAG_REVEAL) == 0
                ? new JobResult(job, member, resultHash, maxFee(in, flags), in.signature())
                : new JobReveal(
                    job, member, resultHash, in.hash32(), maxFee(in, flags), in.signature());
          }
          case JOB_SETTLE -> {
            allow(in, flags, FLAGS_VERDICT);
            long job = in.index();
            yield switch (flags & FLAGS_VERDICT) {
              case 0 -> new JobVerdict(job, Verdict.ACCEPT, in.u16(), in.signature());
              case 1 -> new JobVerdict(job, Verdict.REFUSE, in.u16(), in.signature());
              case 2 -> new JobExpiry(job, Expiry.SILENCE);
              default -> new JobExpiry(job, Expiry.TIME_OUT);
            };
          }
        };
    return in.hasFailed() ? Optional.empty() : Optional.of(transaction);
  }

  private static ChannelOpen readChannelOpen(ByteReader in, int flags) {
    long account = in.index();
    Recipient payee = recipient(in, flags);
    Uint128 deposit = in.amount();
    int posted = in.u8();
    int meter = posted & ~METER_KEY_IS_OWNER;
    boolean keyIsOwner = posted != meter;
    if (keyIsOwner && meter != Transaction.METER_VOUCHER) {
      in.fail(Malformation.METER_MALFORMED);
    }
    Hash32 meterKey =
        keyIsOwner ? null : meter == Transaction.METER_TIME ? Hash32.ZERO : in.hash32();
    Uint128 meterRate = meter == Transaction.METER_VOUCHER ? Uint128.ZERO : in.amount();
    return new ChannelOpen(
        account,
        payee,
        token(flags),
        deposit,
        meter,
        meterKey,
        meterRate,
        in.index(),
        maxFee(in, flags),
        in.signature());
  }

  private static PostedTransaction readChannelClaim(ByteReader in, int flags) {
    long channel = in.index();
    switch (flags) {
      case Transaction.METER_TIME -> {
        return new TimeClaim(channel);
      }
      case Transaction.METER_VOUCHER -> {
        return new VoucherClaim(channel, in.amount(), in.signature());
      }
      case Transaction.METER_TICKS -> {
        long position = in.varint();
        long steps = in.varint();
        if (!Transaction.TickClaim.isTickSteps(steps)) {
          in.fail(Malformation.COUNT_OUT_OF_RANGE);
        }
        return new TickClaim(channel, position, (int) steps, in.hash32());
      }
      default -> {
        in.fail(Malformation.UNKNOWN_FLAG);
        return new TimeClaim(channel);
      }
    }
  }

  private static JobOpen readJobOpen(ByteReader in, int flags) {
    long account = in.index();
    int mode = in.u8();
    int count = 1;
    int quorum = 0;
    if (mode == Transaction.MODE_QUORUM) {
      count = in.u8();
      quorum = in.u8();
      if (count < 1 || count > Transaction.JOB_PROVIDERS_MAX) {
        in.fail(Malformation.COUNT_OUT_OF_RANGE);
      }
    }
    List<Long> providers = new ArrayList<>(Transaction.JOB_PROVIDERS_MAX);
    for (int i = 0; i < count && !in.hasFailed(); i++) {
      providers.add(in.index());
    }
    Uint128 escrow = in.amount();
    Hash32 specHash = in.hash32();
    Hash32 expected = mode == Transaction.MODE_EXPECTED_HASH ? in.hash32() : Hash32.ZERO;
    long deadline = in.varint();
    long window = in.index();
    int refusalBps = in.u16();
    return new JobOpen(
        account,
        providers,
        quorum,
        token(flags),
        escrow,
        mode,
        specHash,
        expected,
        deadline,
        window,
        refusalBps,
        maxFee(in, flags),
        in.signature());
  }

  private static void encodeJobOpen(ByteWriter out, JobOpen t) {
    int count = t.providers().size();
    if (!Transaction.JobOpen.isModeWellFormed(t.mode(), count, t.quorum(), t.expected())) {
      throw new IllegalArgumentException("no posted form: " + t);
    }
    index(head(out, t.kind(), flags(t.token(), t.maxFee())), t.account()).u8(t.mode());
    if (t.mode() == Transaction.MODE_QUORUM) {
      out.u8(count).u8(t.quorum());
    }
    t.providers().forEach(provider -> index(out, provider));
    out.amount(t.escrow()).hash32(t.specHash());
    if (t.mode() == Transaction.MODE_EXPECTED_HASH) {
      out.hash32(t.expected());
    }
    index(out.varint(t.deadline()), t.window()).u16(t.refusalBps());
    maxFee(out, t.maxFee()).signature(t.signature());
  }

  private static HeartbeatRecord readHeartbeats(ByteReader in, int committeeSizeLog2) {
    int committeeSize = 1 << committeeSizeLog2;
    long epoch = in.index();
    int count = in.u8();
    if (count == 0) {
      in.fail(Malformation.COUNT_OUT_OF_RANGE);
    }
    List<Attendance> committees = new ArrayList<>(count);
    long last = -1;
    for (int i = 0; i < count && !in.hasFailed(); i++) {
      long committee = in.index();
      if (committee <= last) {
        in.fail(Malformation.NOT_ASCENDING);
      }
      last = committee;
      switch (in.u8()) {
        case 0 -> {
          long absent = in.varint();
          if (absent > committeeSize) {
            in.fail(Malformation.COUNT_OUT_OF_RANGE);
            absent = 0;
          }
          List<Integer> slots = new ArrayList<>((int) absent);
          int before = -1;
          for (int k = 0; k < absent && !in.hasFailed(); k++) {
            int slot = in.u16();
            if (slot >= committeeSize) {
              in.fail(Malformation.SLOT_OUT_OF_RANGE);
            } else if (slot <= before) {
              in.fail(Malformation.NOT_ASCENDING);
            }
            before = slot;
            slots.add(slot);
          }
          committees.add(new AbsentSlots(committee, slots));
        }
        case 1 -> committees.add(new PresentBits(committee, in.bytes(committeeSize / 8)));
        default -> in.fail(Malformation.UNKNOWN_VARIANT);
      }
    }
    return new HeartbeatRecord(epoch, committees, in.bytes(SIGNATURE_BYTES));
  }

  private static void encodeHeartbeats(
      ByteWriter out, HeartbeatRecord record, int committeeSizeLog2) {
    requireCount(record.committees().size(), HeartbeatRecord.COMMITTEES_MAX);
    index(head(out, record.kind(), 0), record.epoch()).u8(record.committees().size());
    for (Attendance attendance : record.committees()) {
      index(out, attendance.committee());
      switch (attendance) {
        case AbsentSlots absent -> {
          out.u8(0).varint(absent.slots().size());
          absent.slots().forEach(out::u16);
        }
        case PresentBits present -> {
          if (present.bits().size() != 1 << committeeSizeLog2 - 3) {
            throw new IllegalArgumentException("bitfield of " + present.bits().size() + " bytes");
          }
          out.u8(1).bytes(present.bits());
        }
      }
    }
    out.bytes(record.signature());
  }

  private static ByteWriter head(ByteWriter out, TransactionKind kind, int flags) {
    return out.u8(kind.number() << 4 | flags);
  }

  private static int flags(int token, @Nullable Uint128 maxFee) {
    return token << TOKEN_SHIFT | (maxFee == null ? 0 : FLAG_MAX_FEE);
  }

  private static int flags(int token, @Nullable Uint128 maxFee, Recipient recipient) {
    return flags(token, maxFee) | (recipient instanceof Recipient.Opened ? FLAG_ADDRESS : 0);
  }

  private static ByteWriter index(ByteWriter out, long value) {
    if (value >= Transaction.U32_LIMIT) {
      throw new IllegalArgumentException("not a u32: " + value);
    }
    return out.varint(value);
  }

  private static ByteWriter recipient(ByteWriter out, Recipient recipient) {
    return switch (recipient) {
      case Recipient.Existing existing -> index(out, existing.account());
      case Recipient.Opened opened -> out.address(opened.owner());
    };
  }

  private static ByteWriter maxFee(ByteWriter out, @Nullable Uint128 maxFee) {
    return maxFee == null ? out : out.amount(maxFee);
  }

  private static void requireCount(int count, int max) {
    if (count < 1 || count > max) {
      throw new IllegalArgumentException(count + " is not in 1.." + max);
    }
  }

  private static void allow(ByteReader in, int flags, int allowed) {
    if ((flags & ~allowed) != 0) {
      in.fail(Malformation.UNKNOWN_FLAG);
    }
  }

  private static int token(int flags) {
    return (flags & FLAGS_TOKEN) >>> TOKEN_SHIFT;
  }

  private static Recipient recipient(ByteReader in, int flags) {
    return (flags & FLAG_ADDRESS) == 0
        ? new Recipient.Existing(in.index())
        : new Recipient.Opened(in.address());
  }

  private static @Nullable Uint128 maxFee(ByteReader in, int flags) {
    return (flags & FLAG_MAX_FEE) == 0 ? null : in.amount();
  }
}
