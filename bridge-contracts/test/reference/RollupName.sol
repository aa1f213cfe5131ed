// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice Stands where the Rollup would; a module asks it for the deployment's identity only.
contract RollupName {
    bytes32 public immutable genesisHash;

    constructor(bytes32 hash) {
        genesisHash = hash;
    }
}
