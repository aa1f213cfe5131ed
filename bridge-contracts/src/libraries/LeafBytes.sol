// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IKindModule} from "../interfaces/IKindModule.sol";

/// @notice Reads the fields of a preimage and writes those of its copy in memory (docs/protocol.md §3).
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

    /// @notice Writes the low two bytes of a value.
    /// @param cursor memory address
    function setU16(uint256 cursor, uint256 value) internal pure {
        assembly ("memory-safe") {
            mstore8(cursor, shr(8, value))
            mstore8(add(cursor, 1), value)
        }
    }

    /// @notice Writes the low four bytes of a value.
    /// @param cursor memory address
    function setU32(uint256 cursor, uint256 value) internal pure {
        setU16(cursor, value >> 16);
        unchecked {
            setU16(cursor + 2, value);
        }
    }
}
