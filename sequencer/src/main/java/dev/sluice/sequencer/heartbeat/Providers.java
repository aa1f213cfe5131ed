package dev.sluice.sequencer.heartbeat;

import dev.sluice.primitives.crypto.BlsPublicKey;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.util.Optional;

/**
 * The port to devices, committees, seeds and accounts of the state, as of the unsafe head known
 * when it is asked. Thread-safe.
 */
public interface Providers {
  /** The device registered under this provider index (a {@code u32}), or empty. */
  Optional<Member> member(long provider);

  /** How many slots of the committee are occupied; 0 if it does not exist. */
  int count(long committee);

  /** Whether a record of this epoch or a later one counts the committee. */
  boolean isRecorded(long committee, long epoch);

  /** The seed that is valid in an epoch, or empty if none arrived. */
  Optional<Hash32> seed(long epoch);

  /** The owner of an account, or empty. */
  Optional<Address> owner(long account);

  /**
   * A device.
   *
   * @param id provider id
   * @param key its BLS key
   */
  record Member(Hash32 id, BlsPublicKey key) {}
}
