package dev.sluice.state.store;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.util.List;

/**
 * Everything that one block adds to the store.
 *
 * @param number the block's number, one above the store's head
 * @param block the block as kept, non-empty
 * @param receipts in block order; a receipt's place in this list is its ordinal
 * @param leaves the leaves that changed, with their bytes after the block, in any order, each at
 *     most once
 * @param touches accounts that receipts are of interest to
 * @param owners accounts opened by this block
 */
public record BlockWrite(
    long number,
    byte[] block,
    List<Receipt> receipts,
    List<Leaf> leaves,
    List<Touch> touches,
    List<Owner> owners) {
  /** A receipt under the id of its transaction; of two with one id the later is found. */
  public record Receipt(Hash32 id, byte[] bytes) {}

  /**
   * A leaf.
   *
   * @param type 0 to 255; 255 is not a leaf of the tree but the store's own (device keys)
   * @param index unsigned index in the type
   * @param bytes the preimage
   */
  public record Leaf(int type, int index, byte[] bytes) {}

  /** The receipt {@code ordinal} concerns {@code account}. */
  public record Touch(int account, int ordinal) {}

  /** A new account and its owner. */
  public record Owner(int account, Address owner) {}

  public BlockWrite {
    if (number < 0 || block.length == 0) {
      throw new IllegalArgumentException("block " + number + " of " + block.length + " bytes");
    }
    receipts = List.copyOf(receipts);
    leaves = List.copyOf(leaves);
    touches = List.copyOf(touches);
    owners = List.copyOf(owners);
  }
}
