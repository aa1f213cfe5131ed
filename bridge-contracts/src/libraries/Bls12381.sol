// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IKindModule} from "../interfaces/IKindModule.sol";

/// @notice BLS12-381 with keys in G1 and signatures in G2, over the precompiles of EIP-2537 (docs/protocol.md §1, §10).
/// @dev Posted coordinates have 48 bytes, the precompiles' 64: a key is 96 bytes as posted and 128 in memory (`POINT`).
///
/// A precompile fails on an invalid point as it fails for lack of gas: it takes all it was given and says nothing. So a call that
/// input can make fail gets a sixteenth of the gas that is left (a chunk may hold a dozen such inputs, and each takes its
/// share), and if it fails, the same call with the same gas on as many bytes of points at infinity, whose price is the same, must
/// succeed; else the proof reverts. No price is written down here: it may change.
library Bls12381 {
    /// @notice Bytes of a point of G1 in memory; zeros are infinity.
    uint256 internal constant POINT = 0x80;
    /// @notice Bytes of a key as posted and hashed.
    uint256 internal constant KEY_LENGTH = 96;
    /// @notice Bytes of a signature as posted.
    uint256 internal constant SIGNATURE_LENGTH = 192;

    /// @notice Domain of messages (heartbeats); its last 11 characters are common to both.
    bytes32 internal constant MESSAGES = "BLS_SIG_BLS12381G2_XMD:SHA-256_S";
    /// @notice Domain of proofs of possession.
    bytes32 internal constant POSSESSIONS = "BLS_POP_BLS12381G2_XMD:SHA-256_S";
    /// @dev The end of both domain separation tags, and their length, 43.
    bytes32 private constant TAG_END = "SWU_RO_POP_\x2b";

    uint256 private constant SHA256 = 0x02;
    uint256 private constant MODEXP = 0x05;
    uint256 private constant G1ADD = 0x0b;
    uint256 private constant G1MSM = 0x0c;
    uint256 private constant G2ADD = 0x0d;
    uint256 private constant PAIRING = 0x0f;
    uint256 private constant MAP_FP2_TO_G2 = 0x11;

    /// @dev The modulus, 48 bytes: 16 and 32.
    uint256 private constant P_HIGH = 0x1a0111ea397fe69a4b1ba7b6434bacd7;
    uint256 private constant P_LOW = 0x64774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab;

    /// @notice Copies a posted key into memory as a point.
    /// @param key calldata address of 96 bytes
    /// @param point memory address of 128 bytes
    function loadKey(uint256 key, uint256 point) internal pure {
        assembly ("memory-safe") {
            mstore(point, 0)
            mstore(add(point, 0x40), 0)
            calldatacopy(add(point, 0x10), key, 0x30)
            calldatacopy(add(point, 0x50), add(key, 0x30), 0x30)
        }
    }

    /// @notice Copies a point into a posted key.
    /// @param point memory address of 128 bytes
    /// @param key memory address of 96 bytes
    function storeKey(uint256 point, uint256 key) internal pure {
        assembly ("memory-safe") {
            mcopy(key, add(point, 0x10), 0x30)
            mcopy(add(key, 0x30), add(point, 0x50), 0x30)
        }
    }

    /// @notice Whether a point is infinity.
    function isInfinity(uint256 point) internal pure returns (bool infinity) {
        assembly ("memory-safe") {
            infinity := iszero(
                or(or(mload(point), mload(add(point, 0x20))), or(mload(add(point, 0x40)), mload(add(point, 0x60))))
            )
        }
    }

    /// @notice Turns a point of the curve into its negative.
    function negate(uint256 point) internal pure {
        if (isInfinity(point)) return;
        assembly ("memory-safe") {
            let high := mload(add(point, 0x40))
            let low := mload(add(point, 0x60))
            mstore(add(point, 0x40), sub(sub(P_HIGH, high), gt(low, P_LOW)))
            mstore(add(point, 0x60), sub(P_LOW, low))
        }
    }

    /// @notice Adds the second of two points that follow each other to the first. Both are known to be on the curve, so a failure
    /// is lack of gas.
    /// @param points memory address of 256 bytes
    function add(uint256 points) internal view {
        _mustRun(G1ADD, points, 2 * POINT, points, POINT);
    }

    /// @notice Whether a point is a key: of G1's subgroup, coordinates reduced, not infinity.
    function isKey(uint256 point) internal view returns (bool valid) {
        if (isInfinity(point)) return false;
        uint256 input;
        assembly ("memory-safe") {
            input := mload(0x40)
            mcopy(input, point, 0x80)
            mstore(add(input, 0x80), 1)
        }
        // Addition does not look at the subgroup; multiplication does.
        (valid,) = _mayRun(G1MSM, input, POINT + 0x20, POINT);
    }

    /// @notice Whether a signature is valid for a message under a key.
    /// @param key memory address of a point of G1's subgroup other than infinity
    /// @param signature calldata address of 192 bytes, anything
    /// @dev Infinity needs no check of its own: it is the signature of the key that is infinity, and of no other.
    function verify(bytes32 domain, uint256 key, bytes32 message, uint256 signature)
        internal
        view
        returns (bool valid)
    {
        uint256 input;
        assembly ("memory-safe") {
            input := mload(0x40)
            // Free memory begins behind the two pairs and what hashing leaves behind the second.
            mstore(0x40, add(input, 0x400))
            // minus the generator of G1
            mstore(input, 0x0000000000000000000000000000000017f1d3a73197d7942695638c4fa9ac0f)
            mstore(add(input, 0x20), 0xc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb)
            mstore(add(input, 0x40), 0x00000000000000000000000000000000114d1d6855d545a8aa7d76c8cf2e21f2)
            mstore(add(input, 0x60), 0x67816aef1db507c96655b9d5caac42364e6f38ba0ecb751bad54dcd6b939c2ca)
            mcopy(add(input, 0x180), key, 0x80)
        }
        loadKey(signature, input + 0x80);
        loadKey(signature + KEY_LENGTH, input + 0x100);
        hashToG2(domain, message, input + 0x200);
        (, uint256 product) = _mayRun(PAIRING, input, 0x300, 0x20);
        return product == 1;
    }

    /// @notice RFC 9380, hash_to_curve with SSWU_RO over expand_message_xmd (SHA-256).
    /// @param point memory address of 512 bytes; the point is in the first 256
    function hashToG2(bytes32 domain, bytes32 message, uint256 point) internal view {
        uint256 frame;
        uint256 uniform;
        assembly ("memory-safe") {
            // 0xa0: input of a hash; 0x100: 256 uniform bytes; 0xe0: input of a reduction
            frame := mload(0x40)
            uniform := add(frame, 0xa0)
            // b_0 = H(64 zeros | message | 256 u16 | 0 u8 | tag | 43 u8)
            mstore(frame, 0)
            mstore(add(frame, 0x20), 0)
            mstore(add(frame, 0x40), message)
            mstore(add(frame, 0x60), shl(240, 0x0100))
            mstore(add(frame, 0x63), domain)
            mstore(add(frame, 0x83), TAG_END)
        }
        _mustRun(SHA256, frame, 143, 0, 0x20);
        bytes32 first;
        bytes32 previous;
        assembly ("memory-safe") {
            first := mload(0)
            mstore(add(frame, 0x21), domain)
            mstore(add(frame, 0x41), TAG_END)
        }
        for (uint256 i = 1; i <= 8; ++i) {
            // b_i = H(b_0 xor b_(i-1) | i u8 | tag | 43 u8)
            assembly ("memory-safe") {
                mstore(frame, xor(first, previous))
                mstore8(add(frame, 0x20), i)
            }
            _mustRun(SHA256, frame, 77, uniform, 0x20);
            assembly ("memory-safe") {
                previous := mload(uniform)
            }
            uniform += 0x20;
        }
        assembly ("memory-safe") {
            // lengths 64, 1, 48 | base | exponent 1 | modulus
            mstore(uniform, 64)
            mstore(add(uniform, 0x20), 1)
            mstore(add(uniform, 0x40), 48)
            mstore8(add(uniform, 0xa0), 1)
            mstore(add(uniform, 0xa1), shl(128, P_HIGH))
            mstore(add(uniform, 0xb1), P_LOW)
        }
        // Four reduced elements in place of the uniform bytes: two of Fp2.
        for (uint256 element = frame + 0xa0; element < uniform; element += 0x40) {
            assembly ("memory-safe") {
                mcopy(add(uniform, 0x60), element, 0x40)
                mstore(element, 0)
            }
            _mustRun(MODEXP, uniform, 209, element + 0x10, 0x30);
        }
        _mustRun(MAP_FP2_TO_G2, frame + 0xa0, 0x80, point, 0x100);
        _mustRun(MAP_FP2_TO_G2, frame + 0x120, 0x80, point + 0x100, 0x100);
        _mustRun(G2ADD, point, 0x200, point, 0x100);
    }

    /// @dev A call whose input is valid.
    function _mustRun(uint256 precompile, uint256 input, uint256 length, uint256 output, uint256 outputLength)
        private
        view
    {
        bool ran;
        assembly ("memory-safe") {
            ran := staticcall(gas(), precompile, input, length, output, outputLength)
            if ran { ran := eq(returndatasize(), outputLength) }
        }
        if (!ran) revert IKindModule.GasTooLow();
    }

    /// @dev A call whose input may be invalid.
    /// @return valid whether it ran
    /// @return first word of its output; 0 if it is invalid
    function _mayRun(uint256 precompile, uint256 input, uint256 length, uint256 outputLength)
        private
        view
        returns (bool valid, uint256 first)
    {
        bool ran;
        assembly ("memory-safe") {
            let control := mload(0x40)
            // Written before the share is taken, so that memory costs neither call anything.
            if lt(control, add(input, length)) { control := add(input, length) }
            calldatacopy(control, calldatasize(), length)
            let share := shr(4, gas())
            valid := staticcall(share, precompile, input, length, 0, 0x20)
            ran := valid
            switch valid
            case 0 { ran := staticcall(share, precompile, control, length, 0, 0x20) }
            default { first := mload(0) }
            // A chain without the precompile answers with success and nothing.
            if ran { ran := eq(returndatasize(), outputLength) }
        }
        if (!ran) revert IKindModule.GasTooLow();
    }
}
