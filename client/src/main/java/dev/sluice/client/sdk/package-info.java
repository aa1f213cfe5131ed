/**
 * What a wallet, a device, a payee or a job buyer needs to use Sluice, in Java.
 *
 * <pre>
 *   SluiceClient ── Chain (domain, prices, addresses; checked)
 *     ├─ Wallet ──→ SubmissionStream ──→ Ack.Included (verified) | Ack.Refused
 *     ├─ PayerChannel ──→ VoucherStream ──→ relay ──→ VoucherReceiver ──→ PayeeChannel (verified)
 *     ├─ TickChain ──→ TickPayer ──→ TickStream ──→ relay ──→ TickReceiver ──→ TickPayee (verified)
 *     ├─ TimeChannel ──→ entitlement ──→ claim
 *     ├─ DeviceAgent ──→ HeartbeatStream ──→ HeartbeatOutcome.Counted (a verified receipt)
 *     ├─ Jobs
 *     └─ WithdrawalTracker ──→ proof checked against L1 ──→ claim          BridgeClient ──→ deposit
 * </pre>
 *
 * <p>Comes in: keys, amounts, addresses. Goes out: signed transactions over gRPC ({@code proto}),
 * L1 calls ({@code l1}), and answers as values. Invariants: nothing is signed before the chain's
 * domain is checked; no acknowledgement, receipt, voucher or withdrawal proof reaches a caller
 * unverified; every queue and every wait is bounded.
 *
 * <p>It does not keep anything on disk, and it never imports {@code state} or {@code sequencer}.
 */
@NullMarked
package dev.sluice.client.sdk;

import org.jspecify.annotations.NullMarked;
