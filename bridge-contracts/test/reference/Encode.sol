// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice Encoders of the posted form for tests, straight from docs/protocol.md §1 and §5.
library Encode {
    function varint(uint256 value) internal pure returns (bytes memory) {
        for (uint256 further; further < 8; ++further) {
            if (value < 1 << (8 * (further + 1) - 3)) return varintOf(value, further);
        }
        revert("varint: too large");
    }

    /// @notice Not necessarily the shortest form.
    function varintOf(uint256 value, uint256 further) internal pure returns (bytes memory out) {
        out = new bytes(further + 1);
        uint256 word = further << (8 * (further + 1) - 3) | value;
        for (uint256 i; i <= further; ++i) {
            out[further - i] = bytes1(uint8(word >> (8 * i)));
        }
    }

    function amount(uint256 value) internal pure returns (bytes memory) {
        if (value == 0) return hex"0000";
        uint256 exponent;
        uint256 mantissa = value;
        while (mantissa % 10 == 0) {
            mantissa /= 10;
            ++exponent;
        }
        if (mantissa < 1 << 61) return abi.encodePacked(uint8(exponent), varint(mantissa));
        return abi.encodePacked(uint8(255), uint128(value));
    }

    function run(uint32[] memory hints) internal pure returns (bytes memory out) {
        out = abi.encodePacked(hex"00", varint(hints.length));
        for (uint256 i; i < hints.length; ++i) {
            out = abi.encodePacked(out, varint(hints[i]));
        }
    }

    /// @notice One block: its transactions one after the other.
    function blockOf(uint32 clockDelta, bytes[] memory transactions) internal pure returns (bytes memory out) {
        out = abi.encodePacked(uint16(transactions.length), clockDelta);
        for (uint256 i; i < transactions.length; ++i) {
            out = abi.encodePacked(out, transactions[i]);
        }
    }

    function list(bytes memory a) internal pure returns (bytes[] memory out) {
        out = new bytes[](1);
        out[0] = a;
    }

    function list(bytes memory a, bytes memory b) internal pure returns (bytes[] memory out) {
        out = new bytes[](2);
        out[0] = a;
        out[1] = b;
    }
}
