// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Bls12381} from "../../src/libraries/Bls12381.sol";

/// @notice Devices with BLS keys that sign. Multiplication is the precompiles'; hashing is the library's, which the golden
/// vectors check (test/differential/Bls12381.t.sol).
library Devices {
    uint256 private constant ORDER = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001;
    bytes private constant GENERATOR =
        hex"0000000000000000000000000000000017f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb0000000000000000000000000000000008b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1";

    /// @notice The secret of the device with this number.
    function secret(uint256 device) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode("device", device))) % ORDER;
    }

    /// @notice The secret of whose key is the sum.
    function sum(uint256 a, uint256 b) internal pure returns (uint256) {
        return addmod(a, b, ORDER);
    }

    /// @notice The 96 bytes of a secret's key.
    function key(uint256 secret_) internal view returns (bytes memory) {
        return _packed(_run(0x0c, abi.encodePacked(GENERATOR, secret_)));
    }

    /// @notice The 192 bytes of a signature.
    function sign(uint256 secret_, bytes32 domain, bytes32 message) internal view returns (bytes memory) {
        bytes memory input = new bytes(0x220);
        uint256 point;
        assembly ("memory-safe") {
            point := add(input, 0x20)
        }
        Bls12381.hashToG2(domain, message, point);
        assembly ("memory-safe") {
            mstore(add(point, 0x100), secret_)
            mstore(input, 0x120)
        }
        return _packed(_run(0x0e, input));
    }

    /// @dev Coordinates of 64 bytes to such of 48.
    function _packed(bytes memory padded) private pure returns (bytes memory packed) {
        packed = new bytes(padded.length / 4 * 3);
        for (uint256 i; i < padded.length / 64; ++i) {
            assembly ("memory-safe") {
                mcopy(add(add(packed, 0x20), mul(i, 48)), add(add(padded, 0x30), mul(i, 64)), 48)
            }
        }
    }

    function _run(uint256 precompile, bytes memory input) private view returns (bytes memory output) {
        bool done;
        (done, output) = address(uint160(precompile)).staticcall(input);
        require(done, "precompile");
    }
}
