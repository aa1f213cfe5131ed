package dev.sluice.client.sdk;

import dev.sluice.primitives.crypto.Bls12381;
import dev.sluice.primitives.crypto.BlsSecretKey;
import dev.sluice.primitives.crypto.BlsSignature;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.value.Hash32;

/**
 * A registered device.
 *
 * @param index of the provider
 * @param id of the provider
 */
public record Device(BlsSecretKey key, long index, Hash32 id) {
  /**
   * Registers a device for a wallet and waits for the confirmation.
   *
   * @throws NotIncludedException if the sequencer refuses it
   */
  public static Device register(Wallet owner, BlsSecretKey key, ProviderTerms terms) {
    Confirmed confirmed = owner.send(owner.drafts().providerRegister(owner.address(), key, terms));
    return resume(owner.client(), owner.idOpenedBy(confirmed.transaction()), key);
  }

  /** A device that was registered before. */
  public static Device resume(SluiceClient client, Hash32 id, BlsSecretKey key) {
    ProviderView view =
        client
            .provider(id)
            .orElseThrow(
                () ->
                    new UnreachableException(
                        "there is no provider " + id, "check the id, or register the device"));
    return new Device(key, view.index(), id);
  }

  /**
   * What it says in an epoch with this beacon; whoever has the beacon could sign ahead, at most one
   * seed period.
   */
  public BlsSignature heartbeat(Chain chain, long epoch, Hash32 beacon) {
    byte[] message = Ids.heartbeatMessage(chain.domain(), epoch, beacon).toBytes();
    return Bls12381.sign(key, message, Bls12381.Domain.MESSAGE);
  }
}
