package dev.sluice.state.transition;

import dev.sluice.primitives.crypto.Bls12381;
import dev.sluice.primitives.crypto.BlsPublicKey;
import dev.sluice.primitives.crypto.BlsSignature;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;

/**
 * Whether a device key is admissible and its holder agreed to belong to an owner ({@code
 * docs/protocol.md} §6.2, kind 6).
 */
public sealed interface DeviceKeyProof {
  /** The key is a point of the subgroup, and possession is proved for the owner. */
  record Valid(BlsPublicKey key) implements DeviceKeyProof {}

  /** The key is no admissible point. */
  record BadKey() implements DeviceKeyProof {}

  /** The possession signature is not valid for owner and key. */
  record BadPossession() implements DeviceKeyProof {}

  /** Two pairings, about a millisecond. */
  static DeviceKeyProof check(Hash32 domain, Address owner, byte[] deviceKey, byte[] possession) {
    BlsPublicKey key = BlsPublicKey.decode(deviceKey).orElse(null);
    if (key == null) {
      return new BadKey();
    }
    byte[] message = Ids.possessionMessage(domain, owner, deviceKey).toBytes();
    return BlsSignature.decode(possession)
            .filter(proof -> Bls12381.verify(key, message, proof, Bls12381.Domain.POSSESSION))
            .isPresent()
        ? new Valid(key)
        : new BadPossession();
  }
}
