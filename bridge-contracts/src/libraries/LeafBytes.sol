// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IKindModule} from "../interfaces/IKindModule.sol";

/// @notice Reads the fields of a leaf's preimage (docs/protocol.md §3).
library LeafBytes {
    /// @notice A big-endian number. Reverts if the leaf ends before it does, as an absent one does at once.
    /// @param offset of its first byte
    /// @param bytesCount 1…32
    function number(bytes calldata leaf, uint256 offset, uint256 bytesCount) internal pure returns (uint256 value) {
        unchecked {
            if (offset + bytesCount > leaf.length) revert IKindModule.LeafTruncated();
            assembly ("memory-safe") {
                value := shr(sub(256, shl(3, bytesCount)), calldataload(add(leaf.offset, offset)))
            }
        }
    }

    /// @notice 32 bytes.
    function word(bytes calldata leaf, uint256 offset) internal pure returns (bytes32) {
        return bytes32(number(leaf, offset, 32));
    }
}
