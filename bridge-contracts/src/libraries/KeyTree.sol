// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Bls12381} from "./Bls12381.sol";

/// @notice The tree over the hashes of a committee's keys (docs/protocol.md §3) and the sums of its keys.
library KeyTree {
    /// @notice The roots before and after a key takes an empty slot.
    /// @param leaf hash of the key
    /// @param path calldata address of `depth` siblings from the leaf up, zeros included
    function join(uint256 slot, bytes32 leaf, uint256 path, uint256 depth)
        internal
        pure
        returns (bytes32 rootBefore, bytes32 rootAfter)
    {
        rootAfter = leaf;
        assembly ("memory-safe") {
            for {} depth { depth := sub(depth, 1) } {
                let sibling := calldataload(path)
                path := add(path, 0x20)
                // Of each pair one word is the sibling's, the other that of the path.
                let own := shl(5, and(slot, 1))
                slot := shr(1, slot)
                mstore(xor(own, 0x20), sibling)
                mstore(own, rootAfter)
                rootAfter := keccak256(0, 0x40)
                if or(rootBefore, sibling) {
                    mstore(own, rootBefore)
                    rootBefore := keccak256(0, 0x40)
                }
            }
        }
    }

    /// @notice Adds keys up, and climbs from them to the root with the depth-first multiproof of docs/protocol.md §3. A sibling is
    /// posted if and only if the first slot under it is taken.
    /// @param slots memory address of the slots, a word each, strictly ascending, < members; behind them the committee size
    /// @param count of the slots, at least 1
    /// @param members of the committee: its first slots are taken
    /// @param keys calldata address of the keys, in the order of the slots; the siblings follow
    /// @param sum memory address of a point and room for a second behind it; the keys are added to it
    /// @return root to which all keys lead
    /// @return next calldata address after the siblings
    function climb(uint256 slots, uint256 count, uint256 members, uint256 keys, uint256 sum)
        internal
        view
        returns (bytes32 root, uint256 next)
    {
        next = keys + count * Bls12381.KEY_LENGTH;
        uint256 top;
        assembly ("memory-safe") {
            // The stack of (level, hash), one per level at most, on a sentinel.
            top := mload(0x40)
            mstore(top, not(0))
        }
        for (uint256 end = slots + (count << 5); slots < end; slots += 0x20) {
            Bls12381.loadKey(keys, sum + Bls12381.POINT);
            Bls12381.add(sum);
            assembly ("memory-safe") {
                calldatacopy(add(top, 0x40), keys, 96)
                let hash := keccak256(add(top, 0x40), 96)
                let slot := mload(slots)
                let limit := sub(255, clz(xor(slot, mload(add(slots, 0x20)))))
                let level := 0
                for {} 1 {} {
                    let target := mload(top)
                    if gt(target, limit) { target := limit }
                    for {} lt(level, target) { level := add(level, 1) } {
                        let sibling := 0
                        if lt(shl(level, xor(slot, 1)), members) {
                            sibling := calldataload(next)
                            next := add(next, 0x20)
                        }
                        let own := shl(5, and(slot, 1))
                        mstore(own, hash)
                        mstore(xor(own, 0x20), sibling)
                        hash := keccak256(0, 0x40)
                        slot := shr(1, slot)
                    }
                    if eq(target, limit) { break }
                    // The stack's top is the left neighbour.
                    mstore(0, mload(add(top, 0x20)))
                    mstore(0x20, hash)
                    hash := keccak256(0, 0x40)
                    top := sub(top, 0x40)
                    level := add(level, 1)
                    slot := shr(1, slot)
                }
                top := add(top, 0x40)
                mstore(top, limit)
                mstore(add(top, 0x20), hash)
            }
            keys += Bls12381.KEY_LENGTH;
        }
        assembly ("memory-safe") {
            // One entry is left, of the level of the root: the last slot's neighbour is the committee size.
            root := mload(add(top, 0x20))
        }
    }
}
