// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice Why a transaction has no effect: the numbers that modules answer with (docs/protocol.md §6.3). The state does not depend on them.
library Refusal {
    uint256 internal constant BAD_SIGNATURE = 7;
    uint256 internal constant ZERO_AMOUNT = 11;
    uint256 internal constant METER_UNKNOWN = 20;
    uint256 internal constant DELAY_TOO_SHORT = 21;
    uint256 internal constant CHANNEL_CLOSED = 22;
    uint256 internal constant VOUCHER_EXCEEDS_DEPOSIT = 23;
    uint256 internal constant CLAIM_BELOW_FEE = 24;
    uint256 internal constant CHANNEL_CLOSING = 25;
    uint256 internal constant CHANNEL_NOT_CLOSING = 26;
    uint256 internal constant CLOSE_DELAY_RUNNING = 27;
    uint256 internal constant METER_MISMATCH = 28;
    uint256 internal constant TICKS_EXCEED_DEPOSIT = 29;
    uint256 internal constant BAD_DEVICE_KEY = 30;
    uint256 internal constant BAD_POSSESSION_PROOF = 31;
    uint256 internal constant PROVIDER_RETIRED = 32;
    uint256 internal constant MOVED_THIS_MONTH = 33;
    uint256 internal constant WRONG_STEP_COUNT = 36;
    uint256 internal constant BAD_TICK = 37;
    uint256 internal constant RATE_TOO_LOW = 38;
    uint256 internal constant EPOCH_NOT_OVER = 40;
    uint256 internal constant EPOCH_TOO_OLD = 41;
    uint256 internal constant BEACON_VOID = 42;
    uint256 internal constant EPOCH_ALREADY_RECORDED = 44;
    uint256 internal constant SLOT_OUT_OF_RANGE = 45;
    uint256 internal constant NOBODY_PRESENT = 46;
    uint256 internal constant BAD_AGGREGATE = 47;
    uint256 internal constant JOB_MODE_UNKNOWN = 50;
    uint256 internal constant ESCROW_BELOW_FEE = 51;
    uint256 internal constant DEADLINE_PASSED = 52;
    uint256 internal constant BAD_SPLIT = 54;
    uint256 internal constant JOB_NOT_OPEN = 55;
    uint256 internal constant JOB_NOT_DONE = 56;
    uint256 internal constant WINDOW_PASSED = 57;
    uint256 internal constant WINDOW_RUNNING = 58;
    uint256 internal constant DEADLINE_NOT_PASSED = 59;
    uint256 internal constant BAD_QUORUM = 60;
    uint256 internal constant ALREADY_COMMITTED = 62;
    uint256 internal constant NOT_COMMITTED = 63;
    uint256 internal constant REVEAL_MISMATCH = 64;
    uint256 internal constant REVEAL_NOT_OPEN = 65;
    uint256 internal constant JOB_MODE_MISMATCH = 66;
    uint256 internal constant RESULT_MISMATCH = 67;
}
