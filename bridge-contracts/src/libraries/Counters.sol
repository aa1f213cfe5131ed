// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {LeafBytes} from "./LeafBytes.sol";

/// @notice The counters of a committee (docs/protocol.md §3, §6.2) as the 20 + 8C bytes of their leaf in memory.
/// @dev `month u32 | recorded u16 | previousRecorded u16 | joinEpochA u32 | joinCountA u16 | joinEpochB u32 | joinCountB u16`,
/// then missed u16 | excused u16 of every slot, for the current month and for the one before.
library Counters {
    uint256 private constant HEAD = 20;
    uint256 private constant MONTH = 0;
    uint256 private constant RECORDED = 4;
    uint256 private constant PREVIOUS_RECORDED = 6;
    uint256 private constant JOIN_EPOCH_A = 8;
    uint256 private constant JOIN_EPOCH_B = 14;
    uint256 private constant JOIN_COUNT_B = 18;
    /// @dev epoch u32 | count u16
    uint256 private constant JOIN_LENGTH = 6;

    /// @notice Bytes of a leaf.
    /// @param size slots of a committee, C
    function lengthOf(uint256 size) internal pure returns (uint256) {
        return HEAD + 8 * size;
    }

    /// @notice Makes `month` the current one if it is later.
    function roll(uint256 counters, uint256 size, uint256 month) internal pure {
        uint256 current = _u32(counters + MONTH);
        if (current >= month) return;
        bool follows = current + 1 == month;
        uint256 half = 4 * size;
        assembly ("memory-safe") {
            let slots := add(counters, HEAD)
            switch follows
            case 0 { calldatacopy(add(slots, half), calldatasize(), half) } // zeros
            default { mcopy(add(slots, half), slots, half) }
            calldatacopy(slots, calldatasize(), half)
        }
        LeafBytes.setU16(counters + PREVIOUS_RECORDED, follows ? _u16(counters + RECORDED) : 0);
        LeafBytes.setU16(counters + RECORDED, 0);
        LeafBytes.setU32(counters + MONTH, month);
    }

    /// @notice Seats a new member: what was recorded before it came is excused, and its epoch is kept.
    /// @param slot that it takes; the number of members before it
    function join(uint256 counters, uint256 slot, uint256 epoch) internal pure {
        LeafBytes.setU16(counters + HEAD + 4 * slot + 2, _u16(counters + RECORDED));
        if (_u32(counters + JOIN_EPOCH_B) == epoch) return;
        assembly ("memory-safe") {
            mcopy(add(counters, JOIN_EPOCH_A), add(counters, JOIN_EPOCH_B), JOIN_LENGTH)
        }
        LeafBytes.setU32(counters + JOIN_EPOCH_B, epoch);
        LeafBytes.setU16(counters + JOIN_COUNT_B, slot);
    }

    /// @notice Counts one recorded epoch of a month that is the current one or the one before it.
    /// @param members of the committee
    /// @param absent a bit per slot, the first 256 slots and the others, most significant bit first
    function record(
        uint256 counters,
        uint256 size,
        uint256 epoch,
        uint256 month,
        uint256 members,
        uint256[2] memory absent
    ) internal pure {
        unchecked {
            roll(counters, size, month);
            uint256 eligible = members;
            if (_u32(counters + JOIN_EPOCH_B) >= epoch) {
                uint256 join_ = _u32(counters + JOIN_EPOCH_A) < epoch ? JOIN_EPOCH_B : JOIN_EPOCH_A;
                eligible = _u16(counters + join_ + 4);
            }
            bool previous = _u32(counters + MONTH) != month;
            uint256 recorded = counters + (previous ? PREVIOUS_RECORDED : RECORDED);
            LeafBytes.setU16(recorded, _u16(recorded) + 1);
            uint256 slots = counters + HEAD + (previous ? 4 * size : 0);
            for (uint256 half; half < 2; ++half) {
                uint256 bits = absent[half];
                assembly ("memory-safe") {
                    for {} bits {} {
                        let slot := clz(bits)
                        bits := xor(bits, shl(sub(255, slot), 1))
                        slot := or(slot, shl(8, half))
                        let cursor := add(slots, shl(2, slot))
                        // missed is the first u16, excused the second; neither ever reaches 2^16
                        mstore(cursor, add(mload(cursor), shl(sub(240, shl(4, iszero(lt(slot, eligible)))), 1)))
                    }
                }
            }
        }
    }

    function _u16(uint256 cursor) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(240, mload(cursor))
        }
    }

    function _u32(uint256 cursor) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(224, mload(cursor))
        }
    }
}
