// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Effects, IKindModule, Step} from "../interfaces/IKindModule.sol";
import {IRollup} from "../interfaces/IRollup.sol";
import {Bls12381} from "../libraries/Bls12381.sol";
import {Counters} from "../libraries/Counters.sol";
import {Genesis} from "../libraries/Genesis.sol";
import {KeyTree} from "../libraries/KeyTree.sol";
import {LeafBytes} from "../libraries/LeafBytes.sol";
import {PostedCodec} from "../libraries/PostedCodec.sol";
import {Refusal} from "../libraries/Refusal.sol";
import {KindModule} from "./KindModule.sol";

/// @title DeviceKinds
/// @notice Kinds 6 (ProviderRegister) and 9 (HeartbeatRecord), docs/protocol.md §6.2.
/// @dev Works on addresses of calldata and memory: a record names up to 512 keys of 96 bytes, and none is copied more than it must.
contract DeviceKinds is KindModule {
    using LeafBytes for bytes;

    uint256 private constant PROVIDER_REGISTER = 6;
    uint256 private constant HEARTBEAT_RECORD = 9;

    uint256 private constant COMMITTEE_LENGTH = 134;
    /// @dev Offsets in a committee's leaf, behind count u16.
    uint256 private constant LAST_EPOCH = 2;
    uint256 private constant TOTAL_KEY = 6;
    uint256 private constant KEY_ROOT = 102;

    uint256 private constant SEEDS = 3;
    /// @dev period u32 | seed x32
    uint256 private constant SEED_LENGTH = 36;

    /// @dev Who of a committee is there. Bits by slot: the first 256 and the others, most significant first.
    struct Attendance {
        uint256 members;
        uint256[2] present;
        uint256[2] absent;
    }

    uint256 private immutable committeeSizeLog2;
    uint256 private immutable epochsPerSeed;
    uint256 private immutable graceSeconds;

    constructor(Genesis memory genesis, IRollup rollup) KindModule(genesis, rollup) {
        committeeSizeLog2 = genesis.committeeSizeLog2;
        epochsPerSeed = genesis.epochsPerSeed;
        graceSeconds = genesis.graceSeconds;
    }

    /// @inheritdoc IKindModule
    function run(Step calldata step, bytes calldata data, bytes calldata proof)
        external
        view
        returns (Effects memory effects)
    {
        if (step.kind == PROVIDER_REGISTER) _register(effects, step, data, proof);
        else if (step.kind == HEARTBEAT_RECORD) _record(effects, step, data, proof);
        else revert NotOfThisModule(step.kind);
    }

    /// @dev A refusal that was found without the proof.
    function _refuse(Effects memory effects, uint256 refusal, bytes calldata proof) private pure {
        if (proof.length != 0) revert WrongProofLength(proof.length, 0);
        effects.refusal = refusal;
    }

    // --- kind 6

    /// @dev data: deviceKey x96 | possession x192
    function _register(Effects memory effects, Step calldata step, bytes calldata data, bytes calldata proof)
        private
        view
    {
        unchecked {
            uint256 key;
            uint256 total;
            uint256 path;
            assembly ("memory-safe") {
                key := data.offset
                path := proof.offset
                total := mload(0x40)
                mstore(0x40, add(total, 0x100))
                calldatacopy(total, calldatasize(), 0x80) // zeros: infinity
            }
            Bls12381.loadKey(key, total + Bls12381.POINT);
            if (!Bls12381.isKey(total + Bls12381.POINT)) return _refuse(effects, Refusal.BAD_DEVICE_KEY, proof);
            bytes32 statement = keccak256(abi.encodePacked(domainSeparator, step.owner, data[:Bls12381.KEY_LENGTH]));
            if (!Bls12381.verify(Bls12381.POSSESSIONS, total + Bls12381.POINT, statement, key + Bls12381.KEY_LENGTH)) {
                return _refuse(effects, Refusal.BAD_POSSESSION_PROOF, proof);
            }

            if (proof.length != committeeSizeLog2 << 5) revert WrongProofLength(proof.length, committeeSizeLog2 << 5);
            uint256 slot = step.indices[0] & _committeeSize() - 1;
            bytes memory committee = new bytes(COMMITTEE_LENGTH);
            bytes memory counters = new bytes(Counters.lengthOf(_committeeSize()));
            bytes32 keyRoot;
            if (slot != 0) {
                committee = _copy(step.leaves[1], COMMITTEE_LENGTH);
                counters = _copy(step.leaves[2], counters.length);
                keyRoot = step.leaves[1].word(KEY_ROOT);
                Bls12381.loadKey(_offset(step.leaves[1]) + TOTAL_KEY, total);
            }
            (bytes32 before, bytes32 afterwards) = KeyTree.join(slot, bytes32(step.fields[8]), path, committeeSizeLog2);
            if (before != keyRoot) revert WrongProof(before, keyRoot);
            Bls12381.add(total);
            uint256 start = _memory(committee);
            LeafBytes.setU16(start, slot + 1);
            Bls12381.storeKey(total, start + TOTAL_KEY);
            assembly ("memory-safe") {
                mstore(add(start, KEY_ROOT), afterwards)
            }
            uint256 epoch = _epoch(step.clock);
            start = _memory(counters);
            Counters.roll(start, _committeeSize(), _month(epoch));
            Counters.join(start, slot, epoch);

            effects.token = step.fields[6];
            effects.leaves = new bytes[](3);
            effects.leaves[0] = _provider(step, epoch);
            effects.leaves[1] = committee;
            effects.leaves[2] = counters;
        }
    }

    function _provider(Step calldata step, uint256 epoch) private pure returns (bytes memory) {
        return abi.encodePacked(
            step.id,
            uint32(step.fields[0]),
            uint32(step.recipient),
            uint16(step.fields[3]),
            uint64(step.fields[4]),
            uint64(step.fields[5]),
            uint8(step.fields[6]),
            uint128(step.fields[7]),
            uint8(0), // flags
            uint32(epoch),
            uint32(0), // has not moved
            bytes32(0) // endpoint
        );
    }

    // --- kind 9

    /// @dev data: the posted bytes. All checks but the last need no proof; so first all of those, of every committee.
    function _record(Effects memory effects, Step calldata step, bytes calldata data, bytes calldata proof)
        private
        view
    {
        unchecked {
            (uint256 epoch, uint256 cursor) = PostedCodec.varint(_offset(data) + 1);
            uint256 end = _epochEnd(epoch);
            if (step.clock < end) return _refuse(effects, Refusal.EPOCH_NOT_OVER, proof);
            if (step.clock >= end + graceSeconds) return _refuse(effects, Refusal.EPOCH_TOO_OLD, proof);
            bytes32 seed = _seed(step.leaves[0], epoch / epochsPerSeed);
            if (seed == 0) return _refuse(effects, Refusal.BEACON_VOID, proof);

            uint256 count = (step.leaves.length - 1) >> 1;
            Attendance[] memory committees = new Attendance[](count);
            ++cursor;
            for (uint256 i; i < count; ++i) {
                bytes calldata leaf = step.leaves[2 * i + 1];
                if (leaf.number(LAST_EPOCH, 4) > epoch) {
                    return _refuse(effects, Refusal.EPOCH_ALREADY_RECORDED, proof);
                }
                bool inRange;
                (inRange, cursor) = _attend(committees[i], leaf.number(0, 2), cursor);
                if (!inRange) return _refuse(effects, Refusal.SLOT_OUT_OF_RANGE, proof);
                if (committees[i].present[0] | committees[i].present[1] == 0) {
                    return _refuse(effects, Refusal.NOBODY_PRESENT, proof);
                }
            }

            uint256 key = _sumOfThePresent(committees, step.leaves, proof);
            bytes32 beacon = keccak256(abi.encodePacked(seed, uint64(epoch)));
            bytes32 message = keccak256(abi.encodePacked(domainSeparator, uint64(epoch), beacon));
            if (Bls12381.isInfinity(key) || !Bls12381.verify(Bls12381.MESSAGES, key, message, cursor)) {
                effects.refusal = Refusal.BAD_AGGREGATE;
                return;
            }

            effects.leaves = new bytes[](2 * count + 1);
            for (uint256 i; i < count; ++i) {
                bytes memory committee = _copy(step.leaves[2 * i + 1], COMMITTEE_LENGTH);
                uint256 start = _memory(committee);
                LeafBytes.setU32(start + LAST_EPOCH, epoch + 1);
                effects.leaves[2 * i + 1] = committee;
                bytes memory counters = _copy(step.leaves[2 * i + 2], Counters.lengthOf(_committeeSize()));
                Counters.record(
                    _memory(counters),
                    _committeeSize(),
                    epoch,
                    _month(epoch),
                    committees[i].members,
                    committees[i].absent
                );
                effects.leaves[2 * i + 2] = counters;
            }
        }
    }

    /// @dev The newest seed of the period before `period`; 0 if there is none.
    function _seed(bytes calldata leaf, uint256 period) private pure returns (bytes32 seed) {
        unchecked {
            for (uint256 i = SEEDS; i != 0; --i) {
                uint256 offset = (i - 1) * SEED_LENGTH;
                if (leaf.number(offset, 4) + 1 != period) continue;
                seed = leaf.word(offset + 4);
                if (seed != 0) return seed;
            }
        }
    }

    /// @dev Reads one committee of a record, from its index.
    /// @return inRange whether only slots of members are named
    /// @return next address after it
    function _attend(Attendance memory attendance, uint256 members, uint256 cursor)
        private
        view
        returns (bool inRange, uint256 next)
    {
        unchecked {
            uint256 size = _committeeSize();
            attendance.members = members;
            uint256 format;
            uint256[2] memory named;
            (, next) = PostedCodec.varint(cursor);
            assembly ("memory-safe") {
                format := byte(0, calldataload(next))
            }
            ++next;
            if (format == 0) {
                uint256 count;
                (count, next) = PostedCodec.varint(next);
                assembly ("memory-safe") {
                    for { let end := add(next, shl(1, count)) } lt(next, end) { next := add(next, 2) } {
                        let slot := shr(240, calldataload(next))
                        let half := add(named, shl(5, shr(8, slot)))
                        mstore(half, or(mload(half), shl(sub(255, and(slot, 255)), 1)))
                    }
                }
            } else {
                assembly ("memory-safe") {
                    calldatacopy(named, next, shr(3, size))
                }
                next += size >> 3;
            }
            inRange = true;
            for (uint256 half; half < 2; ++half) {
                uint256 all = _firstBits(members, half);
                uint256 bits = named[half];
                if (bits & ~all != 0) inRange = false;
                attendance.present[half] = format == 0 ? all ^ bits : bits;
                attendance.absent[half] = format == 0 ? bits : all ^ bits;
            }
        }
    }

    /// @dev The bits of the slots below `members`, in one half.
    function _firstBits(uint256 members, uint256 half) private pure returns (uint256) {
        unchecked {
            if (half == 0) return ~(type(uint256).max >> members);
            return members > 256 ? ~(type(uint256).max >> members - 256) : 0;
        }
    }

    /// @dev The sum of the keys of all who are present, from the total keys and the keys of the fewer in every committee, which
    /// the proof gives and shows to be those of their slots.
    /// @return sum memory address of a point
    function _sumOfThePresent(Attendance[] memory committees, bytes[] calldata leaves, bytes calldata proof)
        private
        view
        returns (uint256 sum)
    {
        unchecked {
            uint256 slots;
            assembly ("memory-safe") {
                // Two sums, each with room for what is added, and the slots of at most half of the largest committee.
                sum := mload(0x40)
                slots := add(sum, 0x200)
                mstore(0x40, add(slots, 0x2040))
                calldatacopy(sum, calldatasize(), 0x200) // zeros: infinity
            }
            uint256 subtracted = sum + 2 * Bls12381.POINT;
            uint256 cursor = _offset(proof);
            uint256 end = cursor + proof.length;
            for (uint256 i; i < committees.length; ++i) {
                bytes calldata leaf = leaves[2 * i + 1];
                uint256 absent = _count(committees[i].absent);
                bool subtract = 2 * absent <= committees[i].members;
                if (subtract) {
                    // The first stands alone.
                    Bls12381.loadKey(_offset(leaf) + TOTAL_KEY, i == 0 ? sum : sum + Bls12381.POINT);
                    if (i != 0) Bls12381.add(sum);
                    if (absent == 0) continue;
                }
                uint256 count = _list(subtract ? committees[i].absent : committees[i].present, slots);
                bytes32 root;
                (root, cursor) = KeyTree.climb(slots, count, committees[i].members, cursor, subtract ? subtracted : sum);
                bytes32 expected = leaf.word(KEY_ROOT);
                if (root != expected) revert WrongProof(root, expected);
            }
            if (cursor != end) revert WrongProofLength(proof.length, proof.length + cursor - end);
            if (Bls12381.isInfinity(subtracted)) return sum;
            Bls12381.negate(subtracted);
            assembly ("memory-safe") {
                mcopy(add(sum, 0x80), subtracted, 0x80)
            }
            Bls12381.add(sum);
        }
    }

    /// @dev Number of set bits.
    function _count(uint256[2] memory bits) private pure returns (uint256 count) {
        unchecked {
            for (uint256 half; half < 2; ++half) {
                for (uint256 word = bits[half]; word != 0; word &= word - 1) {
                    ++count;
                }
            }
        }
    }

    /// @dev Writes the slots whose bits are set, a word each, and behind them the committee size.
    function _list(uint256[2] memory bits, uint256 slots) private view returns (uint256 count) {
        uint256 size = _committeeSize();
        assembly ("memory-safe") {
            let cursor := slots
            for { let half := 0 } lt(half, 2) { half := add(half, 1) } {
                for { let word := mload(add(bits, shl(5, half))) } word { cursor := add(cursor, 0x20) } {
                    let slot := clz(word)
                    word := xor(word, shl(sub(255, slot), 1))
                    mstore(cursor, or(slot, shl(8, half)))
                }
            }
            mstore(cursor, size)
            count := shr(5, sub(cursor, slots))
        }
    }

    // --- bytes

    function _committeeSize() private view returns (uint256) {
        return 1 << committeeSizeLog2;
    }

    /// @dev A leaf in memory, to be changed there.
    function _copy(bytes calldata leaf, uint256 length) private pure returns (bytes memory) {
        if (leaf.length != length) revert LeafTruncated();
        return leaf;
    }

    function _offset(bytes calldata data) private pure returns (uint256 offset) {
        assembly ("memory-safe") {
            offset := data.offset
        }
    }

    function _memory(bytes memory data) private pure returns (uint256 first) {
        assembly ("memory-safe") {
            first := add(data, 0x20)
        }
    }
}
