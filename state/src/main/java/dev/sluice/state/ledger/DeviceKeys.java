package dev.sluice.state.ledger;

import dev.sluice.primitives.crypto.BlsPublicKey;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.merkle.DenseTree;
import dev.sluice.primitives.value.Hash32;
import java.util.ArrayList;
import java.util.List;

/**
 * The device keys by provider. They are no leaves: the key tree of a committee, whose root its leaf
 * holds, has their hashes.
 */
final class DeviceKeys {
  private final int committeeSizeLog2;
  private final List<BlsPublicKey> keys = new ArrayList<>();
  private final List<Hash32> hashes = new ArrayList<>();

  DeviceKeys(int committeeSizeLog2) {
    this.committeeSizeLog2 = committeeSizeLog2;
  }

  int count() {
    return keys.size();
  }

  BlsPublicKey get(int provider) {
    return keys.get(provider);
  }

  void add(BlsPublicKey key) {
    keys.add(key);
    hashes.add(Keccak256.hash32(key.toBytes()));
  }

  /** Drops the keys of the last providers. */
  void truncate(int count) {
    keys.subList(count, keys.size()).clear();
    hashes.subList(count, hashes.size()).clear();
  }

  /**
   * The key tree of a committee with the keys that there are; none for a committee to come. Hashed
   * anew at each call: at most 511 nodes, 170 µs in plain Java, against a millisecond for the proof
   * of possession.
   */
  DenseTree tree(int committee) {
    int first = Math.min(committee << committeeSizeLog2, hashes.size());
    int end = Math.min(committee + 1 << committeeSizeLog2, hashes.size());
    return DenseTree.of(hashes.subList(first, end), committeeSizeLog2);
  }
}
