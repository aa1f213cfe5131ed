// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {BatchHeader} from "../interfaces/IRollup.sol";

/// @notice The hash that L1 keeps of a batch (docs/protocol.md §8).
library BatchHeaders {
    /// @return H(abi.encode(header))
    function hash(BatchHeader memory header) internal pure returns (bytes32) {
        return keccak256(abi.encode(header));
    }
}
