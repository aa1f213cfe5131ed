package dev.sluice.primitives.testing;

import dev.sluice.primitives.block.Attendance;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.Transaction.Expiry;
import dev.sluice.primitives.transaction.Transaction.Verdict;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Draws values of the protocol's types; the same seed gives the same values on every machine.
 * Numbers are drawn with a bias to the borders of their range. Not thread-safe.
 */
public final class SeededGenerator {
  private static final long DEFAULT_SEED = 0x51_1ce;

  private final SplittableRandom random;

  /** A generator of its own. */
  public SeededGenerator(long seed) {
    random = new SplittableRandom(seed);
  }

  /**
   * Runs {@code property} on {@code cases} generators; the first failure is thrown again with its
   * seed. With {@code -Dsluice.seed=N} the first case has seed N.
   */
  public static void forAll(int cases, Consumer<SeededGenerator> property) {
    long first = Long.getLong("sluice.seed", DEFAULT_SEED);
    for (long seed = first; seed < first + cases; seed++) {
      try {
        property.accept(new SeededGenerator(seed));
      } catch (RuntimeException | AssertionError failure) {
        throw new AssertionError("repeat with -Dsluice.seed=" + seed, failure);
      }
    }
  }

  /** Uniform in [0, bound). */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** Uniform in [from, to). */
  public int between(int from, int to) {
    return random.nextInt(from, to);
  }

  /** True or false. */
  public boolean coin() {
    return random.nextBoolean();
  }

  /** All 64 bits. */
  public long anyLong() {
    return random.nextLong();
  }

  /** Of {@code bits} bits (1 to 64), every length equally likely; often 0 or the maximum. */
  public long uint(int bits) {
    long max = bits == 64 ? -1L : (1L << bits) - 1;
    return switch (below(8)) {
      case 0 -> 0;
      case 1 -> max;
      default -> (random.nextLong() & max) >>> below(bits);
    };
  }

  /** One of the given. */
  @SafeVarargs
  public final <T> T oneOf(T... values) {
    return values[below(values.length)];
  }

  /** So many random bytes. */
  public byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  /** 32 random bytes. */
  public Hash32 hash32() {
    return Hash32.of(bytes(32));
  }

  /** 20 random bytes. */
  public Address address() {
    return Address.of(bytes(20));
  }

  /** 64 random bytes. */
  public WalletSignature signature() {
    return WalletSignature.of(bytes(64));
  }

  /** An amount of any size: small, round in decimal, or close to a border. */
  public Uint128 amount() {
    return switch (below(6)) {
      case 0 -> Uint128.ZERO;
      case 1 -> Uint128.MAX;
      case 2 -> new Uint128(uint(64), anyLong());
      case 3 -> new Uint128(0, uint(64));
      default -> {
        Uint128 round = new Uint128(0, uint(48));
        for (int i = below(20); i > 0; i--) {
          round = round.tryTimes(10).orElse(round);
        }
        yield round;
      }
    };
  }

  /** A kind that STF version 2 knows. */
  public TransactionKind kind() {
    return oneOf(TransactionKind.values());
  }

  /**
   * A submittable transaction of any form, well-formed, with a random signature if it is signed.
   */
  public SignedTransaction signedTransaction() {
    Transaction transaction = transaction();
    return transaction instanceof Transaction.Unsigned unsigned
        ? SignedTransaction.unsigned(unsigned)
        : new SignedTransaction(transaction, signature());
  }

  /** A well-formed transaction of any submittable form. */
  public Transaction transaction() {
    return switch (below(15)) {
      case 0 ->
          new Transaction.Transfer(uint(32), uint(64), address(), below(4), amount(), amount());
      case 1 ->
          new Transaction.Withdraw(uint(32), uint(64), address(), below(4), amount(), amount());
      case 2 -> {
        int meter = meter();
        yield new Transaction.ChannelOpen(
            uint(32),
            uint(64),
            address(),
            below(4),
            amount(),
            meter,
            meter == 0 ? Hash32.ZERO : meter == 1 ? paddedAddress() : hash32(),
            meter == 1 ? Uint128.ZERO : amount(),
            uint(32),
            amount());
      }
      case 3 -> new Transaction.VoucherClaim(hash32(), amount());
      case 4 -> new Transaction.ChannelCloseStart(uint(32), uint(64), hash32(), amount());
      case 5 -> new Transaction.ChannelCloseFinalize(hash32());
      case 6 ->
          new Transaction.ProviderRegister(
              uint(32),
              uint(64),
              address(),
              (int) uint(16),
              uint(64),
              uint(64),
              below(4),
              amount(),
              Bytes.wrap(bytes(96)),
              Bytes.wrap(bytes(192)),
              amount());
      case 7 -> {
        int mode = mode();
        yield new Transaction.JobOpen(
            uint(32),
            uint(64),
            several(mode, this::hash32),
            mode == 2 ? (int) uint(8) : 0,
            below(4),
            amount(),
            mode,
            hash32(),
            mode == 1 ? hash32() : Hash32.ZERO,
            uint(61),
            uint(32),
            (int) uint(16),
            amount());
      }
      case 8 ->
          new Transaction.JobResult(
              uint(32), uint(64), hash32(), (int) uint(8), hash32(), amount());
      case 9 ->
          new Transaction.JobVerdict(
              uint(32), uint(64), hash32(), oneOf(Verdict.values()), (int) uint(16));
      case 10 -> new Transaction.TimeClaim(hash32());
      case 11 -> new Transaction.TickClaim(hash32(), uint(61), tickSteps(), hash32());
      case 12 ->
          new Transaction.ProviderUpdate(
              uint(32), uint(64), hash32(), address(), uint(64), amount(), hash32(), coin(),
              amount());
      case 13 ->
          new Transaction.JobReveal(
              uint(32), uint(64), hash32(), (int) uint(8), hash32(), hash32(), amount());
      default -> new Transaction.JobExpiry(hash32(), oneOf(Expiry.values()));
    };
  }

  /** A well-formed posted transaction of any form. */
  public PostedTransaction postedTransaction(int committeeSizeLog2) {
    return switch (below(17)) {
      case 0 -> {
        List<Long> hints = new ArrayList<>();
        for (int i = between(1, 65); i > 0; i--) {
          hints.add(uint(32));
        }
        yield new PostedTransaction.L1MessageRun(hints);
      }
      case 1 ->
          new PostedTransaction.Transfer(
              uint(32), recipient(), below(4), amount(), maxFee(), signature());
      case 2 ->
          new PostedTransaction.Withdraw(
              uint(32), coin() ? address() : null, below(4), amount(), maxFee(), signature());
      case 3 -> {
        int meter = meter();
        yield new PostedTransaction.ChannelOpen(
            uint(32),
            recipient(),
            below(4),
            amount(),
            meter,
            meter == 0 ? Hash32.ZERO : meter == 1 && coin() ? null : hash32(),
            meter == 1 ? Uint128.ZERO : amount(),
            uint(32),
            maxFee(),
            signature());
      }
      case 4 -> new PostedTransaction.VoucherClaim(uint(32), amount(), signature());
      case 5 -> new PostedTransaction.ChannelCloseStart(uint(32), coin(), maxFee(), signature());
      case 6 -> new PostedTransaction.ChannelCloseFinalize(uint(32));
      case 7 ->
          new PostedTransaction.ProviderRegister(
              uint(32),
              recipient(),
              (int) uint(16),
              uint(64),
              uint(64),
              below(4),
              amount(),
              Bytes.wrap(bytes(96)),
              Bytes.wrap(bytes(192)),
              maxFee(),
              signature());
      case 8 -> heartbeatRecord(committeeSizeLog2);
      case 9 -> {
        int mode = mode();
        yield new PostedTransaction.JobOpen(
            uint(32),
            several(mode, () -> uint(32)),
            mode == 2 ? (int) uint(8) : 0,
            below(4),
            amount(),
            mode,
            hash32(),
            mode == 1 ? hash32() : Hash32.ZERO,
            uint(61),
            uint(32),
            (int) uint(16),
            maxFee(),
            signature());
      }
      case 10 ->
          new PostedTransaction.JobResult(uint(32), (int) uint(8), hash32(), maxFee(), signature());
      case 11 ->
          new PostedTransaction.JobVerdict(
              uint(32), oneOf(Verdict.values()), (int) uint(16), signature());
      case 12 -> new PostedTransaction.TimeClaim(uint(32));
      case 13 -> new PostedTransaction.TickClaim(uint(32), uint(61), tickSteps(), hash32());
      case 14 ->
          new PostedTransaction.ProviderUpdate(
              uint(32), recipient(), uint(64), amount(), hash32(), coin(), maxFee(), signature());
      case 15 ->
          new PostedTransaction.JobReveal(
              uint(32), (int) uint(8), hash32(), hash32(), maxFee(), signature());
      default -> new PostedTransaction.JobExpiry(uint(32), oneOf(Expiry.values()));
    };
  }

  /** A well-formed heartbeat record of 1 to 4 committees. */
  public PostedTransaction.HeartbeatRecord heartbeatRecord(int committeeSizeLog2) {
    int committeeSize = 1 << committeeSizeLog2;
    TreeSet<Long> committees = new TreeSet<>();
    for (int i = between(1, 5); i > 0; i--) {
      committees.add(uint(32));
    }
    List<Attendance> attendances = new ArrayList<>();
    for (long committee : committees) {
      if (coin()) {
        attendances.add(
            new Attendance.PresentBits(committee, Bytes.wrap(bytes(committeeSize / 8))));
      } else {
        TreeSet<Integer> absent = new TreeSet<>();
        for (int i = below(6); i > 0; i--) {
          absent.add(below(committeeSize));
        }
        attendances.add(new Attendance.AbsentSlots(committee, List.copyOf(absent)));
      }
    }
    return new PostedTransaction.HeartbeatRecord(uint(32), attendances, Bytes.wrap(bytes(192)));
  }

  /** A well-formed block of 1 to 8 transactions. */
  public Block block(int committeeSizeLog2) {
    List<EncodedTransaction> transactions = new ArrayList<>();
    for (int i = between(1, 9); i > 0; i--) {
      transactions.add(
          EncodedTransaction.of(postedTransaction(committeeSizeLog2), committeeSizeLog2));
    }
    return new Block(uint(32), transactions);
  }

  /** Each known meter often, and one that the STF does not know. */
  private int meter() {
    return oneOf(0, 1, 1, 2, 3 + below(125));
  }

  /** Each known mode often, and one that the STF does not know. */
  private int mode() {
    return oneOf(0, 1, 2, 2, 3 + below(253));
  }

  /** One, in k-of-n mode up to five. */
  private <T> List<T> several(int mode, Supplier<T> draw) {
    return Stream.generate(draw).limit(mode == 2 ? between(1, 6) : 1).toList();
  }

  private int tickSteps() {
    return Math.clamp(uint(12) + below(2), 1, Transaction.TICK_STEPS_MAX);
  }

  private Recipient recipient() {
    return coin() ? new Recipient.Existing(uint(32)) : new Recipient.Opened(address());
  }

  private @Nullable Uint128 maxFee() {
    return coin() ? amount() : null;
  }

  private Hash32 paddedAddress() {
    byte[] word = new byte[32];
    address().writeTo(word, 12);
    return Hash32.of(word);
  }
}
