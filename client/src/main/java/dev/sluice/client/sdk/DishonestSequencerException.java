package dev.sluice.client.sdk;

/**
 * A sequencer's statement does not prove what it says: a forged signature, a multiproof of
 * something else, a voucher that goes down. Whatever it was about must be treated as not confirmed.
 */
public final class DishonestSequencerException extends SluiceException {
  private static final long serialVersionUID = 1;

  DishonestSequencerException(String message) {
    super(
        message,
        "do not rely on this sequencer's confirmation: check the transaction against batches on L1, or use forced inclusion");
  }
}
