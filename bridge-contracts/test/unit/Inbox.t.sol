// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Inbox} from "../../src/Inbox.sol";
import {IInbox} from "../../src/interfaces/IInbox.sol";
import {Deployment} from "../Deployment.sol";

contract InboxTest is Deployment {
    uint64 private constant SEED_PERIOD = 3_600;

    function setUp() public {
        _deploy();
        vm.prevrandao(keccak256("randao"));
    }

    function test_accumulatorAt_isZero_beforeTheFirst() public view {
        assertEq(inbox.accumulatorAt(0), bytes32(0), "accumulator 0");
        assertEq(inbox.count(), 0, "count");
    }

    function test_accumulatorAt_revertsWhen_positionIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IInbox.PositionUnknown.selector, 1, 0));
        inbox.accumulatorAt(1);
    }

    function test_enqueueDeposit_revertsWhen_senderIsNotTheBridge() public {
        vm.expectRevert(abi.encodeWithSelector(IInbox.NotBridge.selector, address(this)));
        inbox.enqueueDeposit(0, 1, ALICE);
    }

    function test_forceTransaction_revertsWhen_empty() public {
        vm.deal(address(this), 1 ether);
        vm.expectRevert(abi.encodeWithSelector(IInbox.ForcedLengthOutOfRange.selector, 0, 1_024));
        inbox.forceTransaction{value: FORCED_FEE}("");
    }

    function test_forceTransaction_revertsWhen_tooLong() public {
        vm.deal(address(this), 1 ether);
        vm.expectRevert(abi.encodeWithSelector(IInbox.ForcedLengthOutOfRange.selector, 1_025, 1_024));
        inbox.forceTransaction{value: FORCED_FEE}(new bytes(1_025));
    }

    function test_forceTransaction_revertsWhen_feeIsNotExact() public {
        vm.deal(address(this), 1 ether);
        vm.expectRevert(abi.encodeWithSelector(IInbox.WrongForcedFee.selector, FORCED_FEE - 1, FORCED_FEE));
        inbox.forceTransaction{value: FORCED_FEE - 1}(hex"01");
        vm.expectRevert(abi.encodeWithSelector(IInbox.WrongForcedFee.selector, FORCED_FEE + 1, FORCED_FEE));
        inbox.forceTransaction{value: FORCED_FEE + 1}(hex"01");
    }

    function test_forceTransaction_queues_anyBytes(bytes calldata wire, uint32 wait) public {
        vm.assume(wire.length != 0 && wire.length <= 1_024);
        vm.warp(vm.getBlockTimestamp() + wait);
        uint64 time = uint64(vm.getBlockTimestamp());
        bytes32 accumulator = keccak256(
            abi.encodePacked(
                bytes32(0), keccak256(abi.encodePacked(uint8(2), wire)), time, uint64(28_000), uint64(2_500_000)
            )
        );
        vm.expectEmit();
        emit IInbox.MessageQueued(0, 2, wire, time, 28_000, 2_500_000, accumulator);
        _forceWire(wire);
        assertEq(inbox.count(), 1, "count");
        assertEq(inbox.accumulatorAt(1), accumulator, "accumulator");
    }

    function test_weights_areCumulative() public {
        _depositEth(ALICE, 1);
        _forceWire(hex"ff");
        vm.expectEmit();
        uint64 time = uint64(vm.getBlockTimestamp());
        bytes memory payload = abi.encodePacked(uint32(0), block.prevrandao);
        bytes32 hash = keccak256(abi.encodePacked(uint8(3), payload));
        uint64 bytesTotal = 2_020 + 28_000 + 200;
        uint64 gasTotal = 40_000 + 2_500_000 + 10_000;
        bytes32 accumulator = keccak256(abi.encodePacked(inbox.accumulatorAt(2), hash, time, bytesTotal, gasTotal));
        emit IInbox.MessageQueued(2, 3, payload, time, bytesTotal, gasTotal, accumulator);
        _takeSeed();
    }

    function test_takeSeed_revertsWhen_takenInThisPeriod() public {
        _takeSeed();
        vm.warp(vm.getBlockTimestamp() + SEED_PERIOD - 1);
        vm.expectRevert(abi.encodeWithSelector(IInbox.SeedAlreadyTaken.selector, 0));
        inbox.takeSeed();
        vm.warp(vm.getBlockTimestamp() + 1);
        _takeSeed();
        assertEq(inbox.lastSeedPeriodPlusOne(), 2, "period");
    }

    function test_takeSeed_skipsPeriods_thatNobodyTook() public {
        vm.warp(vm.getBlockTimestamp() + 10 * SEED_PERIOD);
        _takeSeed();
        assertEq(inbox.lastSeedPeriodPlusOne(), 11, "period");
    }

    function test_takeSeed_revertsWhen_beforeGenesis() public {
        uint64 time = genesis.genesisTime;
        vm.warp(time - 1);
        vm.expectRevert(abi.encodeWithSelector(IInbox.BeforeGenesis.selector, time - 1, time));
        inbox.takeSeed();
    }

    function test_genesisHash_isOfTheEncodedStruct() public view {
        assertEq(inbox.genesisHash(), keccak256(abi.encode(genesis)), "hash");
        // 18 fields, two of them arrays of four words
        assertEq(abi.encode(genesis).length, 24 * 32, "words");
        assertEq(rollup.genesisHash(), inbox.genesisHash(), "rollup");
        assertEq(bridge.genesisHash(), inbox.genesisHash(), "bridge");
        assertEq(prover.genesisHash(), inbox.genesisHash(), "prover");
    }
}
