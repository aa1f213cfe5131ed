// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice First byte of a leaf's key in the state tree (docs/protocol.md §3).
library LeafType {
    uint8 internal constant META = 0;
    uint8 internal constant ACCOUNT = 1;
    uint8 internal constant WITHDRAWAL = 2;
    uint8 internal constant CHANNEL = 3;
    uint8 internal constant PROVIDER = 4;
    uint8 internal constant COMMITTEE = 5;
    uint8 internal constant COUNTERS = 6;
    uint8 internal constant JOB = 7;
    uint8 internal constant QUORUM = 8;
}
