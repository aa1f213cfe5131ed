package dev.sluice.primitives.transaction;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;

/**
 * What a user submits, without its signature: the fields of the wire form and of the EIP-712 type
 * ({@code docs/protocol.md} §4). Constructors refuse with {@link IllegalArgumentException} what a
 * decoder refuses as malformed.
 */
public sealed interface Transaction {
  /** Number of token slots; a token is 0 to 3. */
  int TOKENS = 4;

  /** Upper bound, exclusive, of a number that is posted as a varint. */
  long VARINT_LIMIT = 1L << 61;

  /** Upper bound, exclusive, of a {@code u32}. */
  long U32_LIMIT = 1L << 32;

  /** Length of a device key in bytes, uncompressed G1. */
  int DEVICE_KEY_BYTES = 96;

  /** Length of a proof of possession in bytes, uncompressed G2. */
  int POSSESSION_BYTES = 192;

  /** The meter of channels that pay by the second. */
  int METER_TIME = 0;

  /** The meter of channels that pay by signed promises. */
  int METER_VOUCHER = 1;

  /** The meter of channels that pay by preimages of a hash chain. */
  int METER_TICKS = 2;

  /** Most steps in the hash chain that one claim takes. */
  int TICK_STEPS_MAX = 4_096;

  /** Mode of a job whose result the buyer accepts or refuses. */
  int MODE_BUYER = 0;

  /** Mode of a job whose result must hash to what the buyer expects. */
  int MODE_EXPECTED_HASH = 1;

  /** Mode of a job that k of its n providers settle by agreeing. */
  int MODE_QUORUM = 2;

  /** Most providers that one job names. */
  int JOB_PROVIDERS_MAX = 5;

  /** The kind. */
  TransactionKind kind();

  /** Signed by the wallet of the account that it names, with that account's nonce. */
  sealed interface WalletSigned extends Transaction {
    /** Index of the signer's account, a {@code u32}. */
    long account();

    /** Nonce of the signer's account at execution, a {@code u64}. */
    long nonce();
  }

  /** Wallet-signed and paid by the signer in the token moved. */
  sealed interface WalletPaid extends WalletSigned {
    /** The most that the signer pays as a fee. */
    Uint128 maxFee();
  }

  /** Signed by nobody: the protocol's own rules decide. */
  sealed interface Unsigned extends Transaction {}

  /** Kind 1. Moves {@code amount} to the account of {@code to}. */
  record Transfer(long account, long nonce, Address to, int token, Uint128 amount, Uint128 maxFee)
      implements WalletPaid {
    public Transfer {
      requireU32(account);
      requireToken(token);
    }

    @Override
    public TransactionKind kind() {
      return TransactionKind.TRANSFER;
    }
  }

  /** Kind 2. Burns {@code amount} and appends a withdrawal for the L1 address {@code to}. */
  record Withdraw(long account, long nonce, Address to, int token, Uint128 amount, Uint128 maxFee)
      implements WalletPaid {
    public Withdraw {
      requireU32(account);
      requireToken(token);
    }

    @Override
    public TransactionKind kind() {
      return TransactionKind.WITHDRAW;
    }
  }

  /**
   * Kind 3. Locks {@code deposit} for {@code payee}.
   *
   * @param meter 0 to 127; the STF knows {@link #METER_TIME}, {@link #METER_VOUCHER} and {@link
   *     #METER_TICKS}
   * @param meterKey for time 0, for vouchers the address of the voucher key, left-padded with
   *     zeros, for ticks the anchor of the hash chain
   * @param meterRate base units per second or per tick; for vouchers 0
   * @param closeDelay seconds, a {@code u32}
   */
  record ChannelOpen(
      long account,
      long nonce,
      Address payee,
      int token,
      Uint128 deposit,
      int meter,
      Hash32 meterKey,
      Uint128 meterRate,
      long closeDelay,
      Uint128 maxFee)
      implements WalletPaid {
    public ChannelOpen {
      requireU32(account);
      requireToken(token);
      requireU32(closeDelay);
      // A block may hold a voucher key of any 32 bytes; only the wire form asks for a padded
      // address.
      if (meter < 0 || meter > 127) {
        throw new IllegalArgumentException("meter " + meter);
      }
    }

    /** Whether the three meter fields go together on the wire ({@code docs/protocol.md} §4). */
    public static boolean isMeterWellFormed(int meter, Hash32 meterKey, Uint128 meterRate) {
      if (meter < 0 || meter > 127) {
        return false;
      }
      return switch (meter) {
        case METER_TIME -> meterKey.isZero();
        case METER_VOUCHER -> meterRate.isZero() && isPaddedAddress(meterKey);
        default -> true;
      };
    }

    private static boolean isPaddedAddress(Hash32 word) {
      // The top 12 bytes: the first lane and the first four bytes of the second, which are its low
      // half.
      return word.w0() == 0 && (word.w1() & 0xffffffffL) == 0;
    }

    @Override
    public TransactionKind kind() {
      return TransactionKind.CHANNEL_OPEN;
    }
  }

  /** Kind 4. Pays the payee of {@code channel} what its meter shows; one form per meter. */
  sealed interface ChannelClaim extends Transaction {
    /** Id of the channel. */
    Hash32 channel();

    @Override
    default TransactionKind kind() {
      return TransactionKind.CHANNEL_CLAIM;
    }
  }

  /** Kind 4, meter 0. By anyone: the clock shows what is due. */
  record TimeClaim(Hash32 channel) implements ChannelClaim, Unsigned {}

  /**
   * Kind 4, meter 1. A voucher: the cumulative {@code amount} that the channel's payer owes; signed
   * by the channel's voucher key.
   */
  record VoucherClaim(Hash32 channel, Uint128 amount) implements ChannelClaim {}

  /**
   * Kind 4, meter 2. By anyone who knows the tick.
   *
   * @param position ticks from the anchor to this one, cumulative, below 2^61
   * @param steps ticks from the last one claimed to this one, 1 to {@link #TICK_STEPS_MAX}
   * @param tick the preimage
   */
  record TickClaim(Hash32 channel, long position, int steps, Hash32 tick)
      implements ChannelClaim, Unsigned {
    public TickClaim {
      requireVarint(position);
      if (!isTickSteps(steps)) {
        throw new IllegalArgumentException(steps + " steps");
      }
    }

    /** Whether one claim may take so many steps. */
    public static boolean isTickSteps(long steps) {
      return steps >= 1 && steps <= TICK_STEPS_MAX;
    }
  }

  /** Kind 5, start. By the payer or the payee of the channel. */
  record ChannelCloseStart(long account, long nonce, Hash32 channel, Uint128 maxFee)
      implements WalletPaid {
    public ChannelCloseStart {
      requireU32(account);
    }

    @Override
    public TransactionKind kind() {
      return TransactionKind.CHANNEL_CLOSE;
    }
  }

  /** Kind 5, finalize. By anyone, after the delay. */
  record ChannelCloseFinalize(Hash32 channel) implements Unsigned {
    @Override
    public TransactionKind kind() {
      return TransactionKind.CHANNEL_CLOSE;
    }
  }

  /**
   * Kind 6. Registers a device for the signing wallet.
   *
   * @param deviceClass a {@code u16}; what the protocol calls {@code class}
   * @param capabilities 64 bits
   * @param cell H3 cell, 64 bits
   * @param deviceKey 96 bytes, G1; any bytes here, the STF judges them
   * @param possession 192 bytes, G2; likewise
   */
  record ProviderRegister(
      long account,
      long nonce,
      Address payout,
      int deviceClass,
      long capabilities,
      long cell,
      int token,
      Uint128 price,
      Bytes deviceKey,
      Bytes possession,
      Uint128 maxFee)
      implements WalletPaid {
    public ProviderRegister {
      requireU32(account);
      requireU16(deviceClass);
      requireToken(token);
      requireSize(deviceKey, DEVICE_KEY_BYTES);
      requireSize(possession, POSSESSION_BYTES);
    }

    @Override
    public TransactionKind kind() {
      return TransactionKind.PROVIDER_REGISTER;
    }
  }

  /**
   * Kind 7. Sets what may change of a registered device.
   *
   * @param provider id of the device's registration
   * @param payout whose account is paid from now on
   * @param cell H3 cell, 64 bits; it can change once a month
   * @param endpointHash hash of where the device is reached; any 32 bytes
   * @param retire whether the device takes no new job from now on, for good
   */
  record ProviderUpdate(
      long account,
      long nonce,
      Hash32 provider,
      Address payout,
      long cell,
      Uint128 price,
      Hash32 endpointHash,
      boolean retire,
      Uint128 maxFee)
      implements WalletPaid {
    public ProviderUpdate {
      requireU32(account);
    }

    @Override
    public TransactionKind kind() {
      return TransactionKind.PROVIDER_UPDATE;
    }
  }

  /**
   * Kind 10. Puts {@code escrow} on a job.
   *
   * @param providers ids; one, in {@link #MODE_QUORUM} up to {@link #JOB_PROVIDERS_MAX}
   * @param quorum how many must agree, a {@code u8}; 0 unless the mode is {@link #MODE_QUORUM}
   * @param mode a {@code u8}; the STF knows {@link #MODE_BUYER}, {@link #MODE_EXPECTED_HASH} and
   *     {@link #MODE_QUORUM}
   * @param expected the hash of the result hash; 0 unless the mode is {@link #MODE_EXPECTED_HASH}
   * @param deadline L2 clock in seconds, below 2^61
   * @param window seconds after a result in which the buyer may refuse, a {@code u32}
   * @param refusalBps the provider's share of a refused job in basis points, a {@code u16}
   */
  record JobOpen(
      long account,
      long nonce,
      List<Hash32> providers,
      int quorum,
      int token,
      Uint128 escrow,
      int mode,
      Hash32 specHash,
      Hash32 expected,
      long deadline,
      long window,
      int refusalBps,
      Uint128 maxFee)
      implements WalletPaid {
    public JobOpen {
      providers = List.copyOf(providers);
      requireU32(account);
      requireU8(quorum);
      requireToken(token);
      requireU8(mode);
      requireVarint(deadline);
      requireU32(window);
      requireU16(refusalBps);
      if (!isModeWellFormed(mode, providers.size(), quorum, expected)) {
        throw new IllegalArgumentException(
            "mode " + mode + ", providers " + providers + ", quorum " + quorum + ", " + expected);
      }
    }

    /** Whether these fields go together on the wire ({@code docs/protocol.md} §4). */
    public static boolean isModeWellFormed(int mode, int providers, int quorum, Hash32 expected) {
      return (mode == MODE_QUORUM
              ? providers >= 1 && providers <= JOB_PROVIDERS_MAX
              : providers == 1 && quorum == 0)
          && (mode == MODE_EXPECTED_HASH || expected.isZero());
    }

    @Override
    public TransactionKind kind() {
      return TransactionKind.JOB_OPEN;
    }
  }

  /**
   * Kind 11. The result of a job, by the account of its provider.
   *
   * @param member the provider's place in {@link JobOpen#providers}, a {@code u8}; 0 unless the
   *     mode is {@link #MODE_QUORUM}
   * @param resultHash in {@link #MODE_QUORUM} the commitment to it
   */
  record JobResult(
      long account, long nonce, Hash32 job, int member, Hash32 resultHash, Uint128 maxFee)
      implements WalletPaid {
    public JobResult {
      requireU32(account);
      requireU8(member);
    }

    @Override
    public TransactionKind kind() {
      return TransactionKind.JOB_RESULT;
    }
  }

  /**
   * Kind 11, reveal. What the member of a job of {@link #MODE_QUORUM} had committed to.
   *
   * @param member as in {@link JobResult}
   */
  record JobReveal(
      long account,
      long nonce,
      Hash32 job,
      int member,
      Hash32 resultHash,
      Hash32 salt,
      Uint128 maxFee)
      implements WalletPaid {
    public JobReveal {
      requireU32(account);
      requireU8(member);
    }

    @Override
    public TransactionKind kind() {
      return TransactionKind.JOB_RESULT;
    }
  }

  /**
   * Kind 12, verdicts 0 and 1. The buyer accepts or refuses a result; {@code reason} is a {@code
   * u16}.
   */
  record JobVerdict(long account, long nonce, Hash32 job, Verdict verdict, int reason)
      implements WalletSigned {
    public JobVerdict {
      requireU32(account);
      requireU16(reason);
    }

    @Override
    public TransactionKind kind() {
      return TransactionKind.JOB_SETTLE;
    }
  }

  /** Kind 12, verdicts 2 and 3. Anyone settles a job whose window or deadline has passed. */
  record JobExpiry(Hash32 job, Expiry expiry) implements Unsigned {
    @Override
    public TransactionKind kind() {
      return TransactionKind.JOB_SETTLE;
    }
  }

  /** A buyer's word on a result. */
  enum Verdict {
    /** 0: pays the provider. */
    ACCEPT(0),
    /** 1: splits as the job was opened. */
    REFUSE(1);

    private final int number;

    Verdict(int number) {
      this.number = number;
    }

    /** The verdict number of kind 12. */
    public int number() {
      return number;
    }
  }

  /** Which time has run out. */
  enum Expiry {
    /** 2: the buyer said nothing in the window; pays the provider. */
    SILENCE(2),
    /** 3: no result before the deadline; refunds the buyer. */
    TIME_OUT(3);

    private final int number;

    Expiry(int number) {
      this.number = number;
    }

    /** The verdict number of kind 12. */
    public int number() {
      return number;
    }
  }

  private static void requireU8(int value) {
    if (value < 0 || value > 0xff) {
      throw new IllegalArgumentException("not a u8: " + value);
    }
  }

  private static void requireU16(int value) {
    if (value < 0 || value > 0xffff) {
      throw new IllegalArgumentException("not a u16: " + value);
    }
  }

  private static void requireU32(long value) {
    if (value < 0 || value >= U32_LIMIT) {
      throw new IllegalArgumentException("not a u32: " + value);
    }
  }

  private static void requireVarint(long value) {
    if (value < 0 || value >= VARINT_LIMIT) {
      throw new IllegalArgumentException("not below 2^61: " + Long.toUnsignedString(value));
    }
  }

  private static void requireToken(int token) {
    if (token < 0 || token >= TOKENS) {
      throw new IllegalArgumentException("no token " + token);
    }
  }

  private static void requireSize(Bytes bytes, int size) {
    if (bytes.size() != size) {
      throw new IllegalArgumentException(size + " bytes expected, got " + bytes.size());
    }
  }
}
