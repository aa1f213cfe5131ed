package dev.sluice.primitives.codec;

/**
 * What is wrong with bytes that a decoder refuses; for messages to people, not part of any hash.
 */
public enum Malformation {
  /** No bytes at all. */
  EMPTY,
  /** The kind byte names no kind that has this form. */
  UNKNOWN_KIND,
  /** Kinds 0 and 9 are made by the inbox and the sequencer, never submitted. */
  NOT_SUBMITTABLE,
  /** The bytes end inside a field. */
  TRUNCATED,
  /** Bytes are left over. */
  TRAILING_BYTES,
  /** More bytes than the form allows. */
  TOO_LONG,
  /** A flag of the head byte that the kind does not have. */
  UNKNOWN_FLAG,
  /**
   * A varint that is an index or a {@code u32} is 2^32 or more, a deadline or a position 2^61 or
   * more, or a retirement neither 0 nor 1.
   */
  NUMBER_OUT_OF_RANGE,
  /** An amount's exponent is neither 0 to 38 nor 255. */
  BAD_EXPONENT,
  /** An amount of 2^128 or more. */
  AMOUNT_OUT_OF_RANGE,
  /** A token above 3. */
  TOKEN_OUT_OF_RANGE,
  /** Meter, meter key and meter rate do not go together. */
  METER_MALFORMED,
  /** A job's mode, number of providers, quorum and expected hash do not go together. */
  JOB_MALFORMED,
  /** The second byte of kind 4, 5, 11 or 12 names no form. */
  UNKNOWN_VARIANT,
  /** A count is zero or above its limit. */
  COUNT_OUT_OF_RANGE,
  /** A list that must ascend strictly does not. */
  NOT_ASCENDING,
  /** A committee slot at or above the committee size. */
  SLOT_OUT_OF_RANGE,
  /** A claimed root of 0, which posting refuses. */
  ZERO_ROOT,
  /**
   * A leaf type that the state tree does not have, or a message kind that the inbox does not have.
   */
  UNKNOWN_TYPE
}
