// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IChunkProver} from "../interfaces/IChunkProver.sol";
import {LeafType} from "./LeafType.sol";
import {Multiproof} from "./Multiproof.sol";

/// @notice The leaves of a witness as a table in memory, sorted by key, and the messages beside it (docs/protocol.md §10).
/// @dev An entry begins as the multiproof wants it (key, mask, hash before, hash after) and goes on with three words: an
/// account's preimage (owner x20 | nonce u64 | flags u32, then four balances u128), or for the meta leaves the memory address
/// of the preimage. During execution the hash after is 0 for an absent leaf, CHANGED for an account to be hashed at the end.
library Witness {
    /// @notice Bytes of an entry.
    uint256 internal constant STRIDE = 0xe0;
    /// @dev No Keccak hash.
    uint256 internal constant CHANGED = 1;

    uint256 internal constant META = 0;
    uint256 internal constant FEES = 1;
    uint256 internal constant SEEDS = 2;
    uint256 internal constant META_LENGTH = 124;
    uint256 internal constant FEES_LENGTH = 68;
    uint256 internal constant SEEDS_LENGTH = 108;
    uint256 internal constant ACCOUNT_LENGTH = 96;

    /// @dev type u8 | index u32 | mask u40
    uint256 private constant LEAF_HEAD = 10;
    /// @dev time u64 | witnessWeight u64 | gasWeight u64 | kind u8 | length u16
    uint256 internal constant MESSAGE_HEAD = 27;

    /// @notice Reads the leaves.
    /// @return table memory address of the first entry
    /// @return count number of entries
    /// @return cursor calldata address after the leaves
    function readLeaves(bytes calldata witness) internal pure returns (uint256 table, uint256 count, uint256 cursor) {
        unchecked {
            uint256 end;
            assembly ("memory-safe") {
                cursor := witness.offset
                end := add(cursor, witness.length)
                count := shr(240, calldataload(cursor))
                cursor := add(cursor, 2)
                table := mload(0x40)
                mstore(0x40, add(table, mul(count, STRIDE)))
            }
            uint256 tableEnd = table + count * STRIDE;
            uint256 lastKeyPlusOne;
            for (uint256 entry = table; entry < tableEnd; entry += STRIDE) {
                if (cursor + LEAF_HEAD > end) revert IChunkProver.WitnessTruncated();
                uint256 head;
                uint256 key;
                assembly ("memory-safe") {
                    head := calldataload(cursor)
                    key := and(shr(216, head), 0x7fffffffff)
                    mstore(entry, key)
                    mstore(add(entry, 0x20), and(shr(176, head), 0xffffffffff))
                }
                cursor += LEAF_HEAD;
                if (key < lastKeyPlusOne) revert IChunkProver.WitnessLeafInvalid(key);
                lastKeyPlusOne = key + 1;
                cursor = head >> 255 == 0 ? _readPresent(entry, key, cursor, end) : _readAbsent(entry, key, cursor);
            }
            if (cursor > end) revert IChunkProver.WitnessTruncated();
        }
    }

    function _readAbsent(uint256 entry, uint256 key, uint256 cursor) private pure returns (uint256) {
        uint256 leafType = key >> 32;
        if (leafType != LeafType.ACCOUNT && leafType != LeafType.WITHDRAWAL) {
            revert IChunkProver.WitnessLeafInvalid(key);
        }
        assembly ("memory-safe") {
            calldatacopy(add(entry, 0x40), calldatasize(), 0xa0) // zeros
        }
        return cursor;
    }

    function _readPresent(uint256 entry, uint256 key, uint256 cursor, uint256 end) private pure returns (uint256 next) {
        unchecked {
            uint256 length = ACCOUNT_LENGTH;
            uint256 preimage = entry + 0x80;
            if (key >> 32 != LeafType.ACCOUNT) {
                if (key == META) length = META_LENGTH;
                else if (key == FEES) length = FEES_LENGTH;
                else if (key == SEEDS) length = SEEDS_LENGTH;
                else revert IChunkProver.WitnessLeafInvalid(key);
                assembly ("memory-safe") {
                    preimage := mload(0x40)
                    mstore(0x40, add(preimage, 0x80))
                    mstore(add(entry, 0x80), preimage)
                }
            }
            next = cursor + length;
            if (next > end) revert IChunkProver.WitnessTruncated();
            assembly ("memory-safe") {
                calldatacopy(preimage, cursor, length)
                let hash := keccak256(preimage, length)
                mstore(add(entry, 0x40), hash)
                mstore(add(entry, 0x60), hash)
            }
        }
    }

    /// @notice The entry with a key; reverts if there is none.
    function find(uint256 table, uint256 count, uint256 key) internal pure returns (uint256 entry) {
        assembly ("memory-safe") {
            // Invariant: a key that is there lies in [low, high).
            let low := 0
            let high := count
            for {} lt(low, high) {} {
                let middle := shr(1, add(low, high))
                let candidate := add(table, mul(middle, STRIDE))
                let found := mload(candidate)
                if eq(found, key) {
                    entry := candidate
                    break
                }
                switch lt(found, key)
                case 1 { low := add(middle, 1) }
                default { high := middle }
            }
        }
        if (entry == 0) revert IChunkProver.WitnessLeafMissing(key);
    }

    /// @notice Hashes the changed accounts.
    function hashChanged(uint256 table, uint256 count) internal pure {
        assembly ("memory-safe") {
            let end := add(table, mul(count, STRIDE))
            for { let entry := table } lt(entry, end) { entry := add(entry, STRIDE) } {
                if eq(mload(add(entry, 0x60)), CHANGED) {
                    mstore(add(entry, 0x60), keccak256(add(entry, 0x80), ACCOUNT_LENGTH))
                }
            }
        }
    }

    /// @notice Calldata addresses of the messages.
    /// @param cursor address of the message count
    /// @return messages address of each one's head
    /// @return next address after the last
    function readMessages(uint256 cursor, uint256 end) internal pure returns (uint256[] memory messages, uint256 next) {
        unchecked {
            uint256 count;
            assembly ("memory-safe") {
                count := shr(240, calldataload(cursor))
            }
            next = cursor + 2;
            if (next + count * MESSAGE_HEAD > end) revert IChunkProver.WitnessTruncated();
            messages = new uint256[](count);
            for (uint256 i; i < count; ++i) {
                messages[i] = next;
                uint256 length;
                assembly ("memory-safe") {
                    length := shr(240, calldataload(add(next, 25)))
                }
                next += MESSAGE_HEAD + length;
            }
            if (next > end) revert IChunkProver.WitnessTruncated();
        }
    }

    /// @notice The accumulator after a message (docs/protocol.md §7).
    /// @param message calldata address of its head
    function link(bytes32 accumulator, uint256 message) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            let length := shr(240, calldataload(add(message, 25)))
            // kind u8 | payload
            calldatacopy(scratch, add(message, 24), 1)
            calldatacopy(add(scratch, 1), add(message, MESSAGE_HEAD), length)
            let messageHash := keccak256(scratch, add(length, 1))
            mstore(scratch, accumulator)
            mstore(add(scratch, 0x20), messageHash)
            calldatacopy(add(scratch, 0x40), message, 24)
            result := keccak256(scratch, 88)
        }
    }

    /// @notice The roots to which the leaves lead, before and after.
    /// @param siblings calldata address of the stream
    /// @param end address after the witness
    function roots(uint256 table, uint256 count, uint256 siblings, uint256 end)
        internal
        pure
        returns (bytes32 rootBefore, bytes32 rootAfter)
    {
        return Multiproof.roots(table, count, STRIDE, siblings, end);
    }
}
