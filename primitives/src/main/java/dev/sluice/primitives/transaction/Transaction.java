package dev.sluice.primitives.transaction;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
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

  /** The meter of voucher channels, the only one of STF version 1. */
  int METER_VOUCHER = 1;

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
   * @param meter 0 to 127; only {@link #METER_VOUCHER} is known to the STF
   * @param meterKey for vouchers the address of the voucher key, left-padded with zeros
   * @param meterRate for vouchers 0
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
      return meter != METER_VOUCHER || (meterRate.isZero() && isPaddedAddress(meterKey));
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

  /**
   * Kind 4. A voucher: the cumulative {@code amount} that the channel's payer owes; signed by the
   * channel's voucher key.
   */
  record ChannelClaim(Hash32 channel, Uint128 amount) implements Transaction {
    @Override
    public TransactionKind kind() {
      return TransactionKind.CHANNEL_CLAIM;
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
   * Kind 10. Puts {@code escrow} on a job for one provider.
   *
   * @param mode a {@code u8}; only 0, buyer acceptance, is known to the STF
   * @param deadline L2 clock in seconds, below 2^61
   * @param window seconds after a result in which the buyer may refuse, a {@code u32}
   * @param refusalBps the provider's share of a refused job in basis points, a {@code u16}
   */
  record JobOpen(
      long account,
      long nonce,
      Hash32 provider,
      int token,
      Uint128 escrow,
      int mode,
      Hash32 specHash,
      long deadline,
      long window,
      int refusalBps,
      Uint128 maxFee)
      implements WalletPaid {
    public JobOpen {
      requireU32(account);
      requireToken(token);
      requireU8(mode);
      requireU32(window);
      requireU16(refusalBps);
      if (deadline < 0 || deadline >= VARINT_LIMIT) {
        throw new IllegalArgumentException("deadline " + Long.toUnsignedString(deadline));
      }
    }

    @Override
    public TransactionKind kind() {
      return TransactionKind.JOB_OPEN;
    }
  }

  /** Kind 11. The result of a job, by the account of its provider. */
  record JobResult(long account, long nonce, Hash32 job, Hash32 resultHash, Uint128 maxFee)
      implements WalletPaid {
    public JobResult {
      requireU32(account);
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
