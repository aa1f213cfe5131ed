package dev.sluice.l1.contract;

import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Exception;
import dev.sluice.l1.connection.L1Log;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.math.BigInteger;
import java.util.List;

/** {@code Bridge}: custody, deposits and claims ({@code docs/protocol.md} §10). */
public final class BridgeContract {
  /** First topic of {@code Deposited}. */
  public static final Hash32 DEPOSITED =
      AbiEncoding.eventTopic("Deposited(uint64,address,address,uint8,uint128)");

  /** First topic of {@code Claimed}. */
  public static final Hash32 CLAIMED =
      AbiEncoding.eventTopic("Claimed(uint32,address,uint8,uint128)");

  /** First topic of {@code CreditHeld}. */
  public static final Hash32 CREDIT_HELD =
      AbiEncoding.eventTopic("CreditHeld(address,uint8,uint128)");

  /** What {@code Deposited} tells. */
  public record Deposited(
      long inboxIndex, Address from, Address owner, int token, Uint128 amount) {}

  /** What {@code Claimed} tells. */
  public record Claimed(long index, Address recipient, int token, Uint128 amount) {}

  private final ContractView view;

  public BridgeContract(L1Client client, Address address) {
    this.view = new ContractView(client, address);
  }

  /** Where it stands. */
  public Address address() {
    return view.address();
  }

  /** Deposits ETH for {@code owner} on L2. */
  public L1Call depositEth(Address owner, BigInteger wei) {
    return L1Call.of(
            "deposit ETH", address(), AbiEncoding.call("depositEth", AbiEncoding.address(owner)))
        .withValueWei(wei);
  }

  /** Deposits an ERC-20 for {@code owner} on L2; the bridge must be allowed to take it. */
  public L1Call depositToken(int token, Uint128 amount, Address owner) {
    return L1Call.of(
        "deposit token " + token,
        address(),
        AbiEncoding.call(
            "depositToken",
            AbiEncoding.u8(token),
            AbiEncoding.u128(amount),
            AbiEncoding.address(owner)));
  }

  /**
   * Pays one withdrawal.
   *
   * @param header a final batch whose post root the proof leads to
   * @param siblings level 0 first, one per set bit of the claim's mask
   */
  public L1Call claim(BatchHeader header, WithdrawalClaim claim, List<Hash32> siblings) {
    return L1Call.of(
        "claim withdrawal " + claim.index(),
        address(),
        AbiEncoding.call(
            "claim",
            AbiEncoding.header(header),
            AbiEncoding.u32(claim.index()),
            AbiEncoding.address(claim.recipient()),
            AbiEncoding.u8(claim.token()),
            AbiEncoding.u128(claim.amount()),
            AbiEncoding.u40(claim.mask()),
            AbiEncoding.hashes(siblings)));
  }

  /**
   * Pays several withdrawals with one multiproof.
   *
   * @param claims strictly ascending by index, masks and siblings as {@code docs/protocol.md} §3
   *     has them
   */
  public L1Call claimBatch(
      BatchHeader header, List<WithdrawalClaim> claims, List<Hash32> siblings) {
    byte[] leaves = new byte[claims.size() * WithdrawalClaim.BYTES];
    for (int i = 0; i < claims.size(); i++) {
      claims.get(i).writeTo(leaves, i * WithdrawalClaim.BYTES);
    }
    return L1Call.of(
        "claim " + claims.size() + " withdrawals",
        address(),
        AbiEncoding.call(
            "claimBatch",
            AbiEncoding.header(header),
            AbiEncoding.bytes(leaves),
            AbiEncoding.hashes(siblings)));
  }

  /** Whether a withdrawal was paid or credited. */
  public boolean isClaimed(long index) throws L1Exception {
    return view.read(AbiWords::bool, "isClaimed", AbiEncoding.u32(index));
  }

  /** What a recipient may pull because a push failed, base units. */
  public BigInteger creditOf(int token, Address recipient) throws L1Exception {
    return view.read(
        AbiWords::number, "creditOf", AbiEncoding.u8(token), AbiEncoding.address(recipient));
  }

  /** Pulls the sender's credit. */
  public L1Call withdrawCredit(int token) {
    return L1Call.of(
        "withdraw credit", address(), AbiEncoding.call("withdrawCredit", AbiEncoding.u8(token)));
  }

  /** Deposited minus paid, base units. */
  public BigInteger custodyOf(int token) throws L1Exception {
    return view.read(AbiWords::number, "custodyOf", AbiEncoding.u8(token));
  }

  /** The ERC-20 behind a token index; zero for ETH and for indices that are not listed. */
  public Address tokenAddress(int token) throws L1Exception {
    return view.read(AbiWords::address, "tokenAddress", AbiEncoding.u8(token));
  }

  /**
   * Reads a {@code Deposited} log.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static Deposited deposited(L1Log log) {
    if (log.topics().size() != 4 || !log.topics().getFirst().equals(DEPOSITED)) {
      throw new IllegalArgumentException("not a Deposited log: " + log.topics());
    }
    AbiWords words = new AbiWords(log.bytes());
    return new Deposited(
        new AbiWords(log.topics().get(1).toBytes()).u64(),
        new AbiWords(log.topics().get(2).toBytes()).address(),
        new AbiWords(log.topics().get(3).toBytes()).address(),
        words.u8(),
        words.u128());
  }

  /**
   * Reads a {@code Claimed} log.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static Claimed claimed(L1Log log) {
    if (log.topics().size() != 3 || !log.topics().getFirst().equals(CLAIMED)) {
      throw new IllegalArgumentException("not a Claimed log: " + log.topics());
    }
    AbiWords words = new AbiWords(log.bytes());
    return new Claimed(
        new AbiWords(log.topics().get(1).toBytes()).u32(),
        new AbiWords(log.topics().get(2).toBytes()).address(),
        words.u8(),
        words.u128());
  }
}
