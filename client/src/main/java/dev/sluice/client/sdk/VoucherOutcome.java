package dev.sluice.client.sdk;

/** What the relay did with a voucher. */
public sealed interface VoucherOutcome {
  /** Verified, kept durably, and on its way to the payee. */
  record Accepted(SignedVoucher voucher) implements VoucherOutcome {}

  /** Not taken. The next, higher voucher makes up for it. */
  record Refused(SignedVoucher voucher, Ack.Refused refusal) implements VoucherOutcome {}
}
