package dev.sluice.primitives.transaction;

import java.util.Arrays;
import java.util.Optional;

/**
 * Why the state-transition function refused a transaction ({@code docs/protocol.md} §6.3). A
 * refused transaction changes nothing.
 */
public enum Refusal {
  /** A forced message whose payload is no wire transaction. */
  MALFORMED_FORCED(1),
  /** The signer's account index is not below the account count. */
  UNKNOWN_ACCOUNT(2),
  /** The recipient's account index is not below the account count. */
  UNKNOWN_RECIPIENT(3),
  /** No channel has this index or id. */
  UNKNOWN_CHANNEL(4),
  /** No provider has this index or id. */
  UNKNOWN_PROVIDER(5),
  /** No job has this index or id. */
  UNKNOWN_JOB(6),
  /** The signature does not recover the expected signer. */
  BAD_SIGNATURE(7),
  /** The nonce of a forced transaction is not the account's. */
  BAD_NONCE(8),
  /** The price is above the signed maximum fee. */
  FEE_ABOVE_MAXIMUM(9),
  /** The balance does not cover amount and price. */
  INSUFFICIENT_BALANCE(10),
  /** An amount that must be positive is zero. */
  ZERO_AMOUNT(11),
  /** Genesis lists no token at this index. */
  TOKEN_NOT_LISTED(12),
  /** No further leaf of this type can be opened. */
  CAPACITY_EXHAUSTED(13),
  /** A meter that the protocol does not know. */
  METER_UNKNOWN(20),
  /** A protective delay below the chain's minimum. */
  DELAY_TOO_SHORT(21),
  /** The channel is closed. */
  CHANNEL_CLOSED(22),
  /** The voucher promises more than the deposit. */
  VOUCHER_EXCEEDS_DEPOSIT(23),
  /** What the voucher adds does not cover the price. */
  CLAIM_BELOW_FEE(24),
  /** The channel is closing already. */
  CHANNEL_CLOSING(25),
  /** The channel is not closing. */
  CHANNEL_NOT_CLOSING(26),
  /** The close delay has not passed. */
  CLOSE_DELAY_RUNNING(27),
  /** The claim is not of the channel's meter. */
  METER_MISMATCH(28),
  /** The ticks are worth more than the deposit. */
  TICKS_EXCEED_DEPOSIT(29),
  /** The device key is no admissible point. */
  BAD_DEVICE_KEY(30),
  /** The proof of possession is not valid for wallet and key. */
  BAD_POSSESSION_PROOF(31),
  /** The provider is retired. */
  PROVIDER_RETIRED(32),
  /** The device has moved to another cell in this month already. */
  MOVED_THIS_MONTH(33),
  /** The steps are not those from the last tick claimed to the position. */
  WRONG_STEP_COUNT(36),
  /** Hashing the tick as often as it says does not give the last tick claimed. */
  BAD_TICK(37),
  /** As many ticks as one claim may take are worth less than the claim's price. */
  RATE_TOO_LOW(38),
  /** The epoch of the record has not ended. */
  EPOCH_NOT_OVER(40),
  /** The grace after the epoch has passed. */
  EPOCH_TOO_OLD(41),
  /** No seed is valid in the epoch. */
  BEACON_VOID(42),
  /** No committee has this index. */
  UNKNOWN_COMMITTEE(43),
  /** The committee has a record of this or a later epoch. */
  EPOCH_ALREADY_RECORDED(44),
  /** A slot that nobody occupies is named. */
  SLOT_OUT_OF_RANGE(45),
  /** A committee of the record has nobody present. */
  NOBODY_PRESENT(46),
  /** The aggregate signature is not that of those present. */
  BAD_AGGREGATE(47),
  /** A mode that STF version 2 does not know. */
  JOB_MODE_UNKNOWN(50),
  /** The escrow does not cover the price of settling. */
  ESCROW_BELOW_FEE(51),
  /** The deadline is not in the future. */
  DEADLINE_PASSED(52),
  /** More than 10,000 basis points. */
  BAD_SPLIT(54),
  /** The job is not open. */
  JOB_NOT_OPEN(55),
  /** The job has no result or is settled. */
  JOB_NOT_DONE(56),
  /** The buyer's window has passed. */
  WINDOW_PASSED(57),
  /** The buyer's window is still running. */
  WINDOW_RUNNING(58),
  /** The deadline has not passed. */
  DEADLINE_NOT_PASSED(59),
  /** Fewer than two providers, one of them twice, or a quorum that is no majority of them. */
  BAD_QUORUM(60),
  /** The job has no such member. */
  UNKNOWN_MEMBER(61),
  /** The member has committed to a result. */
  ALREADY_COMMITTED(62),
  /** The member has not committed, or has revealed. */
  NOT_COMMITTED(63),
  /** What is revealed is not what was committed. */
  REVEAL_MISMATCH(64),
  /** Members are still awaited and the deadline has not passed. */
  REVEAL_NOT_OPEN(65),
  /** A reveal for a job that is not of k-of-n mode. */
  JOB_MODE_MISMATCH(66),
  /** The result does not hash to the expected hash. */
  RESULT_MISMATCH(67);

  private final int number;

  Refusal(int number) {
    this.number = number;
  }

  /** The stable number that clients and receipts see. */
  public int number() {
    return number;
  }

  /** The constant with this number, or empty. */
  public static Optional<Refusal> of(int number) {
    return Arrays.stream(values()).filter(constant -> constant.number == number).findFirst();
  }
}
