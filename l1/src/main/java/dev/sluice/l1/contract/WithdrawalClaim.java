package dev.sluice.l1.contract;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Uint128;

/**
 * A withdrawal leaf as {@code Bridge} wants it.
 *
 * @param index of the leaf, below 2^32
 * @param mask bit l set if the sibling used at level l is not zero, below 2^40
 */
public record WithdrawalClaim(long index, long mask, Address recipient, int token, Uint128 amount) {
  /**
   * Packed size in {@code claimBatch}: index u32, mask u40, recipient x20, token u8, amount u128.
   */
  public static final int BYTES = 4 + 5 + 20 + 1 + 16;

  void writeTo(byte[] target, int offset) {
    for (int i = 0; i < 4; i++) {
      target[offset + i] = (byte) (index >>> 24 - 8 * i);
    }
    for (int i = 0; i < 5; i++) {
      target[offset + 4 + i] = (byte) (mask >>> 32 - 8 * i);
    }
    recipient.writeTo(target, offset + 9);
    target[offset + 29] = (byte) token;
    amount.writeTo(target, offset + 30);
  }
}
