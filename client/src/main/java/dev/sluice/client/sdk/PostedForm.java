package dev.sluice.client.sdk;

import dev.sluice.primitives.block.PostedCodec;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import org.jspecify.annotations.Nullable;

/**
 * Whether the posted form in a block says what a wallet signed. Indices that stand for signed
 * addresses and ids cannot be judged without the state; everything else can, and a posted form that
 * differs in them fails its signature check wherever it is executed.
 */
final class PostedForm {
  private final Chain chain;

  PostedForm(Chain chain) {
    this.chain = chain;
  }

  boolean says(byte[] posted, SignedTransaction signed) {
    return PostedCodec.decode(posted, chain.genesis().committeeSizeLog2())
        .toOptional()
        .filter(decoded -> says(decoded, signed))
        .isPresent();
  }

  private boolean says(PostedTransaction posted, SignedTransaction signed) {
    WalletSignature signature = signed.signature();
    return switch (signed.transaction()) {
      case Transaction.Transfer t ->
          posted instanceof PostedTransaction.Transfer p
              && p.account() == t.account()
              && isRecipient(p.to(), t.to())
              && p.token() == t.token()
              && p.amount().equals(t.amount())
              && isFee(p.maxFee(), t, t.token())
              && p.signature().equals(signature);
      case Transaction.Withdraw t ->
          posted instanceof PostedTransaction.Withdraw p
              && p.account() == t.account()
              && (p.to() == null || t.to().equals(p.to()))
              && p.token() == t.token()
              && p.amount().equals(t.amount())
              && isFee(p.maxFee(), t, t.token())
              && p.signature().equals(signature);
      case Transaction.ChannelOpen t ->
          posted instanceof PostedTransaction.ChannelOpen p
              && p.account() == t.account()
              && isRecipient(p.payee(), t.payee())
              && p.token() == t.token()
              && p.deposit().equals(t.deposit())
              && p.meter() == t.meter()
              && isMeterKey(p.meterKey(), t.meterKey())
              && p.meterRate().equals(t.meterRate())
              && p.closeDelay() == t.closeDelay()
              && isFee(p.maxFee(), t, t.token())
              && p.signature().equals(signature);
      case Transaction.TimeClaim _ -> posted instanceof PostedTransaction.TimeClaim;
      case Transaction.TickClaim t ->
          posted instanceof PostedTransaction.TickClaim p
              && p.position() == t.position()
              && p.steps() == t.steps()
              && p.tick().equals(t.tick());
      case Transaction.VoucherClaim t ->
          posted instanceof PostedTransaction.VoucherClaim p
              && p.amount().equals(t.amount())
              && p.signature().equals(signature);
      case Transaction.ChannelCloseStart _ ->
          posted instanceof PostedTransaction.ChannelCloseStart p
              && p.signature().equals(signature);
      case Transaction.ChannelCloseFinalize _ ->
          posted instanceof PostedTransaction.ChannelCloseFinalize;
      case Transaction.ProviderRegister t ->
          posted instanceof PostedTransaction.ProviderRegister p
              && p.account() == t.account()
              && isRecipient(p.payout(), t.payout())
              && p.deviceClass() == t.deviceClass()
              && p.capabilities() == t.capabilities()
              && p.cell() == t.cell()
              && p.token() == t.token()
              && p.price().equals(t.price())
              && p.deviceKey().equals(t.deviceKey())
              && p.possession().equals(t.possession())
              && isFee(p.maxFee(), t, t.token())
              && p.signature().equals(signature);
      case Transaction.ProviderUpdate t ->
          posted instanceof PostedTransaction.ProviderUpdate p
              && isRecipient(p.payout(), t.payout())
              && p.cell() == t.cell()
              && p.price().equals(t.price())
              && p.endpointHash().equals(t.endpointHash())
              && p.retire() == t.retire()
              && p.signature().equals(signature);
      case Transaction.JobOpen t ->
          posted instanceof PostedTransaction.JobOpen p
              && p.account() == t.account()
              && p.providers().size() == t.providers().size()
              && p.quorum() == t.quorum()
              && p.token() == t.token()
              && p.escrow().equals(t.escrow())
              && p.mode() == t.mode()
              && p.specHash().equals(t.specHash())
              && p.expected().equals(t.expected())
              && p.deadline() == t.deadline()
              && p.window() == t.window()
              && p.refusalBps() == t.refusalBps()
              && isFee(p.maxFee(), t, t.token())
              && p.signature().equals(signature);
      case Transaction.JobResult t ->
          posted instanceof PostedTransaction.JobResult p
              && p.member() == t.member()
              && p.resultHash().equals(t.resultHash())
              && p.signature().equals(signature);
      case Transaction.JobReveal t ->
          posted instanceof PostedTransaction.JobReveal p
              && p.member() == t.member()
              && p.resultHash().equals(t.resultHash())
              && p.salt().equals(t.salt())
              && p.signature().equals(signature);
      case Transaction.JobVerdict t ->
          posted instanceof PostedTransaction.JobVerdict p
              && p.verdict() == t.verdict()
              && p.reason() == t.reason()
              && p.signature().equals(signature);
      case Transaction.JobExpiry t ->
          posted instanceof PostedTransaction.JobExpiry p && p.expiry() == t.expiry();
    };
  }

  private static boolean isRecipient(Recipient posted, Address signed) {
    return switch (posted) {
      case Recipient.Existing _ -> true;
      case Recipient.Opened opened -> opened.owner().equals(signed);
    };
  }

  private boolean isFee(@Nullable Uint128 posted, Transaction.WalletPaid signed, int token) {
    return PostedTransaction.signedMaxFee(posted, chain.price(signed.kind(), token))
        .equals(signed.maxFee());
  }

  private static boolean isMeterKey(@Nullable Hash32 posted, Hash32 signed) {
    return posted == null || posted.equals(signed);
  }
}
