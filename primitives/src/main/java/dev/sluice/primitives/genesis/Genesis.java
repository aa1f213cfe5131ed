package dev.sluice.primitives.genesis;

import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.transaction.Transaction.Expiry;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The parameters of a chain ({@code docs/protocol.md} §2). Times are seconds.
 *
 * @param chainName 1 to 32 ASCII characters
 * @param stfVersion {@code u16}; 3
 * @param tokens four addresses; the first is zero (ETH), a zero after it is a token that is not
 *     listed
 * @param feeUnits four amounts below 2^96: the fee unit in each token's base unit
 * @param genesisTime L1 seconds, {@code u64}
 * @param epochSeconds {@code u32}, at least 1
 * @param epochsPerMonth {@code u32}, 1 to 8,640
 * @param epochsPerSeed {@code u32}, at least 1
 * @param graceSeconds {@code u32}, at most {@code epochSeconds}
 * @param committeeSizeLog2 3 to 9
 * @param protectiveDelay {@code u32}
 * @param challengeWindow {@code u32}
 * @param forcedDeadline {@code u32}
 * @param clockLag {@code u32}
 * @param freezeDelay {@code u32}
 * @param bond wei
 * @param operator owner of the bond
 * @param feeRecipient owner of account 0
 */
public record Genesis(
    String chainName,
    int stfVersion,
    List<Address> tokens,
    List<Uint128> feeUnits,
    long genesisTime,
    long epochSeconds,
    long epochsPerMonth,
    long epochsPerSeed,
    long graceSeconds,
    int committeeSizeLog2,
    long protectiveDelay,
    long challengeWindow,
    long forcedDeadline,
    long clockLag,
    long freezeDelay,
    Uint128 bond,
    Address operator,
    Address feeRecipient) {
  /** The only version of the state-transition function there is. */
  public static final int STF_VERSION = 3;

  private static final int TOKENS = 4;
  private static final Uint128 FEE_UNIT_LIMIT = new Uint128(1L << 32, 0);

  public Genesis {
    tokens = List.copyOf(tokens);
    feeUnits = List.copyOf(feeUnits);
    require(!chainName.isEmpty() && chainName.length() <= 32, "chainName has 1 to 32 characters");
    require(chainName.chars().allMatch(c -> c > 0 && c < 128), "chainName is ASCII");
    require(stfVersion >= 0 && stfVersion <= 0xffff, "stfVersion is a u16");
    require(
        tokens.size() == TOKENS && tokens.getFirst().isZero(), "four tokens, the first is zero");
    require(
        feeUnits.size() == TOKENS && feeUnits.stream().allMatch(u -> u.isLessThan(FEE_UNIT_LIMIT)),
        "four fee units below 2^96");
    require(genesisTime >= 0, "genesisTime is below 2^63");
    require(isU32(epochSeconds) && epochSeconds > 0, "epochSeconds is 1 to 2^32 - 1");
    require(epochsPerMonth > 0 && epochsPerMonth <= 8_640, "epochsPerMonth is 1 to 8,640");
    require(isU32(epochsPerSeed) && epochsPerSeed > 0, "epochsPerSeed is 1 to 2^32 - 1");
    require(graceSeconds >= 0 && graceSeconds <= epochSeconds, "graceSeconds <= epochSeconds");
    require(committeeSizeLog2 >= 3 && committeeSizeLog2 <= 9, "committeeSizeLog2 is 3 to 9");
    require(isU32(protectiveDelay), "protectiveDelay is a u32");
    require(isU32(challengeWindow), "challengeWindow is a u32");
    require(isU32(forcedDeadline), "forcedDeadline is a u32");
    require(isU32(clockLag), "clockLag is a u32");
    require(isU32(freezeDelay), "freezeDelay is a u32");
  }

  /** {@code abi.encode(Genesis)}: one word per field, arrays in place; 24 words. */
  public byte[] encode() {
    ByteWriter out = new ByteWriter(24 * 32);
    byte[] name = chainName.getBytes(StandardCharsets.US_ASCII);
    out.bytes(name).zeros(32 - name.length).word(stfVersion);
    tokens.forEach(out::word);
    feeUnits.forEach(out::word);
    return out.word(genesisTime)
        .word(epochSeconds)
        .word(epochsPerMonth)
        .word(epochsPerSeed)
        .word(graceSeconds)
        .word(committeeSizeLog2)
        .word(protectiveDelay)
        .word(challengeWindow)
        .word(forcedDeadline)
        .word(clockLag)
        .word(freezeDelay)
        .word(bond)
        .word(operator)
        .word(feeRecipient)
        .toBytes();
  }

  /** {@code genesisHash}. */
  public Hash32 hash() {
    return Keccak256.hash32(encode());
  }

  /** Whether a token (0 to 3) can be moved: ETH always, another if genesis names its address. */
  public boolean isListed(int token) {
    return token == 0 || !tokens.get(token).isZero();
  }

  /**
   * The flat price of a kind in the base unit of the token; a job's time-out is {@link
   * #price(Expiry, int)}.
   */
  public Uint128 price(TransactionKind kind, int token) {
    // Below 2^96 times at most 8: never overflows.
    return feeUnits.get(token).tryTimes(kind.feeMultiplier()).orElseThrow();
  }

  /** The price of settling a job whose time has run out: nothing after a time-out. */
  public Uint128 price(Expiry expiry, int token) {
    return expiry == Expiry.TIME_OUT ? Uint128.ZERO : price(TransactionKind.JOB_SETTLE, token);
  }

  /** C: slots of a committee. */
  public int committeeSize() {
    return 1 << committeeSizeLog2;
  }

  /** The epoch of an L2 clock at or after genesis. */
  public long epoch(long clock) {
    return (clock - genesisTime) / epochSeconds;
  }

  /** The L2 clock at which an epoch ends. */
  public long epochEnd(long epoch) {
    return genesisTime + (epoch + 1) * epochSeconds;
  }

  /** The month of an epoch. */
  public long month(long epoch) {
    return epoch / epochsPerMonth;
  }

  /** The seed period of an epoch; its beacons come from the seed of the period before. */
  public long seedPeriod(long epoch) {
    return epoch / epochsPerSeed;
  }

  private static boolean isU32(long value) {
    return value >= 0 && value < 1L << 32;
  }

  private static void require(boolean condition, String rule) {
    if (!condition) {
      throw new IllegalArgumentException(rule);
    }
  }
}
