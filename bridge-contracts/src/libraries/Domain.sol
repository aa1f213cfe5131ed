// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice What binds signatures and ids to one deployment (docs/protocol.md §1).
library Domain {
    /// @notice EIP-712 domain separator of the deployment of a Rollup on this chain.
    function separator(address rollup) internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Sluice"),
                keccak256("1"),
                block.chainid,
                rollup
            )
        );
    }

    /// @notice What is signed: H(0x1901 | D | structHash).
    function digest(bytes32 domain, bytes32 structHash) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            mstore(scratch, shl(240, 0x1901))
            mstore(add(scratch, 0x02), domain)
            mstore(add(scratch, 0x22), structHash)
            hash := keccak256(scratch, 0x42)
        }
    }
}
