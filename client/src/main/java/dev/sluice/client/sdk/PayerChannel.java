package dev.sluice.client.sdk;

import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction.ChannelCloseFinalize;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.concurrent.CompletableFuture;

/**
 * The payer's side of a voucher channel. Each payment signs a higher cumulative promise; none costs
 * a fee. Safe for many threads.
 *
 * <p>A promise counts as made once it is signed, whatever the relay answers: the payee may hold it.
 */
public final class PayerChannel {
  private final Wallet payer;
  private final ChannelView opened;
  private Uint128 promised;

  private PayerChannel(Wallet payer, ChannelView opened, Uint128 promised) {
    this.payer = payer;
    this.opened = opened;
    this.promised = promised;
  }

  /**
   * Opens a channel whose vouchers the payer's own key signs, and waits for its confirmation.
   *
   * @throws NotIncludedException if the sequencer refuses it
   */
  public static PayerChannel open(
      Wallet payer, Address payee, int token, Uint128 deposit, long closeDelaySeconds) {
    Confirmed confirmed =
        payer.send(
            payer.drafts().channelOpen(payee, token, deposit, payer.address(), closeDelaySeconds));
    return resume(payer, payer.idOpenedBy(confirmed.transaction()), Uint128.ZERO);
  }

  /**
   * Continues with a channel that was opened before.
   *
   * @param promisedBefore what the payer's own records say was promised; the relay's word alone is
   *     not enough to add to it
   */
  public static PayerChannel resume(Wallet payer, Hash32 id, Uint128 promisedBefore) {
    ChannelView view =
        payer
            .client()
            .channel(id)
            .orElseThrow(
                () ->
                    new UnreachableException(
                        "there is no channel " + id, "check the id, or open a channel"));
    if (!view.id().equals(id)) {
      throw new DishonestSequencerException(
          "asked for channel " + id + ", answered with " + view.id());
    }
    return new PayerChannel(payer, view, promisedBefore);
  }

  /**
   * As it was when this object was made; constant are index, id, parties, token, deposit, delay and
   * voucher key.
   */
  public ChannelView opened() {
    return opened;
  }

  /** Everything promised so far, base units. */
  public synchronized Uint128 promised() {
    return promised;
  }

  /**
   * Promises {@code amount} more. It may be called again before the answer is there; vouchers leave
   * in the order of the calls.
   *
   * @throws IllegalArgumentException if the amount is 0 or would exceed the deposit; then nothing
   *     is signed
   */
  public synchronized CompletableFuture<RelayOutcome<SignedVoucher>> pay(
      VoucherStream stream, Uint128 amount) {
    return stream.send(sign(amount));
  }

  /**
   * Signs the promise of {@code amount} more without sending it; for a payee that is reached
   * another way.
   */
  public synchronized SignedVoucher sign(Uint128 amount) {
    Uint128 total =
        promised
            .tryPlus(amount)
            .filter(sum -> sum.compareTo(opened.deposit()) <= 0)
            .orElse(Uint128.ZERO);
    if (amount.isZero() || total.isZero()) {
      throw new IllegalArgumentException(
          amount + " more than the " + promised + " promised of a deposit of " + opened.deposit());
    }
    SignedVoucher voucher =
        SignedVoucher.sign(payer.client().chain(), payer.key(), opened.index(), opened.id(), total);
    promised = total;
    return voucher;
  }

  /** Starts closing; after the channel's delay anybody may {@link #finish} it. */
  public Confirmed close() {
    return payer.send(payer.drafts().channelClose(opened.id(), opened.token()));
  }

  /**
   * Returns the rest of a closing channel to its payer; anybody may, after the delay. Nobody signs
   * it.
   */
  public static Ack finish(SluiceClient client, Hash32 id) {
    return client.submitOne(SignedTransaction.unsigned(new ChannelCloseFinalize(id)));
  }
}
