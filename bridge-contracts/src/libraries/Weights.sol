// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice Static weights (docs/protocol.md §9): the most bytes of calldata and gas of execution that a dispute can take.
library Weights {
    uint256 internal constant CHUNK_WITNESS_MAX = 115_000;
    uint256 internal constant CHUNK_GAS_MAX = 10_000_000;

    uint256 internal constant CHUNK_WITNESS = 6_000;
    uint256 internal constant CHUNK_GAS = 400_000;
    uint256 internal constant BLOCK_GAS = 2_000;
    /// @dev Witness bytes of a transaction are its posted length and what its kind adds.
    uint256 internal constant TRANSACTION_GAS = 8_000;

    uint256 internal constant TRANSFER_WITNESS = 1_940;
    uint256 internal constant TRANSFER_GAS = 30_000;
    uint256 internal constant WITHDRAW_WITNESS = 1_881;
    uint256 internal constant WITHDRAW_GAS = 30_000;

    uint256 internal constant CHANNEL_OPEN_WITNESS = 2_949;
    uint256 internal constant CHANNEL_OPEN_GAS = 60_000;
    uint256 internal constant CHANNEL_CLAIM_WITNESS = 1_979;
    uint256 internal constant CHANNEL_CLAIM_GAS = 46_000;
    /// @dev Per step of a claim of ticks.
    uint256 internal constant TICK_GAS = 100;
    uint256 internal constant CHANNEL_CLOSE_WITNESS = 2_949;
    uint256 internal constant CHANNEL_CLOSE_GAS = 60_000;
    /// @dev Without the counters; the key path is that of the largest committee.
    uint256 internal constant REGISTER_WITNESS = 4_832 + 9 * 32;
    uint256 internal constant REGISTER_GAS = 900_000;
    /// @dev Per member of a committee whose counters are touched.
    uint256 internal constant COUNTERS_WITNESS = 8;
    uint256 internal constant UPDATE_WITNESS = 2_930;
    uint256 internal constant UPDATE_GAS = 68_000;
    uint256 internal constant RECORD_GAS = 700_000;
    /// @dev Per posted byte of a record: a slot that is listed is read more than once.
    uint256 internal constant RECORD_BYTE_GAS = 300;
    /// @dev Per committee of a record, without its counters.
    uint256 internal constant COMMITTEE_WITNESS = 1_902;
    uint256 internal constant COMMITTEE_GAS = 120_000;
    /// @dev Per member of a committee of a record: if it is absent, it is counted.
    uint256 internal constant COUNTED_GAS = 70;
    /// @dev Per member whose key is supplied: the key; then every sibling.
    uint256 internal constant MEMBER_WITNESS = 96;
    uint256 internal constant MEMBER_GAS = 2_500;
    uint256 internal constant SIBLING_WITNESS = 32;
    uint256 internal constant JOB_WITNESS = 1_959;
    uint256 internal constant JOB_GAS = 52_000;
    uint256 internal constant JOB_PROVIDER_WITNESS = 990;
    uint256 internal constant JOB_PROVIDER_GAS = 16_000;
    uint256 internal constant QUORUM_WITNESS = 1_085;
    uint256 internal constant QUORUM_GAS = 14_000;
    uint256 internal constant RESULT_WITNESS = 5_004;
    uint256 internal constant RESULT_GAS = 82_000;
    uint256 internal constant REVEAL_WITNESS = 9_854;
    uint256 internal constant REVEAL_GAS = 175_000;
    uint256 internal constant SETTLE_WITNESS = 4_014;
    uint256 internal constant SETTLE_GAS = 82_000;

    uint64 internal constant DEPOSIT_WITNESS = 2_020;
    uint64 internal constant DEPOSIT_GAS = 40_000;
    uint64 internal constant SEED_WITNESS = 200;
    uint64 internal constant SEED_GAS = 10_000;
    uint64 internal constant FORCED_WITNESS = 28_000;
    uint64 internal constant FORCED_GAS = 2_500_000;
}
