// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Inbox} from "../../src/Inbox.sol";
import {Rollup} from "../../src/Rollup.sol";
import {IInbox, InboxLink} from "../../src/interfaces/IInbox.sol";
import {BatchHeader, IRollup} from "../../src/interfaces/IRollup.sol";
import {Genesis} from "../../src/libraries/Genesis.sol";
import {Deployment} from "../Deployment.sol";

/// @notice Refuses ETH.
contract Refusing {
    function bond(IRollup rollup) external payable {
        rollup.depositBond{value: msg.value}();
    }

    function withdraw(IRollup rollup, BatchHeader calldata header) external {
        rollup.withdrawBond(header);
    }

    function reward(IRollup rollup) external {
        rollup.withdrawReward();
    }
}

contract RollupTest is Deployment {
    struct PostCall {
        BatchHeader previous;
        uint64 blockNumber;
        bytes32 blockAccumulator;
        uint64 clock;
        uint64 inboxPosition;
        bytes32 inboxAccumulator;
        InboxLink next;
        bytes data;
    }

    function setUp() public {
        _deploy();
        vm.warp(vm.getBlockTimestamp() + 100);
    }

    receive() external payable {}

    /// @dev A post that succeeds now: one chunk of a few bytes, all messages consumed.
    function _valid() private view returns (PostCall memory call) {
        call.previous = last;
        call.blockNumber = last.blockNumber + 1;
        call.blockAccumulator = keccak256(abi.encode("blocks", call.blockNumber));
        call.clock = uint64(vm.getBlockTimestamp());
        call.inboxPosition = inbox.count();
        call.inboxAccumulator = inbox.accumulatorAt(call.inboxPosition);
        call.data = _chunkData(keccak256(abi.encode("root", call.blockNumber)), hex"0102030405");
    }

    function _chunkData(bytes32 root, bytes memory payload) private pure returns (bytes memory) {
        return abi.encodePacked(root, uint16(payload.length), payload);
    }

    function _send(address sender, PostCall memory c) private returns (BatchHeader memory) {
        vm.recordLogs();
        vm.prank(sender);
        rollup.post(
            c.previous, c.blockNumber, c.blockAccumulator, c.clock, c.inboxPosition, c.inboxAccumulator, c.next, c.data
        );
        last = _postedHeader();
        return last;
    }

    function _refused(address sender, PostCall memory c, bytes memory reason) private {
        vm.prank(sender);
        vm.expectRevert(reason);
        rollup.post(
            c.previous, c.blockNumber, c.blockAccumulator, c.clock, c.inboxPosition, c.inboxAccumulator, c.next, c.data
        );
    }

    // --- constructor

    function _refusedGenesis(bytes32 name) private {
        Inbox other = new Inbox(genesis, address(1), 0);
        address[] memory none;
        vm.expectRevert(abi.encodeWithSelector(IRollup.InvalidParameter.selector, name));
        new Rollup(genesis, bytes32(uint256(1)), other, none, none);
    }

    function test_constructor_revertsWhen_stfVersionIsUnknown() public {
        genesis.stfVersion = 1;
        _refusedGenesis("stfVersion");
    }

    function test_constructor_revertsWhen_token0IsNotEth() public {
        genesis.tokens[0] = address(1);
        _refusedGenesis("tokens");
    }

    function test_constructor_revertsWhen_feeUnitIsTooLarge() public {
        genesis.feeUnits[3] = 1 << 96;
        _refusedGenesis("feeUnits");
    }

    function test_constructor_revertsWhen_epochIsEmpty() public {
        genesis.epochSeconds = 0;
        _refusedGenesis("epochSeconds");
    }

    function test_constructor_revertsWhen_monthIsEmptyOrTooLong() public {
        genesis.epochsPerMonth = 0;
        _refusedGenesis("epochsPerMonth");
        genesis.epochsPerMonth = 8_641;
        _refusedGenesis("epochsPerMonth");
    }

    function test_constructor_revertsWhen_seedPeriodIsEmpty() public {
        genesis.epochsPerSeed = 0;
        _refusedGenesis("epochsPerSeed");
    }

    function test_constructor_revertsWhen_graceIsLongerThanAnEpoch() public {
        genesis.graceSeconds = genesis.epochSeconds + 1;
        _refusedGenesis("graceSeconds");
    }

    function test_constructor_revertsWhen_committeeSizeIsOutOfRange() public {
        genesis.committeeSizeLog2 = 2;
        _refusedGenesis("committeeSizeLog2");
        genesis.committeeSizeLog2 = 10;
        _refusedGenesis("committeeSizeLog2");
    }

    function test_constructor_revertsWhen_protectiveDelayIsShort_outsideDevelopment() public {
        genesis.protectiveDelay = 2 * (genesis.forcedDeadline + genesis.clockLag) - 1;
        Inbox other = new Inbox(genesis, address(1), 0);
        address[] memory none;
        new Rollup(genesis, bytes32(uint256(1)), other, none, none); // chain id 31337
        vm.chainId(1);
        _refusedGenesis("protectiveDelay");
        genesis.protectiveDelay += 1;
        other = new Inbox(genesis, address(1), 0);
        new Rollup(genesis, bytes32(uint256(1)), other, none, none);
    }

    function test_constructor_revertsWhen_genesisRootIsZero() public {
        address[] memory none;
        vm.expectRevert(abi.encodeWithSelector(IRollup.InvalidParameter.selector, bytes32("genesisRoot")));
        new Rollup(genesis, 0, inbox, none, none);
    }

    function test_constructor_revertsWhen_inboxIsOfAnotherDeployment() public {
        genesis.chainName = "other";
        address[] memory none;
        vm.expectRevert(abi.encodeWithSelector(IRollup.InvalidParameter.selector, bytes32("inbox")));
        new Rollup(genesis, bytes32(uint256(1)), inbox, none, none);
    }

    function test_constructor_storesAndEmitsGenesis() public view {
        assertEq(rollup.head(), 1, "head");
        assertEq(rollup.headerHash(0), _headerHash(last), "hash");
        assertEq(last.postRoot, rollup.genesisRoot(), "root");
        assertEq(last.clock, genesis.genesisTime, "clock");
        assertEq(last.l1Time, genesis.genesisTime, "time of deployment");
        assertEq(last.mode, 0, "mode");
        assertEq(last.proposer, address(0), "proposer");
        assertEq(rollup.operator(), OPERATOR, "operator");
        assertTrue(rollup.isPoster(POSTER) && rollup.isProver(address(prover)), "roles");
    }

    // --- post

    function test_post_revertsWhen_previousIsNotTheHead() public {
        BatchHeader memory genesisHeader = last;
        _send(POSTER, _valid());
        PostCall memory c = _valid();
        c.previous = genesisHeader;
        _refused(POSTER, c, abi.encodeWithSelector(IRollup.NotHead.selector, 0, 1));
    }

    function test_post_revertsWhen_previousIsChanged(uint8 field) public {
        PostCall memory c = _valid();
        field = uint8(bound(field, 0, 9));
        if (field == 0) c.previous.parent = "x";
        if (field == 1) c.previous.dataHash = "x";
        if (field == 2) c.previous.postRoot = "x";
        if (field == 3) c.previous.blockAccumulator = "x";
        if (field == 4) c.previous.blockNumber += 1;
        if (field == 5) c.previous.inboxPosition += 1;
        if (field == 6) c.previous.clock += 1;
        if (field == 7) c.previous.l1Time += 1;
        if (field == 8) c.previous.chunkCount += 1;
        if (field == 9) c.previous.mode += 1;
        _refused(
            POSTER,
            c,
            abi.encodeWithSelector(IRollup.HeaderMismatch.selector, 0, _headerHash(c.previous), rollup.headerHash(0))
        );
    }

    function test_post_revertsWhen_senderIsNoPoster() public {
        vm.deal(ALICE, BOND);
        vm.prank(ALICE);
        rollup.depositBond{value: BOND}();
        _refused(ALICE, _valid(), abi.encodeWithSelector(IRollup.NotPoster.selector, ALICE));
    }

    function test_post_revertsWhen_nobodyIsBonded() public {
        vm.prank(OPERATOR);
        rollup.withdrawBond(last);
        _refused(POSTER, _valid(), abi.encodeWithSelector(IRollup.BondTooLow.selector, POSTER, 0, BOND));
    }

    function test_post_byAnyoneBonded_whenOperatorsBondIsShort() public {
        vm.prank(OPERATOR);
        rollup.withdrawBond(last);
        vm.deal(ALICE, BOND);
        vm.startPrank(ALICE);
        rollup.depositBond{value: BOND - 1}();
        vm.stopPrank();
        _refused(ALICE, _valid(), abi.encodeWithSelector(IRollup.BondTooLow.selector, ALICE, BOND - 1, BOND));
        vm.prank(ALICE);
        rollup.depositBond{value: 1}();
        assertEq(_send(ALICE, _valid()).proposer, ALICE, "proposer");
    }

    function test_post_byAnyoneBonded_whenOperatorIsSilent() public {
        vm.deal(ALICE, BOND);
        vm.prank(ALICE);
        rollup.depositBond{value: BOND}();
        vm.warp(last.l1Time + DEADLINE - 1);
        _refused(ALICE, _valid(), abi.encodeWithSelector(IRollup.NotPoster.selector, ALICE));
        vm.warp(last.l1Time + DEADLINE);
        assertEq(_send(ALICE, _valid()).proposer, ALICE, "proposer");
        // The stage is over with that post; the operator's posters go on.
        _refused(ALICE, _valid(), abi.encodeWithSelector(IRollup.NotPoster.selector, ALICE));
        assertEq(_send(POSTER, _valid()).proposer, OPERATOR, "operator");
    }

    function test_post_revertsWhen_clockMovesBack() public {
        PostCall memory c = _valid();
        c.clock = last.clock - 1;
        _refused(
            POSTER,
            c,
            abi.encodeWithSelector(IRollup.ClockOutOfRange.selector, c.clock, last.clock, vm.getBlockTimestamp())
        );
    }

    function test_post_revertsWhen_clockRunsAhead() public {
        PostCall memory c = _valid();
        c.clock = uint64(vm.getBlockTimestamp()) + 1;
        _refused(
            POSTER,
            c,
            abi.encodeWithSelector(IRollup.ClockOutOfRange.selector, c.clock, last.clock, vm.getBlockTimestamp())
        );
    }

    function test_post_revertsWhen_clockLags() public {
        vm.warp(vm.getBlockTimestamp() + 1 days);
        PostCall memory c = _valid();
        c.clock = uint64(vm.getBlockTimestamp()) - genesis.clockLag - 1;
        _refused(
            POSTER,
            c,
            abi.encodeWithSelector(IRollup.ClockOutOfRange.selector, c.clock, last.clock, vm.getBlockTimestamp())
        );
        c.clock += 1;
        _send(POSTER, c);
    }

    function test_post_revertsWhen_blockNumberStays() public {
        PostCall memory c = _valid();
        c.blockNumber = 0;
        _refused(POSTER, c, abi.encodeWithSelector(IRollup.BlockNumberNotIncreasing.selector, 0, 0));
    }

    function test_post_revertsWhen_inboxPositionMovesBack() public {
        _depositEth(ALICE, 1);
        _send(POSTER, _valid());
        PostCall memory c = _valid();
        c.inboxPosition = 0;
        _refused(POSTER, c, abi.encodeWithSelector(IRollup.InboxPositionOutOfRange.selector, 0, 1, 1));
    }

    function test_post_revertsWhen_inboxPositionPassesTheLast() public {
        PostCall memory c = _valid();
        c.inboxPosition = 1;
        _refused(POSTER, c, abi.encodeWithSelector(IRollup.InboxPositionOutOfRange.selector, 1, 0, 0));
    }

    function test_post_revertsWhen_accumulatorIsAnother() public {
        _depositEth(ALICE, 1);
        PostCall memory c = _valid();
        c.inboxAccumulator = "reorganized";
        _refused(
            POSTER,
            c,
            abi.encodeWithSelector(
                IRollup.InboxAccumulatorMismatch.selector, 1, c.inboxAccumulator, inbox.accumulatorAt(1)
            )
        );
    }

    function _leavingFirst() private view returns (PostCall memory c) {
        c = _valid();
        c.inboxPosition = 0;
        c.inboxAccumulator = 0;
        c.next = _link(0);
    }

    function test_post_needsNoNextMessage_whenItArrivedAfterTheLastPost() public {
        _depositEth(ALICE, 1);
        PostCall memory c = _leavingFirst();
        delete c.next;
        _send(POSTER, c);

        // That post saw the message, so the next one that leaves it has to show it.
        c = _leavingFirst();
        delete c.next;
        bytes32 linked = keccak256(abi.encodePacked(bytes32(0), bytes32(0), uint64(0), uint64(0), uint64(0)));
        _refused(
            POSTER, c, abi.encodeWithSelector(IRollup.NextMessageMismatch.selector, 0, linked, inbox.accumulatorAt(1))
        );
    }

    function test_post_revertsWhen_nextMessageIsAnother() public {
        vm.warp(last.l1Time + DEADLINE);
        _depositEth(ALICE, 1);
        PostCall memory c = _leavingFirst();
        c.next.time += 1;
        bytes32 linked = keccak256(
            abi.encodePacked(bytes32(0), c.next.messageHash, c.next.time, c.next.witnessWeight, c.next.gasWeight)
        );
        _refused(
            POSTER, c, abi.encodeWithSelector(IRollup.NextMessageMismatch.selector, 0, linked, inbox.accumulatorAt(1))
        );
        c.next.time -= 1;
        _send(POSTER, c);
    }

    function test_post_revertsWhen_expiredMessageIsLeft() public {
        _depositEth(ALICE, 1);
        uint64 time = uint64(vm.getBlockTimestamp());
        vm.warp(time + DEADLINE);
        PostCall memory c = _leavingFirst();
        _refused(POSTER, c, abi.encodeWithSelector(IRollup.ForcedMessageExpired.selector, 0, time));
        vm.warp(time + DEADLINE - 1);
        c.clock = uint64(vm.getBlockTimestamp());
        _send(POSTER, c);
    }

    function test_post_mayLeaveExpired_when64AreConsumed() public {
        for (uint256 i; i < 66; ++i) {
            _depositEth(ALICE, 1);
        }
        uint64 time = uint64(vm.getBlockTimestamp());
        vm.warp(time + DEADLINE);
        PostCall memory c = _valid();
        c.inboxPosition = 63;
        c.inboxAccumulator = inbox.accumulatorAt(63);
        c.next = _link(63);
        _refused(POSTER, c, abi.encodeWithSelector(IRollup.ForcedMessageExpired.selector, 63, time));
        c.inboxPosition = 64;
        c.inboxAccumulator = inbox.accumulatorAt(64);
        delete c.next;
        _send(POSTER, c);
    }

    function test_post_revertsWhen_thereIsNoChunk() public {
        PostCall memory c = _valid();
        c.data = "";
        _refused(POSTER, c, abi.encodeWithSelector(IRollup.NoChunks.selector));
    }

    function test_post_revertsWhen_thereAreTooManyChunks() public {
        PostCall memory c = _valid();
        bytes memory chunk = _chunkData("root", "");
        bytes memory data = new bytes(513 * chunk.length);
        for (uint256 i; i < data.length; ++i) {
            data[i] = chunk[i % chunk.length];
        }
        c.data = data;
        _refused(POSTER, c, abi.encodeWithSelector(IRollup.TooManyChunks.selector));
        assembly {
            mstore(data, sub(mload(data), 34))
        }
        assertEq(_send(POSTER, c).chunkCount, 512, "chunks");
    }

    function test_post_revertsWhen_dataIsTruncated(uint256 cut) public {
        PostCall memory c = _valid();
        bytes memory first = c.data;
        bytes memory data = abi.encodePacked(first, _chunkData("second", hex"aabbcc"));
        cut = bound(cut, 1, data.length - 1);
        vm.assume(cut != first.length);
        assembly {
            mstore(data, cut)
        }
        c.data = data;
        _refused(
            POSTER, c, abi.encodeWithSelector(IRollup.DataTruncated.selector, cut < first.length ? 0 : first.length)
        );
    }

    function test_post_revertsWhen_aRootIsZero() public {
        PostCall memory c = _valid();
        c.data = abi.encodePacked(c.data, _chunkData(0, hex"01"));
        _refused(POSTER, c, abi.encodeWithSelector(IRollup.ZeroRoot.selector, 1));
    }

    function test_post_storesTheHeader_ofItsChunks(uint8 chunks, uint16 length) public {
        uint256 count = bound(chunks, 1, 20);
        Chunk[] memory list = new Chunk[](count);
        bytes32 root = last.postRoot;
        for (uint256 i; i < count; ++i) {
            list[i].payload = new bytes((uint256(length) + i * 977) % 4_000);
            list[i].preRoot = root;
            list[i].postRoot = root = keccak256(abi.encode(root));
        }
        PostCall memory c = _valid();
        c.data = _data(list);
        bytes32 parent = rollup.headerHash(0);
        BatchHeader memory header = _send(POSTER, c);
        assertEq(rollup.headerHash(1), _headerHash(header), "stored");
        assertEq(header.parent, parent, "parent");
        assertEq(header.number, 1, "number");
        assertEq(header.postRoot, root, "postRoot");
        assertEq(header.chunkCount, count, "chunkCount");
        assertEq(header.blockAccumulator, c.blockAccumulator, "blockAccumulator");
        assertEq(header.blockNumber, c.blockNumber, "blockNumber");
        assertEq(header.inboxPosition, c.inboxPosition, "inboxPosition");
        assertEq(header.clock, c.clock, "clock");
        assertEq(header.l1Time, vm.getBlockTimestamp(), "l1Time");
        assertEq(header.mode, 1, "mode");
        assertEq(header.proposer, OPERATOR, "proposer");
        // Every chunk's path leads to dataHash.
        uint256 pick = uint256(keccak256(abi.encode(chunks, length))) % count;
        bytes32[] memory path = _path(list, pick);
        bytes32 node =
            keccak256(abi.encodePacked(list[pick].preRoot, list[pick].postRoot, keccak256(list[pick].payload)));
        for (uint256 i; i < path.length; ++i) {
            node = pick >> i & 1 == 0
                ? keccak256(abi.encodePacked(node, path[i]))
                : keccak256(abi.encodePacked(path[i], node));
        }
        assertEq(node, header.dataHash, "dataHash");
    }

    // --- finality and conviction

    function test_isFinal_onlyAfterTheWindow() public {
        BatchHeader memory header = _send(POSTER, _valid());
        vm.warp(header.l1Time + WINDOW - 1);
        assertTrue(!rollup.isFinal(header), "within the window");
        vm.warp(header.l1Time + WINDOW);
        assertTrue(rollup.isFinal(header), "after it");
        header.postRoot = "forged";
        assertTrue(!rollup.isFinal(header), "forged");
    }

    function test_convict_revertsWhen_senderIsNoProver() public {
        BatchHeader memory header = _send(POSTER, _valid());
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotProver.selector, ALICE));
        rollup.convict(header, ALICE);
    }

    function test_convict_revertsWhen_itIsGenesis() public {
        vm.expectRevert(abi.encodeWithSelector(IRollup.GenesisNotConvictable.selector));
        rollup.convict(last, CHALLENGER);
    }

    function test_convict_revertsWhen_headerIsForged() public {
        BatchHeader memory header = _send(POSTER, _valid());
        header.proposer = ALICE;
        vm.expectRevert(
            abi.encodeWithSelector(IRollup.HeaderMismatch.selector, 1, _headerHash(header), rollup.headerHash(1))
        );
        rollup.convict(header, CHALLENGER);
    }

    function test_convict_revertsWhen_batchIsFinal() public {
        BatchHeader memory header = _send(POSTER, _valid());
        vm.warp(header.l1Time + WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IRollup.BatchIsFinal.selector, 1));
        rollup.convict(header, CHALLENGER);
        vm.warp(header.l1Time + WINDOW - 1);
        rollup.convict(header, CHALLENGER);
    }

    function test_convict_removesTheBatchAndAllAfter_andHalvesTheBond() public {
        BatchHeader memory first = _send(POSTER, _valid());
        BatchHeader memory second = _send(POSTER, _valid());
        BatchHeader memory third = _send(POSTER, _valid());
        uint256 burntBefore = address(0).balance;
        vm.expectEmit();
        emit IRollup.BatchConvicted(2, CHALLENGER, OPERATOR, BOND);
        rollup.convict(second, CHALLENGER);
        assertEq(rollup.head(), 2, "head");
        assertEq(rollup.headerHash(1), _headerHash(first), "first stays");
        assertEq(rollup.headerHash(2), bytes32(0), "second is gone");
        assertEq(rollup.headerHash(3), bytes32(0), "third is gone");
        assertEq(rollup.bondOf(OPERATOR), 0, "bond");
        assertEq(rollup.rewardOf(CHALLENGER), BOND / 2, "reward");
        assertEq(address(0).balance - burntBefore, BOND / 2, "burnt");
        assertEq(address(rollup).balance, BOND / 2, "kept for the challenger");
        vm.warp(vm.getBlockTimestamp() + WINDOW);
        assertTrue(!rollup.isFinal(third), "never final");
        vm.expectRevert(abi.encodeWithSelector(IRollup.HeaderMismatch.selector, 3, _headerHash(third), bytes32(0)));
        rollup.convict(third, CHALLENGER);
        vm.prank(CHALLENGER);
        rollup.withdrawReward();
        assertEq(CHALLENGER.balance, BOND / 2, "paid");
    }

    function test_convict_thenPost_underTheSameNumber() public {
        BatchHeader memory genesisHeader = last;
        BatchHeader memory wrong = _send(POSTER, _valid());
        _send(POSTER, _valid());
        rollup.convict(wrong, CHALLENGER);
        vm.deal(OPERATOR, BOND);
        vm.prank(OPERATOR);
        rollup.depositBond{value: BOND}();
        last = genesisHeader;
        vm.warp(vm.getBlockTimestamp() + 1);
        BatchHeader memory right = _send(POSTER, _valid());
        assertEq(right.number, 1, "number");
        assertEq(rollup.headerHash(1), _headerHash(right), "replaced");
        assertEq(rollup.headerHash(2), bytes32(0), "what stood on the wrong one stays gone");
        vm.expectRevert(
            abi.encodeWithSelector(IRollup.HeaderMismatch.selector, 1, _headerHash(wrong), _headerHash(right))
        );
        rollup.convict(wrong, CHALLENGER);
    }

    function test_convict_burnsTheOddWei() public {
        vm.prank(OPERATOR);
        vm.deal(OPERATOR, 1);
        rollup.depositBond{value: 1}();
        BatchHeader memory header = _send(POSTER, _valid());
        rollup.convict(header, CHALLENGER);
        assertEq(rollup.rewardOf(CHALLENGER), BOND / 2, "reward");
        assertEq(address(rollup).balance, BOND / 2, "balance");
    }

    // --- bonds

    function test_withdrawBond_revertsWhen_thereIsNone() public {
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NothingToWithdraw.selector, ALICE));
        rollup.withdrawBond(last);
    }

    function test_withdrawBond_revertsWhen_lastBatchIsNotFinal() public {
        BatchHeader memory first = _send(POSTER, _valid());
        vm.warp(vm.getBlockTimestamp() + WINDOW / 2);
        BatchHeader memory second = _send(POSTER, _valid());
        vm.warp(first.l1Time + WINDOW);
        vm.prank(OPERATOR);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotLastBatch.selector, 1, 2));
        rollup.withdrawBond(first);
        vm.prank(OPERATOR);
        vm.expectRevert(abi.encodeWithSelector(IRollup.BondLocked.selector, 2));
        rollup.withdrawBond(second);
        BatchHeader memory forged = second;
        uint64 l1Time = second.l1Time;
        forged.l1Time = first.l1Time;
        bytes32 stored = rollup.headerHash(2);
        vm.prank(OPERATOR);
        vm.expectRevert(abi.encodeWithSelector(IRollup.HeaderMismatch.selector, 2, _headerHash(forged), stored));
        rollup.withdrawBond(forged);
        second.l1Time = l1Time;
        vm.warp(l1Time + WINDOW);
        vm.prank(OPERATOR);
        rollup.withdrawBond(second);
        assertEq(OPERATOR.balance, BOND, "paid");
        assertEq(rollup.bondOf(OPERATOR), 0, "bond");
    }

    function test_withdrawBond_staysLocked_whenLaterBatchOfAnotherWasRemoved() public {
        // Alice posts 1 and 2 in the permissionless stage, Bob is convicted at 2's successor: hers are still open.
        vm.prank(OPERATOR);
        rollup.withdrawBond(last);
        vm.deal(ALICE, BOND);
        vm.prank(ALICE);
        rollup.depositBond{value: BOND}();
        vm.deal(BOB, BOND);
        vm.prank(BOB);
        rollup.depositBond{value: BOND}();
        BatchHeader memory first = _send(ALICE, _valid());
        BatchHeader memory second = _send(BOB, _valid());
        _send(ALICE, _valid());
        rollup.convict(second, CHALLENGER);
        assertEq(rollup.bondOf(ALICE), BOND, "who built on a wrong batch loses nothing");
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IRollup.BondLocked.selector, 1));
        rollup.withdrawBond(first);
        vm.warp(first.l1Time + WINDOW);
        vm.prank(ALICE);
        rollup.withdrawBond(first);
    }

    function test_withdrawBond_revertsWhen_receiverRefuses() public {
        Refusing refusing = new Refusing();
        refusing.bond{value: 5}(rollup);
        assertEq(rollup.bondOf(address(refusing)), 5, "bond");
        vm.expectRevert(abi.encodeWithSelector(IRollup.PaymentFailed.selector, address(refusing), 5));
        refusing.withdraw(rollup, last);
    }

    function test_depositBond_adds(uint96 first, uint96 second) public {
        vm.deal(ALICE, uint256(first) + second);
        vm.startPrank(ALICE);
        rollup.depositBond{value: first}();
        vm.expectEmit();
        emit IRollup.BondChanged(ALICE, uint256(first) + second);
        rollup.depositBond{value: second}();
        vm.stopPrank();
        assertEq(rollup.bondOf(ALICE), uint256(first) + second, "bond");
    }

    function test_withdrawReward_revertsWhen_thereIsNone() public {
        vm.expectRevert(abi.encodeWithSelector(IRollup.NothingToWithdraw.selector, address(this)));
        rollup.withdrawReward();
    }

    function test_withdrawReward_revertsWhen_receiverRefuses() public {
        Refusing refusing = new Refusing();
        BatchHeader memory header = _send(POSTER, _valid());
        rollup.convict(header, address(refusing));
        vm.expectRevert(abi.encodeWithSelector(IRollup.PaymentFailed.selector, address(refusing), BOND / 2));
        refusing.reward(rollup);
    }
}
