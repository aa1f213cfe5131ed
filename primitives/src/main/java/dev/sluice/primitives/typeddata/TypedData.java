package dev.sluice.primitives.typeddata;

import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.transaction.Transaction.ChannelCloseStart;
import dev.sluice.primitives.transaction.Transaction.ChannelOpen;
import dev.sluice.primitives.transaction.Transaction.JobOpen;
import dev.sluice.primitives.transaction.Transaction.JobResult;
import dev.sluice.primitives.transaction.Transaction.JobReveal;
import dev.sluice.primitives.transaction.Transaction.JobVerdict;
import dev.sluice.primitives.transaction.Transaction.ProviderRegister;
import dev.sluice.primitives.transaction.Transaction.ProviderUpdate;
import dev.sluice.primitives.transaction.Transaction.Transfer;
import dev.sluice.primitives.transaction.Transaction.VoucherClaim;
import dev.sluice.primitives.transaction.Transaction.WalletSigned;
import dev.sluice.primitives.transaction.Transaction.Withdraw;
import dev.sluice.primitives.typeddata.SignedStatement.BlockConfirmation;
import dev.sluice.primitives.typeddata.SignedStatement.HeartbeatPart;
import dev.sluice.primitives.typeddata.SignedStatement.HeartbeatReceipt;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Digests of EIP-712 typed data under one domain. Immutable and thread-safe.
 *
 * <p>{@code digest(S) = H(0x1901 | D | hashStruct(S))}; {@code D} is the separator of {@code
 * EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)} with name
 * {@code Sluice} and version {@code 1}.
 */
public final class TypedData {
  /** The domain's name. */
  public static final String NAME = "Sluice";

  /** The domain's version. */
  public static final String VERSION = "1";

  /** The domain's own type. */
  public static final String DOMAIN_TYPE =
      "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

  private static final Hash32 TRANSFER =
      type(
          "Transfer(uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee)");
  private static final Hash32 WITHDRAW =
      type(
          "Withdraw(uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee)");
  private static final Hash32 CHANNEL_OPEN =
      type(
          "ChannelOpen(uint32 account,uint64 nonce,address payee,uint8 token,uint128 deposit,"
              + "uint8 meter,bytes32 meterKey,uint128 meterRate,uint32 closeDelay,uint128 maxFee)");
  private static final Hash32 VOUCHER = type("Voucher(bytes32 channel,uint128 amount)");
  private static final Hash32 CHANNEL_CLOSE =
      type("ChannelClose(uint32 account,uint64 nonce,bytes32 channel,uint128 maxFee)");
  private static final Hash32 PROVIDER_REGISTER =
      type(
          "ProviderRegister(uint32 account,uint64 nonce,address payout,uint16 class,"
              + "uint64 capabilities,uint64 cell,uint8 token,uint128 price,bytes32 deviceKeyHash,"
              + "uint128 maxFee)");
  private static final Hash32 PROVIDER_UPDATE =
      type(
          "ProviderUpdate(uint32 account,uint64 nonce,bytes32 provider,address payout,uint64 cell,"
              + "uint128 price,bytes32 endpointHash,uint8 retire,uint128 maxFee)");
  private static final Hash32 JOB_OPEN =
      type(
          "JobOpen(uint32 account,uint64 nonce,bytes32[] providers,uint8 quorum,uint8 token,"
              + "uint128 escrow,uint8 mode,bytes32 specHash,bytes32 expected,uint64 deadline,"
              + "uint32 window,uint16 refusalBps,uint128 maxFee)");
  private static final Hash32 JOB_RESULT =
      type(
          "JobResult(uint32 account,uint64 nonce,bytes32 job,uint8 member,bytes32 resultHash,"
              + "uint128 maxFee)");
  private static final Hash32 JOB_REVEAL =
      type(
          "JobReveal(uint32 account,uint64 nonce,bytes32 job,uint8 member,bytes32 resultHash,"
              + "bytes32 salt,uint128 maxFee)");
  private static final Hash32 JOB_SETTLE =
      type("JobSettle(uint32 account,uint64 nonce,bytes32 job,uint8 verdict,uint16 reason)");
  private static final Hash32 BLOCK_CONFIRMATION =
      type("BlockConfirmation(uint64 number,bytes32 blockAccumulator,uint64 postBy)");
  private static final Hash32 HEARTBEAT_RECEIPT =
      type("HeartbeatReceipt(bytes32 provider,uint32 epoch,uint64 receivedAt)");
  private static final Hash32 HEARTBEAT_PART =
      type(
          "HeartbeatPart(uint32 account,uint32 epoch,uint32 committee,bytes32 bitfieldHash,"
              + "bytes32 signatureHash)");

  private final Hash32 domainSeparator;

  /** Digests under a known domain separator D. */
  public TypedData(Hash32 domainSeparator) {
    this.domainSeparator = domainSeparator;
  }

  /**
   * Digests under the domain of one deployment: the L1 chain id, not negative, and the {@code
   * Rollup} contract.
   */
  public TypedData(long chainId, Address rollup) {
    this(
        new ByteWriter(160)
            .hash32(type(DOMAIN_TYPE))
            .hash32(type(NAME))
            .hash32(type(VERSION))
            .word(chainId)
            .word(rollup)
            .keccak256());
  }

  /** D. */
  public Hash32 domainSeparator() {
    return domainSeparator;
  }

  /** The 32 bytes that the wallet of the account's owner signs. */
  public Hash32 digest(WalletSigned transaction) {
    return digest(hashStruct(transaction));
  }

  /** The 32 bytes that a channel's voucher key signs. */
  public Hash32 digest(VoucherClaim voucher) {
    return digest(
        new ByteWriter(96)
            .hash32(VOUCHER)
            .hash32(voucher.channel())
            .word(voucher.amount())
            .keccak256());
  }

  /** The 32 bytes that the sequencer or a gateway signs. */
  public Hash32 digest(SignedStatement statement) {
    return digest(
        switch (statement) {
          case BlockConfirmation s ->
              new ByteWriter(128)
                  .hash32(BLOCK_CONFIRMATION)
                  .word(s.number())
                  .hash32(s.blockAccumulator())
                  .word(s.postBy())
                  .keccak256();
          case HeartbeatReceipt s ->
              new ByteWriter(128)
                  .hash32(HEARTBEAT_RECEIPT)
                  .hash32(s.provider())
                  .word(s.epoch())
                  .word(s.receivedAt())
                  .keccak256();
          case HeartbeatPart s ->
              new ByteWriter(192)
                  .hash32(HEARTBEAT_PART)
                  .word(s.account())
                  .word(s.epoch())
                  .word(s.committee())
                  .hash32(s.bitfieldHash())
                  .hash32(s.signatureHash())
                  .keccak256();
        });
  }

  private Hash32 digest(Hash32 struct) {
    return new ByteWriter(66).u8(0x19).u8(0x01).hash32(domainSeparator).hash32(struct).keccak256();
  }

  private static Hash32 hashStruct(WalletSigned transaction) {
    ByteWriter out = new ByteWriter(448);
    switch (transaction) {
      case Transfer t ->
          out.hash32(TRANSFER)
              .word(t.account())
              .word(t.nonce())
              .word(t.to())
              .word(t.token())
              .word(t.amount())
              .word(t.maxFee());
      case Withdraw t ->
          out.hash32(WITHDRAW)
              .word(t.account())
              .word(t.nonce())
              .word(t.to())
              .word(t.token())
              .word(t.amount())
              .word(t.maxFee());
      case ChannelOpen t ->
          out.hash32(CHANNEL_OPEN)
              .word(t.account())
              .word(t.nonce())
              .word(t.payee())
              .word(t.token())
              .word(t.deposit())
              .word(t.meter())
              .hash32(t.meterKey())
              .word(t.meterRate())
              .word(t.closeDelay())
              .word(t.maxFee());
      case ChannelCloseStart t ->
          out.hash32(CHANNEL_CLOSE)
              .word(t.account())
              .word(t.nonce())
              .hash32(t.channel())
              .word(t.maxFee());
      case ProviderRegister t ->
          out.hash32(PROVIDER_REGISTER)
              .word(t.account())
              .word(t.nonce())
              .word(t.payout())
              .word(t.deviceClass())
              .word(t.capabilities())
              .word(t.cell())
              .word(t.token())
              .word(t.price())
              .hash32(Keccak256.hash32(t.deviceKey().toArrayUnsafe()))
              .word(t.maxFee());
      case ProviderUpdate t ->
          out.hash32(PROVIDER_UPDATE)
              .word(t.account())
              .word(t.nonce())
              .hash32(t.provider())
              .word(t.payout())
              .word(t.cell())
              .word(t.price())
              .hash32(t.endpointHash())
              .word(t.retire() ? 1 : 0)
              .word(t.maxFee());
      case JobOpen t ->
          out.hash32(JOB_OPEN)
              .word(t.account())
              .word(t.nonce())
              .hash32(concatenated(t.providers()))
              .word(t.quorum())
              .word(t.token())
              .word(t.escrow())
              .word(t.mode())
              .hash32(t.specHash())
              .hash32(t.expected())
              .word(t.deadline())
              .word(t.window())
              .word(t.refusalBps())
              .word(t.maxFee());
      case JobResult t ->
          out.hash32(JOB_RESULT)
              .word(t.account())
              .word(t.nonce())
              .hash32(t.job())
              .word(t.member())
              .hash32(t.resultHash())
              .word(t.maxFee());
      case JobReveal t ->
          out.hash32(JOB_REVEAL)
              .word(t.account())
              .word(t.nonce())
              .hash32(t.job())
              .word(t.member())
              .hash32(t.resultHash())
              .hash32(t.salt())
              .word(t.maxFee());
      case JobVerdict t ->
          out.hash32(JOB_SETTLE)
              .word(t.account())
              .word(t.nonce())
              .hash32(t.job())
              .word(t.verdict().number())
              .word(t.reason());
    }
    return out.keccak256();
  }

  /** How EIP-712 encodes a {@code bytes32[]}: the hash of its words. */
  private static Hash32 concatenated(List<Hash32> words) {
    ByteWriter out = new ByteWriter(words.size() * Hash32.BYTES);
    words.forEach(out::hash32);
    return out.keccak256();
  }

  private static Hash32 type(String text) {
    return Keccak256.hash32(text.getBytes(StandardCharsets.US_ASCII));
  }
}
