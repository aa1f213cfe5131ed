// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice Static weights (docs/protocol.md §9): worst-case witness bytes and dispute gas.
library Weights {
    uint256 internal constant CHUNK_WITNESS_MAX = 112_000;
    uint256 internal constant CHUNK_GAS_MAX = 10_000_000;

    uint256 internal constant CHUNK_WITNESS = 3_000;
    uint256 internal constant CHUNK_GAS = 400_000;
    uint256 internal constant BLOCK_GAS = 2_000;
    /// @dev Witness bytes of a transaction are its posted length and what its kind adds.
    uint256 internal constant TRANSACTION_GAS = 8_000;

    uint256 internal constant TRANSFER_WITNESS = 1_940;
    uint256 internal constant TRANSFER_GAS = 30_000;
    uint256 internal constant WITHDRAW_WITNESS = 1_881;
    uint256 internal constant WITHDRAW_GAS = 30_000;

    uint64 internal constant DEPOSIT_WITNESS = 2_020;
    uint64 internal constant DEPOSIT_GAS = 40_000;
    uint64 internal constant SEED_WITNESS = 200;
    uint64 internal constant SEED_GAS = 10_000;
    uint64 internal constant FORCED_WITNESS = 28_000;
    uint64 internal constant FORCED_GAS = 2_500_000;
}
