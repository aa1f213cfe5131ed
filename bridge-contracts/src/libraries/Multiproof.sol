// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice The depth-first multiproof over the state tree (docs/protocol.md §3), before and after a change at once.
/// @dev Assembly: most nodes are lone climbs, and this loop is more than a third of what a dispute costs (snapshots/gas.json).
library Multiproof {
    /// @notice Depth of the state tree.
    uint256 internal constant DEPTH = 40;

    /// @notice Bytes of an entry: key, mask, hash before, hash after; what follows in a longer stride is the caller's.
    uint256 internal constant ENTRY = 0x80;

    /// @notice Thrown when keys are not strictly ascending or out of range, a mask has a bit where nothing is climbed, a sibling
    /// is zero, or siblings are too few or too many.
    error MultiproofMalformed();

    /// @notice Key of a leaf.
    function key(uint8 leafType, uint256 index) internal pure returns (uint256) {
        return uint256(leafType) << 32 | index;
    }

    /// @notice The roots to which the leaves lead.
    /// @dev A sibling is the same before and after, so whoever trusts the root before may trust the root after: siblings
    /// and hashes before that are not those of the tree lead to another root before.
    /// @param entries memory address of `count` entries, each `stride` bytes
    /// @param siblings calldata address of the stream
    /// @param siblingsEnd first address after the stream
    function roots(uint256 entries, uint256 count, uint256 stride, uint256 siblings, uint256 siblingsEnd)
        internal
        pure
        returns (bytes32 rootBefore, bytes32 rootAfter)
    {
        assembly ("memory-safe") {
            function malformed() {
                mstore(0, 0x0486b5ce) // MultiproofMalformed()
                revert(0x1c, 0x04)
            }
            function node(left, right) -> hash {
                if or(left, right) {
                    mstore(0, left)
                    mstore(0x20, right)
                    hash := keccak256(0, 0x40)
                }
            }
            // Levels without siblings. Indices are dense, so such a level is to the right but for those of the types.
            function lift(hash, index, levels) -> lifted {
                lifted := hash
                if hash {
                    if iszero(and(index, sub(shl(levels, 1), 1))) {
                        mstore(0x20, 0)
                        for {} gt(levels, 3) { levels := sub(levels, 4) } {
                            mstore(0, lifted)
                            mstore(0, keccak256(0, 0x40))
                            mstore(0, keccak256(0, 0x40))
                            mstore(0, keccak256(0, 0x40))
                            lifted := keccak256(0, 0x40)
                        }
                    }
                    for {} levels { levels := sub(levels, 1) } {
                        let own := shl(5, and(index, 1))
                        index := shr(1, index)
                        mstore(xor(own, 0x20), 0)
                        mstore(own, lifted)
                        lifted := keccak256(0, 0x40)
                    }
                }
            }
            // Above the free memory: what is read rarely (end of the entries, end of the stream), for there are more variables
            // than the EVM's stack reaches; then a sentinel, and on it the stack of (level, before, after), one per level at most.
            let top := mload(0x40)
            mstore(top, add(entries, mul(count, stride)))
            mstore(add(top, 0x20), siblingsEnd)
            top := add(top, 0x40)
            mstore(top, not(0))
            for { let entry := entries } lt(entry, mload(mload(0x40))) { entry := add(entry, stride) } {
                let index := mload(entry)
                let mask := mload(add(entry, 0x20))
                let before := mload(add(entry, 0x40))
                let after_ := mload(add(entry, 0x60))
                if shr(DEPTH, index) { malformed() }
                let limit := DEPTH
                if lt(add(entry, stride), mload(mload(0x40))) {
                    let next := mload(add(entry, stride))
                    if iszero(gt(next, index)) { malformed() }
                    limit := sub(255, clz(xor(index, next)))
                }
                let level := 0
                for {} 1 {} {
                    let target := mload(top)
                    if gt(target, limit) { target := limit }
                    for {} lt(level, target) {} {
                        switch and(mask, 1)
                        case 0 {
                            // No sibling up to the next bit of the mask.
                            let run := sub(target, level)
                            if mask {
                                let zeros := sub(255, clz(and(mask, sub(0, mask))))
                                if lt(zeros, run) { run := zeros }
                            }
                            before := lift(before, index, run)
                            after_ := lift(after_, index, run)
                            index := shr(run, index)
                            mask := shr(run, mask)
                            level := add(level, run)
                        }
                        default {
                            let sibling := calldataload(siblings)
                            siblings := add(siblings, 0x20)
                            if iszero(sibling) { malformed() }
                            switch and(index, 1)
                            case 0 {
                                mstore(0x20, sibling)
                                mstore(0, before)
                                before := keccak256(0, 0x40)
                                mstore(0, after_)
                                after_ := keccak256(0, 0x40)
                            }
                            default {
                                mstore(0, sibling)
                                mstore(0x20, before)
                                before := keccak256(0, 0x40)
                                mstore(0x20, after_)
                                after_ := keccak256(0, 0x40)
                            }
                            index := shr(1, index)
                            mask := shr(1, mask)
                            level := add(level, 1)
                        }
                    }
                    if eq(target, limit) { break }
                    // The stack's top is the left neighbour.
                    before := node(mload(add(top, 0x20)), before)
                    after_ := node(mload(add(top, 0x40)), after_)
                    top := sub(top, 0x60)
                    if and(mask, 1) { malformed() }
                    level := add(level, 1)
                    index := shr(1, index)
                    mask := shr(1, mask)
                }
                if mask { malformed() }
                top := add(top, 0x60)
                mstore(top, limit)
                mstore(add(top, 0x20), before)
                mstore(add(top, 0x40), after_)
            }
            // Exactly one entry is left, and every sibling is used.
            let frame := mload(0x40)
            if or(xor(top, add(frame, 0xa0)), xor(siblings, mload(add(frame, 0x20)))) { malformed() }
            rootBefore := mload(add(top, 0x20))
            rootAfter := mload(add(top, 0x40))
        }
    }
}
