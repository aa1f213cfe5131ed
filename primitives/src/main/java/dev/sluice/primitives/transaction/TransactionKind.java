package dev.sluice.primitives.transaction;

import java.util.Optional;

/**
 * The kinds that STF version 2 knows, with their stable numbers ({@code docs/protocol.md} §4, §5).
 */
public enum TransactionKind {
  /** A run of inbox messages; made by the sequencer, has no wire form. */
  L1_MESSAGE(0, 0),
  /** Moves an amount to an address. */
  TRANSFER(1, 1),
  /** Burns an amount on L2 and appends a withdrawal leaf. */
  WITHDRAW(2, 2),
  /** Locks a deposit for one payee. */
  CHANNEL_OPEN(3, 2),
  /** Pays the payee what time, a voucher or a tick proves. */
  CHANNEL_CLAIM(4, 1),
  /** Starts the close delay, or finalizes after it. */
  CHANNEL_CLOSE(5, 1),
  /** Registers a device. */
  PROVIDER_REGISTER(6, 8),
  /** Changes where a device is, what it asks and who is paid, or retires it. */
  PROVIDER_UPDATE(7, 1),
  /**
   * Records the heartbeats of committees for one epoch; made by the sequencer, has no wire form.
   */
  HEARTBEAT_RECORD(9, 0),
  /** Puts an escrow on a job. */
  JOB_OPEN(10, 2),
  /** Reports a result, or commits to one and reveals it. */
  JOB_RESULT(11, 1),
  /** Pays, splits or refunds an escrow. */
  JOB_SETTLE(12, 1);

  private static final Optional<?>[] BY_NUMBER = new Optional<?>[256];

  static {
    java.util.Arrays.fill(BY_NUMBER, Optional.empty());
    for (TransactionKind kind : values()) {
      BY_NUMBER[kind.number] = Optional.of(kind);
    }
  }

  private final int number;
  private final int feeMultiplier;

  TransactionKind(int number, int feeMultiplier) {
    this.number = number;
    this.feeMultiplier = feeMultiplier;
  }

  /** The number in the wire and posted forms. */
  public int number() {
    return number;
  }

  /**
   * The flat price in fee units of the token ({@code docs/protocol.md} §2); the time-out of a job
   * is free nevertheless.
   */
  public int feeMultiplier() {
    return feeMultiplier;
  }

  /** The kind with this number (0 to 255), or empty if version 2 knows none. */
  @SuppressWarnings("unchecked") // every element is an Optional<TransactionKind>, filled above
  public static Optional<TransactionKind> of(int number) {
    return (Optional<TransactionKind>) BY_NUMBER[number & 0xff];
  }
}
