package dev.sluice.primitives.codec;

import dev.sluice.primitives.codec.DecodeResult.Malformed;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.Transaction.ChannelCloseFinalize;
import dev.sluice.primitives.transaction.Transaction.ChannelCloseStart;
import dev.sluice.primitives.transaction.Transaction.ChannelOpen;
import dev.sluice.primitives.transaction.Transaction.Expiry;
import dev.sluice.primitives.transaction.Transaction.JobExpiry;
import dev.sluice.primitives.transaction.Transaction.JobOpen;
import dev.sluice.primitives.transaction.Transaction.JobResult;
import dev.sluice.primitives.transaction.Transaction.JobReveal;
import dev.sluice.primitives.transaction.Transaction.JobVerdict;
import dev.sluice.primitives.transaction.Transaction.ProviderRegister;
import dev.sluice.primitives.transaction.Transaction.ProviderUpdate;
import dev.sluice.primitives.transaction.Transaction.TickClaim;
import dev.sluice.primitives.transaction.Transaction.TimeClaim;
import dev.sluice.primitives.transaction.Transaction.Transfer;
import dev.sluice.primitives.transaction.Transaction.Verdict;
import dev.sluice.primitives.transaction.Transaction.VoucherClaim;
import dev.sluice.primitives.transaction.Transaction.Withdraw;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;

/**
 * The wire form of transactions: fixed widths, one form per value ({@code docs/protocol.md} §4).
 */
public final class WireCodec {
  /** The longest wire form, that of kind 6. */
  public static final int BYTES_MAX = 436;

  private WireCodec() {}

  /** The transaction's id: {@code H(wire bytes)}. */
  public static Hash32 id(SignedTransaction signed) {
    return Keccak256.hash32(encode(signed));
  }

  /** The wire form. */
  public static byte[] encode(SignedTransaction signed) {
    ByteWriter out = new ByteWriter(BYTES_MAX).u8(signed.kind().number());
    switch (signed.transaction()) {
      case Transfer t ->
          out.u32(t.account())
              .u64(t.nonce())
              .address(t.to())
              .u8(t.token())
              .u128(t.amount())
              .u128(t.maxFee());
      case Withdraw t ->
          out.u32(t.account())
              .u64(t.nonce())
              .address(t.to())
              .u8(t.token())
              .u128(t.amount())
              .u128(t.maxFee());
      case ChannelOpen t ->
          out.u32(t.account())
              .u64(t.nonce())
              .address(t.payee())
              .u8(t.token())
              .u128(t.deposit())
              .u8(t.meter())
              .hash32(t.meterKey())
              .u128(t.meterRate())
              .u32(t.closeDelay())
              .u128(t.maxFee());
      case TimeClaim t -> out.u8(Transaction.METER_TIME).hash32(t.channel());
      case VoucherClaim t -> out.u8(Transaction.METER_VOUCHER).hash32(t.channel()).u128(t.amount());
      case TickClaim t ->
          out.u8(Transaction.METER_TICKS)
              .hash32(t.channel())
              .u64(t.position())
              .u16(t.steps())
              .hash32(t.tick());
      case ChannelCloseStart t ->
          out.u8(0).u32(t.account()).u64(t.nonce()).hash32(t.channel()).u128(t.maxFee());
      case ChannelCloseFinalize t -> out.u8(1).hash32(t.channel());
      case ProviderRegister t ->
          out.u32(t.account())
              .u64(t.nonce())
              .address(t.payout())
              .u16(t.deviceClass())
              .u64(t.capabilities())
              .u64(t.cell())
              .u8(t.token())
              .u128(t.price())
              .bytes(t.deviceKey())
              .bytes(t.possession())
              .u128(t.maxFee());
      case ProviderUpdate t ->
          out.u32(t.account())
              .u64(t.nonce())
              .hash32(t.provider())
              .address(t.payout())
              .u64(t.cell())
              .u128(t.price())
              .hash32(t.endpointHash())
              .u8(t.retire() ? 1 : 0)
              .u128(t.maxFee());
      case JobOpen t -> {
        out.u32(t.account()).u64(t.nonce()).u8(t.providers().size());
        t.providers().forEach(out::hash32);
        out.u8(t.quorum())
            .u8(t.token())
            .u128(t.escrow())
            .u8(t.mode())
            .hash32(t.specHash())
            .hash32(t.expected())
            .u64(t.deadline())
            .u32(t.window())
            .u16(t.refusalBps())
            .u128(t.maxFee());
      }
      case JobResult t ->
          out.u8(0)
              .u32(t.account())
              .u64(t.nonce())
              .hash32(t.job())
              .u8(t.member())
              .hash32(t.resultHash())
              .u128(t.maxFee());
      case JobReveal t ->
          out.u8(1)
              .u32(t.account())
              .u64(t.nonce())
              .hash32(t.job())
              .u8(t.member())
              .hash32(t.resultHash())
              .hash32(t.salt())
              .u128(t.maxFee());
      case JobVerdict t ->
          out.u8(t.verdict().number())
              .u32(t.account())
              .u64(t.nonce())
              .hash32(t.job())
              .u16(t.reason());
      case JobExpiry t -> out.u8(t.expiry().number()).hash32(t.job());
    }
    if (!(signed.transaction() instanceof Transaction.Unsigned)) {
      out.signature(signed.signature());
    }
    return out.toBytes();
  }

  /** Decodes the whole array, which the result does not share. */
  public static DecodeResult<SignedTransaction> decode(byte[] wire) {
    return decode(wire, 0, wire.length);
  }

  /** Decodes {@code bytes[from, to)}, which the result does not share. */
  public static DecodeResult<SignedTransaction> decode(byte[] bytes, int from, int to) {
    if (from == to) {
      return new Malformed<>(Malformation.EMPTY);
    }
    ByteReader in = new ByteReader(bytes, from, to);
    Optional<TransactionKind> kind = TransactionKind.of(in.u8());
    if (kind.isEmpty()) {
      return new Malformed<>(Malformation.UNKNOWN_KIND);
    }
    return switch (kind.get()) {
      case L1_MESSAGE, HEARTBEAT_RECORD -> new Malformed<>(Malformation.NOT_SUBMITTABLE);
      case TRANSFER -> {
        long account = in.u32();
        long nonce = in.u64();
        Address recipient = in.address();
        int token = in.token();
        Uint128 amount = in.u128();
        Uint128 maxFee = in.u128();
        WalletSignature signature = in.signature();
        yield in.finish(
            _ ->
                new SignedTransaction(
                    new Transfer(account, nonce, recipient, token, amount, maxFee), signature));
      }
      case WITHDRAW -> {
        long account = in.u32();
        long nonce = in.u64();
        Address recipient = in.address();
        int token = in.token();
        Uint128 amount = in.u128();
        Uint128 maxFee = in.u128();
        WalletSignature signature = in.signature();
        yield in.finish(
            _ ->
                new SignedTransaction(
                    new Withdraw(account, nonce, recipient, token, amount, maxFee), signature));
      }
      case CHANNEL_OPEN -> {
        long account = in.u32();
        long nonce = in.u64();
        Address payee = in.address();
        int token = in.token();
        Uint128 deposit = in.u128();
        int meter = in.u8();
        Hash32 meterKey = in.hash32();
        Uint128 meterRate = in.u128();
        long closeDelay = in.u32();
        Uint128 maxFee = in.u128();
        WalletSignature signature = in.signature();
        if (!ChannelOpen.isMeterWellFormed(meter, meterKey, meterRate)) {
          in.fail(Malformation.METER_MALFORMED);
        }
        yield in.finish(
            _ ->
                new SignedTransaction(
                    new ChannelOpen(
                        account,
                        nonce,
                        payee,
                        token,
                        deposit,
                        meter,
                        meterKey,
                        meterRate,
                        closeDelay,
                        maxFee),
                    signature));
      }
      case CHANNEL_CLAIM -> decodeChannelClaim(in);
      case CHANNEL_CLOSE -> decodeChannelClose(in);
      case PROVIDER_REGISTER -> {
        long account = in.u32();
        long nonce = in.u64();
        Address payout = in.address();
        int deviceClass = in.u16();
        long capabilities = in.u64();
        long cell = in.u64();
        int token = in.token();
        Uint128 price = in.u128();
        Bytes deviceKey = in.bytes(Transaction.DEVICE_KEY_BYTES);
        Bytes possession = in.bytes(Transaction.POSSESSION_BYTES);
        Uint128 maxFee = in.u128();
        WalletSignature signature = in.signature();
        yield in.finish(
            _ ->
                new SignedTransaction(
                    new ProviderRegister(
                        account,
                        nonce,
                        payout,
                        deviceClass,
                        capabilities,
                        cell,
                        token,
                        price,
                        deviceKey,
                        possession,
                        maxFee),
                    signature));
      }
      case PROVIDER_UPDATE -> {
        long account = in.u32();
        long nonce = in.u64();
        Hash32 provider = in.hash32();
        Address payout = in.address();
        long cell = in.u64();
        Uint128 price = in.u128();
        Hash32 endpointHash = in.hash32();
        int retire = in.u8();
        Uint128 maxFee = in.u128();
        WalletSignature signature = in.signature();
        if (retire > 1) {
          in.fail(Malformation.NUMBER_OUT_OF_RANGE);
        }
        yield in.finish(
            _ ->
                new SignedTransaction(
                    new ProviderUpdate(
                        account,
                        nonce,
                        provider,
                        payout,
                        cell,
                        price,
                        endpointHash,
                        retire == 1,
                        maxFee),
                    signature));
      }
      case JOB_OPEN -> {
        long account = in.u32();
        long nonce = in.u64();
        int count = in.u8();
        if (count < 1 || count > Transaction.JOB_PROVIDERS_MAX) {
          in.fail(Malformation.COUNT_OUT_OF_RANGE);
        }
        List<Hash32> providers = new ArrayList<>(Transaction.JOB_PROVIDERS_MAX);
        for (int i = 0; i < count && !in.hasFailed(); i++) {
          providers.add(in.hash32());
        }
        int quorum = in.u8();
        int token = in.token();
        Uint128 escrow = in.u128();
        int mode = in.u8();
        Hash32 specHash = in.hash32();
        Hash32 expected = in.hash32();
        long deadline = in.u64();
        long window = in.u32();
        int refusalBps = in.u16();
        Uint128 maxFee = in.u128();
        WalletSignature signature = in.signature();
        if (deadline < 0 || deadline >= Transaction.VARINT_LIMIT) {
          in.fail(Malformation.NUMBER_OUT_OF_RANGE);
        }
        if (!JobOpen.isModeWellFormed(mode, count, quorum, expected)) {
          in.fail(Malformation.JOB_MALFORMED);
        }
        yield in.finish(
            _ ->
                new SignedTransaction(
                    new JobOpen(
                        account,
                        nonce,
                        providers,
                        quorum,
                        token,
                        escrow,
                        mode,
                        specHash,
                        expected,
                        deadline,
                        window,
                        refusalBps,
                        maxFee),
                    signature));
      }
      case JOB_RESULT -> decodeJobResult(in);
      case JOB_SETTLE -> decodeJobSettle(in);
    };
  }

  private static DecodeResult<SignedTransaction> decodeChannelClaim(ByteReader in) {
    switch (in.u8()) {
      case Transaction.METER_TIME -> {
        Hash32 channel = in.hash32();
        return in.finish(_ -> SignedTransaction.unsigned(new TimeClaim(channel)));
      }
      case Transaction.METER_VOUCHER -> {
        Hash32 channel = in.hash32();
        Uint128 amount = in.u128();
        WalletSignature signature = in.signature();
        return in.finish(_ -> new SignedTransaction(new VoucherClaim(channel, amount), signature));
      }
      case Transaction.METER_TICKS -> {
        Hash32 channel = in.hash32();
        long position = in.u64();
        int steps = in.u16();
        Hash32 tick = in.hash32();
        if (position < 0 || position >= Transaction.VARINT_LIMIT) {
          in.fail(Malformation.NUMBER_OUT_OF_RANGE);
        }
        if (!TickClaim.isTickSteps(steps)) {
          in.fail(Malformation.COUNT_OUT_OF_RANGE);
        }
        return in.finish(
            _ -> SignedTransaction.unsigned(new TickClaim(channel, position, steps, tick)));
      }
      default -> {
        in.fail(Malformation.UNKNOWN_VARIANT);
        return in.malformed();
      }
    }
  }

  private static DecodeResult<SignedTransaction> decodeJobResult(ByteReader in) {
    int variant = in.u8();
    if (variant > 1) {
      in.fail(Malformation.UNKNOWN_VARIANT);
    }
    boolean reveal = variant == 1;
    long account = in.u32();
    long nonce = in.u64();
    Hash32 job = in.hash32();
    int member = in.u8();
    Hash32 resultHash = in.hash32();
    Hash32 salt = reveal ? in.hash32() : Hash32.ZERO;
    Uint128 maxFee = in.u128();
    WalletSignature signature = in.signature();
    return in.finish(
        _ ->
            new SignedTransaction(
                reveal
                    ? new JobReveal(account, nonce, job, member, resultHash, salt, maxFee)
                    : new JobResult(account, nonce, job, member, resultHash, maxFee),
                signature));
  }

  private static DecodeResult<SignedTransaction> decodeChannelClose(ByteReader in) {
    switch (in.u8()) {
      case 0 -> {
        long account = in.u32();
        long nonce = in.u64();
        Hash32 channel = in.hash32();
        Uint128 maxFee = in.u128();
        WalletSignature signature = in.signature();
        return in.finish(
            _ ->
                new SignedTransaction(
                    new ChannelCloseStart(account, nonce, channel, maxFee), signature));
      }
      case 1 -> {
        Hash32 channel = in.hash32();
        return in.finish(_ -> SignedTransaction.unsigned(new ChannelCloseFinalize(channel)));
      }
      default -> {
        in.fail(Malformation.UNKNOWN_VARIANT);
        return in.malformed();
      }
    }
  }

  private static DecodeResult<SignedTransaction> decodeJobSettle(ByteReader in) {
    int variant = in.u8();
    switch (variant) {
      case 0, 1 -> {
        long account = in.u32();
        long nonce = in.u64();
        Hash32 job = in.hash32();
        int reason = in.u16();
        WalletSignature signature = in.signature();
        Verdict verdict = variant == 0 ? Verdict.ACCEPT : Verdict.REFUSE;
        return in.finish(
            _ ->
                new SignedTransaction(
                    new JobVerdict(account, nonce, job, verdict, reason), signature));
      }
      case 2, 3 -> {
        Hash32 job = in.hash32();
        Expiry expiry = variant == 2 ? Expiry.SILENCE : Expiry.TIME_OUT;
        return in.finish(_ -> SignedTransaction.unsigned(new JobExpiry(job, expiry)));
      }
      default -> {
        in.fail(Malformation.UNKNOWN_VARIANT);
        return in.malformed();
      }
    }
  }
}
