package dev.sluice.client.sdk;

import dev.sluice.primitives.value.Uint128;

/** A payee's judgement of one delivered voucher. */
public sealed interface VoucherCheck {
  /**
   * It is worth more than the last one.
   *
   * @param increment what this payment adds, base units
   */
  record Valid(SignedVoucher voucher, Uint128 increment) implements VoucherCheck {}

  /** It is worth nothing; what was held before still is. */
  record Invalid(SignedVoucher voucher, String reason) implements VoucherCheck {}
}
