package dev.sluice.state.ledger;

import dev.sluice.primitives.crypto.BlsPublicKey;
import dev.sluice.primitives.merkle.DenseTree;
import dev.sluice.primitives.merkle.MultiProof;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The proofs of device keys that the witness of a chunk needs ({@code docs/protocol.md} §10,
 * proofs), collected while a recording runs; else nothing is done.
 */
public final class KeyProofs {
  private final DeviceKeys keys;
  private final int committeeSizeLog2;
  private @Nullable List<Bytes> recording;

  KeyProofs(DeviceKeys keys, int committeeSizeLog2) {
    this.keys = keys;
    this.committeeSizeLog2 = committeeSizeLog2;
  }

  /** A transaction of kind 6 or 9 runs: its proof is empty if it needs none. */
  public void begin() {
    if (recording != null) {
      recording.add(Bytes.EMPTY);
    }
  }

  /**
   * The transaction that began seats a provider: the siblings of its slot from the leaf up. To be
   * called before its key is there.
   */
  public void seat(int provider) {
    if (recording == null) {
      return;
    }
    DenseTree tree = keys.tree(provider >>> committeeSizeLog2);
    int slot = provider & (1 << committeeSizeLog2) - 1;
    for (int level = 0; level < committeeSizeLog2; level++) {
      add(Bytes.wrap(tree.node(level, slot >>> level ^ 1).toBytes()));
    }
  }

  /**
   * The transaction that began reads the keys of these members, ascending by slot, perhaps none:
   * the keys and the siblings of their multiproof.
   */
  public void members(int committee, List<Integer> slots) {
    if (recording == null || slots.isEmpty()) {
      return;
    }
    List<Long> indices = new ArrayList<>();
    for (int slot : slots) {
      BlsPublicKey key = keys.get((committee << committeeSizeLog2) + slot);
      add(Bytes.wrap(key.toBytes()));
      indices.add((long) slot);
    }
    MultiProof.build(keys.tree(committee), committeeSizeLog2, indices)
        .siblings()
        .forEach(sibling -> add(Bytes.wrap(sibling.toBytes())));
  }

  private void add(Bytes part) {
    List<Bytes> proofs = recording;
    if (proofs != null) {
      proofs.set(proofs.size() - 1, Bytes.concatenate(proofs.getLast(), part));
    }
  }

  void startRecording() {
    recording = new ArrayList<>();
  }

  /** The proofs in the order in which their transactions ran. Ends the recording. */
  List<Bytes> stopRecording() {
    List<Bytes> proofs = recording;
    if (proofs == null) {
      throw new IllegalStateException("no recording of key proofs");
    }
    recording = null;
    return proofs;
  }
}
