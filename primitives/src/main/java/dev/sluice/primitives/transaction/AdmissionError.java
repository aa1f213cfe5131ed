package dev.sluice.primitives.transaction;

import java.util.Arrays;
import java.util.Optional;

/**
 * Why a submission was answered and not kept ({@code docs/protocol.md} §6.4). Numbers start at 100,
 * apart from {@link Refusal}.
 */
public enum AdmissionError {
  /** The bytes are no wire transaction. */
  MALFORMED(100),
  /** No kind has this number. */
  UNKNOWN_KIND(101),
  /** A kind that only the inbox or the sequencer makes. */
  NOT_SUBMITTABLE(102),
  /** The nonce is used. */
  NONCE_TOO_LOW(103),
  /** A nonce before this one is missing; the answer names the expected one. */
  NONCE_TOO_HIGH(104),
  /** The pool is full; try again. */
  POOL_FULL(105),
  /** The account has too many transactions waiting. */
  ACCOUNT_QUEUE_FULL(106),
  /** A frame above the size or count limit. */
  FRAME_TOO_LARGE(107),
  /** Heavier than a chunk may be. */
  OVER_WEIGHT(108),
  /** The sequencer stops. */
  SHUTTING_DOWN(109),
  /** The sequencer's disk is full; nothing was kept. */
  DISK_FULL(110),
  /** A heartbeat of a device that the committee does not have. */
  NOT_A_MEMBER(111),
  /** The device is counted in this epoch. */
  ALREADY_COUNTED(112),
  /** Neither the current epoch nor one in its grace. */
  WRONG_EPOCH(113),
  /** The heartbeat does not verify. */
  BAD_HEARTBEAT_SIGNATURE(114),
  /** The voucher is not above the last one. */
  VOUCHER_NOT_INCREASING(115),
  /** The recovered signer does not own the account named. */
  NOT_THE_SIGNER(116),
  /** The answer needs L1, which does not answer. */
  L1_UNAVAILABLE(117),
  /** The tick is not above the last one. */
  TICK_NOT_INCREASING(118);

  private final int number;

  AdmissionError(int number) {
    this.number = number;
  }

  /** The stable number that clients and receipts see. */
  public int number() {
    return number;
  }

  /** The constant with this number, or empty. */
  public static Optional<AdmissionError> of(int number) {
    return Arrays.stream(values()).filter(constant -> constant.number == number).findFirst();
  }
}
