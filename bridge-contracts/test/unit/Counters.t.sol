// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Counters} from "../../src/libraries/Counters.sol";
import {SluiceTest} from "../SluiceTest.sol";

/// @notice The library against the same rules written with arrays.
contract CountersTest is SluiceTest {
    uint256 private constant SIZE = 8;
    uint256 private constant EPOCHS_PER_MONTH = 5;

    uint256 private month;
    uint256 private recorded;
    uint256 private previousRecorded;
    uint256[2] private joinEpoch;
    uint256[2] private joinCount;
    uint256[SIZE] private missed;
    uint256[SIZE] private excused;
    uint256[SIZE] private previousMissed;
    uint256[SIZE] private previousExcused;

    function _roll(uint256 to) private {
        if (month >= to) return;
        bool follows = month + 1 == to;
        previousRecorded = follows ? recorded : 0;
        recorded = 0;
        for (uint256 i; i < SIZE; ++i) {
            (previousMissed[i], previousExcused[i]) = follows ? (missed[i], excused[i]) : (0, 0);
            (missed[i], excused[i]) = (0, 0);
        }
        month = to;
    }

    function _join(uint256 slot, uint256 epoch) private {
        excused[slot] = recorded;
        if (joinEpoch[1] == epoch) return;
        (joinEpoch[0], joinCount[0]) = (joinEpoch[1], joinCount[1]);
        (joinEpoch[1], joinCount[1]) = (epoch, slot);
    }

    function _record(uint256 epoch, uint256 members, uint256 absent) private {
        uint256 its = epoch / EPOCHS_PER_MONTH;
        _roll(its);
        uint256 eligible = joinEpoch[1] < epoch ? members : joinEpoch[0] < epoch ? joinCount[1] : joinCount[0];
        bool current = its == month;
        if (current) ++recorded;
        else ++previousRecorded;
        for (uint256 i; i < SIZE; ++i) {
            if (absent >> i & 1 == 0) continue;
            if (current && i < eligible) ++missed[i];
            else if (current) ++excused[i];
            else if (i < eligible) ++previousMissed[i];
            else ++previousExcused[i];
        }
    }

    function _encoded() private view returns (bytes memory out) {
        out = abi.encodePacked(uint32(month), uint16(recorded), uint16(previousRecorded));
        for (uint256 i; i < 2; ++i) {
            out = abi.encodePacked(out, uint32(joinEpoch[i]), uint16(joinCount[i]));
        }
        for (uint256 i; i < SIZE; ++i) {
            out = abi.encodePacked(out, uint16(missed[i]), uint16(excused[i]));
        }
        for (uint256 i; i < SIZE; ++i) {
            out = abi.encodePacked(out, uint16(previousMissed[i]), uint16(previousExcused[i]));
        }
    }

    /// @dev Joins and records of a history in which epochs pass, some of them unrecorded; a record is late by one epoch at most.
    function testFuzz_history_isThatOfTheRules(uint256 seed) public {
        bytes memory leaf = new bytes(Counters.lengthOf(SIZE));
        uint256 counters;
        assembly {
            counters := add(leaf, 0x20)
        }
        uint256 epoch;
        uint256 recordedPlusOne;
        uint256 members;
        for (uint256 step; step < 40; ++step) {
            uint256 random = uint256(keccak256(abi.encode(seed, step)));
            if (random & 7 == 0) epoch += random >> 8 & 15;
            else if (random & 3 == 1) ++epoch;
            if (random >> 16 & 1 == 0 && members < SIZE) {
                uint256 its = epoch / EPOCHS_PER_MONTH;
                _roll(its);
                _join(members, epoch);
                Counters.roll(counters, SIZE, its);
                Counters.join(counters, members++, epoch);
            } else if (epoch > recordedPlusOne && members != 0) {
                uint256 absent = random >> 32 & (1 << members) - 1;
                recordedPlusOne = epoch;
                _record(epoch - 1, members, absent);
                uint256[2] memory bits;
                for (uint256 i; i < SIZE; ++i) {
                    bits[0] |= (absent >> i & 1) << (255 - i);
                }
                Counters.record(counters, SIZE, epoch - 1, (epoch - 1) / EPOCHS_PER_MONTH, members, bits);
            }
            assertEq(leaf, _encoded(), string.concat("step ", vm.toString(step)));
        }
    }

    function test_record_ofTheSecondHalfOfACommittee() public pure {
        bytes memory leaf = new bytes(Counters.lengthOf(512));
        uint256 counters;
        assembly {
            counters := add(leaf, 0x20)
        }
        Counters.record(counters, 512, 1, 0, 512, [uint256(1), 1]);
        bytes memory expected = new bytes(Counters.lengthOf(512));
        expected[5] = 0x01;
        expected[20 + 4 * 255 + 1] = 0x01;
        expected[20 + 4 * 511 + 1] = 0x01;
        assertEq(leaf, expected, "slots 255 and 511");
    }
}
