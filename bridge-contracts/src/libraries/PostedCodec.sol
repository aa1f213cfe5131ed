// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice Decoder of the numbers of the posted form (docs/protocol.md §1), which works on addresses of calldata.
library PostedCodec {
    /// @dev Not below 2^128.
    uint256 private constant NO_AMOUNT = type(uint256).max;

    /// @notice Reads a V: the top 3 bits of the first byte count the bytes that follow it.
    function varint(uint256 cursor) internal pure returns (uint256 value, uint256 next) {
        assembly ("memory-safe") {
            let word := calldataload(cursor)
            let further := shr(253, word)
            value := shr(sub(248, shl(3, further)), shr(3, shl(3, word)))
            next := add(cursor, add(further, 1))
        }
    }

    /// @notice Reads an A.
    /// @return value not below 2^128 if malformed
    function amount(uint256 cursor) internal pure returns (uint256 value, uint256 next) {
        unchecked {
            uint256 exponent;
            assembly ("memory-safe") {
                exponent := byte(0, calldataload(cursor))
            }
            if (exponent == 255) {
                assembly ("memory-safe") {
                    value := shr(128, calldataload(add(cursor, 1)))
                }
                return (value, cursor + 17);
            }
            if (exponent > 38) return (NO_AMOUNT, cursor);
            (value, next) = varint(cursor + 1);
            // mantissa < 2^61 and 10^38 < 2^127: no overflow
            value *= 10 ** exponent;
        }
    }
}
