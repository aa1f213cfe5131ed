package dev.sluice.primitives.block;

import dev.sluice.primitives.transaction.Transaction.Expiry;
import dev.sluice.primitives.transaction.Transaction.Verdict;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A transaction as a block holds it ({@code docs/protocol.md} §5). Nonces, ids and the addresses of
 * existing accounts are not here: the state implies them. Accounts, channels, providers and jobs
 * are indices, each a {@code u32} in a {@code long}.
 *
 * <p>A {@code maxFee} of null means that the signed maximum is the price itself.
 */
public sealed interface PostedTransaction {
  /** The kind. */
  TransactionKind kind();

  /** The posted form of a signed maximum fee: null if it equals the price. */
  static @Nullable Uint128 postedMaxFee(Uint128 maxFee, Uint128 price) {
    return maxFee.equals(price) ? null : maxFee;
  }

  /** The signed maximum fee again. */
  static Uint128 signedMaxFee(@Nullable Uint128 posted, Uint128 price) {
    return posted == null ? price : posted;
  }

  /** Kind 0: takes the next inbox messages, one hint each (1 to 64 hints). */
  record L1MessageRun(List<Long> hints) implements PostedTransaction {
    /** Most messages that one run takes. */
    public static final int MESSAGES_MAX = 64;

    public L1MessageRun {
      hints = List.copyOf(hints);
    }

    @Override
    public TransactionKind kind() {
      return TransactionKind.L1_MESSAGE;
    }
  }

  /** Kind 1. */
  record Transfer(
      long account,
      Recipient to,
      int token,
      Uint128 amount,
      @Nullable Uint128 maxFee,
      WalletSignature signature)
      implements PostedTransaction {
    @Override
    public TransactionKind kind() {
      return TransactionKind.TRANSFER;
    }
  }

  /** Kind 2; {@code to} is null if the recipient on L1 is the account's owner. */
  record Withdraw(
      long account,
      @Nullable Address to,
      int token,
      Uint128 amount,
      @Nullable Uint128 maxFee,
      WalletSignature signature)
      implements PostedTransaction {
    @Override
    public TransactionKind kind() {
      return TransactionKind.WITHDRAW;
    }
  }

  /**
   * Kind 3; {@code meter} is 0 to 127. {@code meterKey} is null, with meter 1 only, if the voucher
   * key is the payer's owner, left-padded; it is 0 with meter 0. {@code meterRate} is 0 with meter
   * 1.
   */
  record ChannelOpen(
      long account,
      Recipient payee,
      int token,
      Uint128 deposit,
      int meter,
      @Nullable Hash32 meterKey,
      Uint128 meterRate,
      long closeDelay,
      @Nullable Uint128 maxFee,
      WalletSignature signature)
      implements PostedTransaction {
    @Override
    public TransactionKind kind() {
      return TransactionKind.CHANNEL_OPEN;
    }
  }

  /** Kind 4; one form per meter. */
  sealed interface ChannelClaim extends PostedTransaction {
    /** Index of the channel. */
    long channel();

    @Override
    default TransactionKind kind() {
      return TransactionKind.CHANNEL_CLAIM;
    }
  }

  /** Kind 4, meter 0. */
  record TimeClaim(long channel) implements ChannelClaim {}

  /** Kind 4, meter 1; {@code amount} is cumulative. */
  record VoucherClaim(long channel, Uint128 amount, WalletSignature signature)
      implements ChannelClaim {}

  /** Kind 4, meter 2; {@code position} is below 2^61, {@code steps} 1 to 4,096. */
  record TickClaim(long channel, long position, int steps, Hash32 tick) implements ChannelClaim {}

  /** Kind 5, start; signed by the payee or else by the payer. */
  record ChannelCloseStart(
      long channel, boolean byPayee, @Nullable Uint128 maxFee, WalletSignature signature)
      implements PostedTransaction {
    @Override
    public TransactionKind kind() {
      return TransactionKind.CHANNEL_CLOSE;
    }
  }

  /** Kind 5, finalize. */
  record ChannelCloseFinalize(long channel) implements PostedTransaction {
    @Override
    public TransactionKind kind() {
      return TransactionKind.CHANNEL_CLOSE;
    }
  }

  /** Kind 6; {@code deviceKey} has 96 bytes, {@code possession} 192. */
  record ProviderRegister(
      long account,
      Recipient payout,
      int deviceClass,
      long capabilities,
      long cell,
      int token,
      Uint128 price,
      Bytes deviceKey,
      Bytes possession,
      @Nullable Uint128 maxFee,
      WalletSignature signature)
      implements PostedTransaction {
    @Override
    public TransactionKind kind() {
      return TransactionKind.PROVIDER_REGISTER;
    }
  }

  /** Kind 7; signed by the provider's account. */
  record ProviderUpdate(
      long provider,
      Recipient payout,
      long cell,
      Uint128 price,
      Hash32 endpointHash,
      boolean retire,
      @Nullable Uint128 maxFee,
      WalletSignature signature)
      implements PostedTransaction {
    @Override
    public TransactionKind kind() {
      return TransactionKind.PROVIDER_UPDATE;
    }
  }

  /** Kind 9; 1 to 255 committees, strictly ascending; {@code signature} has 192 bytes. */
  record HeartbeatRecord(long epoch, List<Attendance> committees, Bytes signature)
      implements PostedTransaction {
    /** Most committees in one record. */
    public static final int COMMITTEES_MAX = 255;

    public HeartbeatRecord {
      committees = List.copyOf(committees);
    }

    @Override
    public TransactionKind kind() {
      return TransactionKind.HEARTBEAT_RECORD;
    }
  }

  /**
   * Kind 10; one provider, with mode 2 up to 5. {@code quorum} is 0 unless the mode is 2, {@code
   * expected} 0 unless it is 1.
   */
  record JobOpen(
      long account,
      List<Long> providers,
      int quorum,
      int token,
      Uint128 escrow,
      int mode,
      Hash32 specHash,
      Hash32 expected,
      long deadline,
      long window,
      int refusalBps,
      @Nullable Uint128 maxFee,
      WalletSignature signature)
      implements PostedTransaction {
    public JobOpen {
      providers = List.copyOf(providers);
    }

    @Override
    public TransactionKind kind() {
      return TransactionKind.JOB_OPEN;
    }
  }

  /** Kind 11; {@code member} is a {@code u8}. */
  record JobResult(
      long job, int member, Hash32 resultHash, @Nullable Uint128 maxFee, WalletSignature signature)
      implements PostedTransaction {
    @Override
    public TransactionKind kind() {
      return TransactionKind.JOB_RESULT;
    }
  }

  /** Kind 11, reveal; {@code member} is a {@code u8}. */
  record JobReveal(
      long job,
      int member,
      Hash32 resultHash,
      Hash32 salt,
      @Nullable Uint128 maxFee,
      WalletSignature signature)
      implements PostedTransaction {
    @Override
    public TransactionKind kind() {
      return TransactionKind.JOB_RESULT;
    }
  }

  /** Kind 12, verdicts 0 and 1. */
  record JobVerdict(long job, Verdict verdict, int reason, WalletSignature signature)
      implements PostedTransaction {
    @Override
    public TransactionKind kind() {
      return TransactionKind.JOB_SETTLE;
    }
  }

  /** Kind 12, verdicts 2 and 3. */
  record JobExpiry(long job, Expiry expiry) implements PostedTransaction {
    @Override
    public TransactionKind kind() {
      return TransactionKind.JOB_SETTLE;
    }
  }
}
