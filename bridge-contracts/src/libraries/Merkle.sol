// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice Small trees over lists (chunks of a batch, transactions of a block): depth ⌈log2 count⌉, missing leaves 0 (docs/protocol.md §8).
library Merkle {
    /// @notice Root of the first `count` nodes, which are not 0; overwrites them.
    /// @param nodes at least count + 1 long
    /// @param count at least 1
    function root(bytes32[] memory nodes, uint256 count) internal pure returns (bytes32 result) {
        // No pair of zeros is ever hashed: a level's right neighbour is missing only at its end.
        assembly ("memory-safe") {
            let base := add(nodes, 0x20)
            for {} gt(count, 1) {} {
                mstore(add(base, shl(5, count)), 0)
                count := shr(1, add(count, 1))
                for { let i := 0 } lt(i, count) { i := add(i, 1) } {
                    mstore(add(base, shl(5, i)), keccak256(add(base, shl(6, i)), 0x40))
                }
            }
            result := mload(base)
        }
    }
}
