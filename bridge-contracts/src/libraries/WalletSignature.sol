// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IKindModule} from "../interfaces/IKindModule.sol";

/// @notice Signatures of wallets, 64 bytes as EIP-2098 has them (docs/protocol.md §1).
library WalletSignature {
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @notice Whether the signature is valid and the signer's. The precompile answers a bad signature with nothing and success; it
    /// fails only for lack of gas, which must not make a signature bad.
    /// @param signer address, compared as a whole word
    /// @param signature calldata address of r x32 | yParityAndS x32
    function isBy(uint256 signer, bytes32 digest, uint256 signature) internal view returns (bool valid) {
        bool ran;
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            let parityAndS := calldataload(add(signature, 0x20))
            let s := shr(1, shl(1, parityAndS))
            mstore(scratch, digest)
            mstore(add(scratch, 0x20), add(27, shr(255, parityAndS)))
            mstore(add(scratch, 0x40), calldataload(signature))
            mstore(add(scratch, 0x60), s)
            ran := staticcall(gas(), 1, scratch, 0x80, scratch, 0x20)
            if eq(returndatasize(), 0x20) { valid := and(eq(mload(scratch), signer), iszero(gt(s, HALF_ORDER))) }
        }
        if (!ran) revert IKindModule.GasTooLow();
    }
}
