// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IChunkProver} from "../interfaces/IChunkProver.sol";
import {LeafType} from "./LeafType.sol";
import {Multiproof} from "./Multiproof.sol";

/// @notice The leaves of a witness as a table in memory, sorted by key, and the messages and proofs beside it (docs/protocol.md §10).
/// @dev An entry begins as the multiproof wants it (key, mask, hash before, hash after) and goes on with three words: an
/// account's preimage (owner x20 | nonce u64 | flags u32, then four balances u128), or the preimage of another leaf as `bytes`
/// (of an absent one: room for it). During execution the hash after is 0 for an absent leaf, CHANGED for one to be hashed at the
/// end.
library Witness {
    /// @notice Bytes of an entry.
    uint256 internal constant STRIDE = 0xe0;
    /// @dev No Keccak hash.
    uint256 internal constant CHANGED = 1;

    uint256 internal constant META = 0;
    uint256 internal constant FEES = 1;
    uint256 internal constant SEEDS = 2;
    uint256 internal constant META_LENGTH = 128;
    uint256 internal constant FEES_LENGTH = 68;
    uint256 internal constant SEEDS_LENGTH = 108;
    uint256 internal constant ACCOUNT_LENGTH = 96;
    uint256 private constant CHANNEL_LENGTH = 135;
    uint256 private constant PROVIDER_LENGTH = 116;
    uint256 private constant COMMITTEE_LENGTH = 134;
    /// @dev Without the eight bytes of each member.
    uint256 private constant COUNTERS_LENGTH = 20;
    uint256 private constant JOB_LENGTH = 115;
    uint256 private constant QUORUM_LENGTH = 211;

    /// @dev type u8 | index u32 | mask u40
    uint256 private constant LEAF_HEAD = 10;
    /// @dev time u64 | witnessWeight u64 | gasWeight u64 | kind u8 | length u16
    uint256 internal constant MESSAGE_HEAD = 27;
    /// @dev length u32: the keys of a record may be more than 65,535 bytes
    uint256 internal constant PROOF_HEAD = 4;

    /// @notice Reads the leaves.
    /// @param committeeSize C
    /// @return table memory address of the first entry
    /// @return count number of entries
    /// @return cursor calldata address after the leaves
    function readLeaves(bytes calldata witness, uint256 committeeSize)
        internal
        pure
        returns (uint256 table, uint256 count, uint256 cursor)
    {
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
                bool present = head >> 255 == 0;
                uint256 preimage = entry + 0x80;
                uint256 length = ACCOUNT_LENGTH;
                if (key >> 32 != LeafType.ACCOUNT) {
                    length = _length(key, present, committeeSize);
                    assembly ("memory-safe") {
                        let room := mload(0x40)
                        mstore(0x40, add(room, and(add(length, 0x3f), not(0x1f))))
                        mstore(room, length)
                        mstore(preimage, room)
                        preimage := add(room, 0x20)
                    }
                } else if (!present) {
                    assembly ("memory-safe") {
                        calldatacopy(preimage, calldatasize(), ACCOUNT_LENGTH) // zeros
                    }
                }
                assembly ("memory-safe") {
                    let hash := 0
                    if present {
                        calldatacopy(preimage, cursor, length)
                        cursor := add(cursor, length)
                        hash := keccak256(preimage, length)
                    }
                    mstore(add(entry, 0x40), hash)
                    mstore(add(entry, 0x60), hash)
                }
            }
            if (cursor > end) revert IChunkProver.WitnessTruncated();
        }
    }

    /// @dev Bytes of the preimage of a leaf that is no account; 0 for an appended withdrawal, whose bytes nobody reads.
    function _length(uint256 key, bool present, uint256 committeeSize) private pure returns (uint256) {
        unchecked {
            uint256 leafType = key >> 32;
            if (leafType == LeafType.META) {
                if (present && key == META) return META_LENGTH;
                if (present && key == FEES) return FEES_LENGTH;
                if (present && key == SEEDS) return SEEDS_LENGTH;
            } else if (leafType == LeafType.WITHDRAWAL) {
                if (!present) return 0;
            } else if (leafType == LeafType.CHANNEL) {
                return CHANNEL_LENGTH;
            } else if (leafType == LeafType.PROVIDER) {
                return PROVIDER_LENGTH;
            } else if (leafType == LeafType.COMMITTEE) {
                return COMMITTEE_LENGTH;
            } else if (leafType == LeafType.COUNTERS) {
                return COUNTERS_LENGTH + 8 * committeeSize;
            } else if (leafType == LeafType.JOB) {
                return JOB_LENGTH;
            } else if (leafType == LeafType.QUORUM) {
                return QUORUM_LENGTH;
            }
            revert IChunkProver.WitnessLeafInvalid(key);
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

    /// @notice Hashes the changed leaves.
    function hashChanged(uint256 table, uint256 count) internal pure {
        assembly ("memory-safe") {
            let end := add(table, mul(count, STRIDE))
            for { let entry := table } lt(entry, end) { entry := add(entry, STRIDE) } {
                if eq(mload(add(entry, 0x60)), CHANGED) {
                    let preimage := add(entry, 0x80)
                    let length := ACCOUNT_LENGTH
                    if iszero(eq(shr(32, mload(entry)), 1)) {
                        length := mload(mload(preimage))
                        preimage := add(mload(preimage), 0x20)
                    }
                    mstore(add(entry, 0x60), keccak256(preimage, length))
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

    /// @notice Skips the proofs.
    /// @param cursor address of the proof count
    /// @return count number of proofs
    /// @return first address of the first one's length
    /// @return next address after the last
    function readProofs(uint256 cursor, uint256 end)
        internal
        pure
        returns (uint256 count, uint256 first, uint256 next)
    {
        unchecked {
            count = _u16(cursor);
            first = cursor + 2;
            next = first;
            for (uint256 i; i < count; ++i) {
                if (next + PROOF_HEAD > end) revert IChunkProver.WitnessTruncated();
                next += PROOF_HEAD + _u32(next);
            }
            if (next > end) revert IChunkProver.WitnessTruncated();
        }
    }

    /// @notice One proof.
    /// @param cursor address of its length
    function proofAt(uint256 cursor) internal pure returns (bytes calldata proof) {
        uint256 length = _u32(cursor);
        assembly ("memory-safe") {
            proof.offset := add(cursor, PROOF_HEAD)
            proof.length := length
        }
    }

    function _u16(uint256 cursor) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(240, calldataload(cursor))
        }
    }

    function _u32(uint256 cursor) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(224, calldataload(cursor))
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
