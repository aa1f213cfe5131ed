// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Bridge} from "../../src/Bridge.sol";
import {Inbox} from "../../src/Inbox.sol";
import {IBridge} from "../../src/interfaces/IBridge.sol";
import {IInbox} from "../../src/interfaces/IInbox.sol";
import {BatchHeader} from "../../src/interfaces/IRollup.sol";
import {Multiproof} from "../../src/libraries/Multiproof.sol";
import {Deployment} from "../Deployment.sol";
import {Encode} from "../reference/Encode.sol";
import {ReferenceState} from "../reference/ReferenceState.sol";

/// @notice A token that misbehaves on demand.
contract OddToken {
    enum Mode {
        Plain,
        TakesFee,
        ReturnsFalse,
        Reverts,
        Reenters,
        ReturnsTwo
    }

    Mode public mode;
    IBridge public bridge;
    mapping(address account => uint256) public balanceOf;

    function set(Mode mode_, IBridge bridge_) external {
        mode = mode_;
        bridge = bridge_;
    }

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function transfer(address to, uint256 amount) external returns (uint256) {
        return _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (uint256) {
        return _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private returns (uint256) {
        if (mode == Mode.Reverts) revert("odd");
        if (mode == Mode.ReturnsFalse) return 0;
        if (mode == Mode.Reenters) bridge.depositEth(address(1));
        balanceOf[from] -= amount;
        balanceOf[to] += mode == Mode.TakesFee ? amount - 1 : amount;
        return mode == Mode.ReturnsTwo ? 2 : 1;
    }
}

/// @notice Burns whatever gas it gets.
contract Burning {
    receive() external payable {
        while (true) {}
    }
}

/// @notice Reverts with a very long reason.
contract Bombing {
    receive() external payable {
        assembly {
            revert(0, 1000000)
        }
    }
}

/// @notice Calls back while it is paid, and takes its credit when told to.
contract Reentering {
    IBridge private immutable BRIDGE;
    bytes private call;
    bool public refuses = true;

    constructor(IBridge bridge) {
        BRIDGE = bridge;
    }

    function arm(bytes calldata call_, bool refuses_) external {
        call = call_;
        refuses = refuses_;
    }

    function pull(uint8 token) external {
        BRIDGE.withdrawCredit(token);
    }

    receive() external payable {
        if (refuses) revert("refused");
        if (call.length == 0) return;
        (bool done, bytes memory reason) = address(BRIDGE).call(call);
        // The bridge must have refused, or the payment fails loudly.
        require(!done && bytes4(reason) == IBridge.Reentered.selector, "re-entered");
    }
}

contract BridgeTest is Deployment {
    OddToken private odd;
    /// @dev Alice's account index; her first withdrawals are made in setUp.
    uint32 private constant ALICE_ACCOUNT = 1;

    function setUp() public {
        _prepare();
        odd = new OddToken();
        genesis.tokens[3] = address(odd);
        _create(_newState());
        _bond();
        odd.set(OddToken.Mode.Plain, bridge);
    }

    function _newState() private returns (ReferenceState) {
        return new ReferenceState(_domain(), _feeUnits(), _listed(), genesis.genesisTime, genesis.feeRecipient);
    }

    // --- deployment

    function test_constructor_revertsWhen_genesisIsAnother() public {
        genesis.chainName = "other";
        vm.expectRevert(abi.encodeWithSelector(IBridge.WrongDeployment.selector));
        new Bridge(genesis, inbox, rollup);
    }

    function test_constructor_revertsWhen_inboxKnowsAnotherBridge() public {
        vm.expectRevert(abi.encodeWithSelector(IBridge.WrongDeployment.selector));
        new Bridge(genesis, inbox, rollup);
    }

    // --- deposits

    function test_depositEth_revertsWhen_nothingIsSent() public {
        vm.expectRevert(abi.encodeWithSelector(IBridge.ZeroAmount.selector));
        bridge.depositEth(ALICE);
    }

    function test_depositEth_revertsWhen_ownerIsZero() public {
        vm.deal(address(this), 1);
        vm.expectRevert(abi.encodeWithSelector(IBridge.ZeroOwner.selector));
        bridge.depositEth{value: 1}(address(0));
    }

    function test_depositEth_revertsWhen_custodyPassesItsCap() public {
        _depositEth(ALICE, type(uint128).max);
        vm.deal(address(this), 1);
        vm.expectRevert(abi.encodeWithSelector(IBridge.CustodyCapExceeded.selector, 0, uint256(type(uint128).max), 1));
        bridge.depositEth{value: 1}(ALICE);
    }

    function test_depositEth_revertsWhen_amountIsNoU128() public {
        vm.deal(address(this), 1 << 128);
        vm.expectRevert(abi.encodeWithSelector(IBridge.CustodyCapExceeded.selector, 0, 0, 1 << 128));
        bridge.depositEth{value: 1 << 128}(ALICE);
    }

    function test_depositEth_queuesTheMessage(uint128 amount, address owner) public {
        vm.assume(amount != 0 && owner != address(0));
        vm.deal(address(this), amount);
        vm.expectEmit();
        emit IBridge.Deposited(0, address(this), owner, 0, amount);
        _depositEth(owner, amount);
        assertEq(bridge.custodyOf(0), amount, "custody");
        assertEq(address(bridge).balance, amount, "balance");
    }

    function test_depositToken_revertsWhen_tokenIsNotListed() public {
        vm.expectRevert(abi.encodeWithSelector(IBridge.TokenNotListed.selector, 0));
        bridge.depositToken(0, 1, ALICE);
        vm.expectRevert(abi.encodeWithSelector(IBridge.TokenNotListed.selector, 4));
        bridge.depositToken(4, 1, ALICE);
        assertEq(bridge.tokenAddress(4), address(0), "token 4");
        assertEq(bridge.custodyOf(4), 0, "custody of token 4");
    }

    function test_depositToken_revertsWhen_notAllowed() public {
        token.mint(address(this), 5);
        token.approve(address(bridge), 4);
        vm.expectRevert(abi.encodeWithSelector(IBridge.TransferFailed.selector, address(token), address(this), 5));
        bridge.depositToken(1, 5, ALICE);
    }

    function _refusedOdd(OddToken.Mode mode, bytes memory reason) private {
        odd.mint(address(this), 100);
        odd.set(mode, bridge);
        vm.expectRevert(reason);
        bridge.depositToken(3, 100, ALICE);
        assertEq(bridge.custodyOf(3), 0, "custody");
        assertEq(inbox.count(), 0, "messages");
    }

    function test_depositToken_revertsWhen_tokenTakesAFee() public {
        _refusedOdd(
            OddToken.Mode.TakesFee, abi.encodeWithSelector(IBridge.WrongAmountDelivered.selector, address(odd), 99, 100)
        );
    }

    function test_depositToken_revertsWhen_tokenReturnsFalse() public {
        _refusedOdd(
            OddToken.Mode.ReturnsFalse,
            abi.encodeWithSelector(IBridge.TransferFailed.selector, address(odd), address(this), 100)
        );
    }

    function test_depositToken_revertsWhen_tokenReturnsNoBoolean() public {
        _refusedOdd(
            OddToken.Mode.ReturnsTwo,
            abi.encodeWithSelector(IBridge.TransferFailed.selector, address(odd), address(this), 100)
        );
    }

    function test_depositToken_revertsWhen_tokenReverts() public {
        _refusedOdd(
            OddToken.Mode.Reverts,
            abi.encodeWithSelector(IBridge.TransferFailed.selector, address(odd), address(this), 100)
        );
    }

    function test_depositToken_revertsWhen_tokenReenters() public {
        _refusedOdd(
            OddToken.Mode.Reenters,
            abi.encodeWithSelector(IBridge.TransferFailed.selector, address(odd), address(this), 100)
        );
    }

    function test_depositToken_revertsWhen_nothingIsDeposited() public {
        vm.expectRevert(abi.encodeWithSelector(IBridge.ZeroAmount.selector));
        bridge.depositToken(1, 0, ALICE);
    }

    function test_depositToken_takesATokenThatReturnsNothing(uint128 amount) public {
        vm.assume(amount != 0);
        silent.mint(address(this), amount);
        silent.approve(address(bridge), amount);
        vm.expectEmit();
        emit IBridge.Deposited(0, address(this), ALICE, 2, amount);
        bridge.depositToken(2, amount, ALICE);
        assertEq(bridge.custodyOf(2), amount, "custody");
        assertEq(silent.balanceOf(address(bridge)), amount, "balance");
    }

    // --- claims

    struct Withdrawal {
        address recipient;
        uint8 token;
        uint128 amount;
    }

    /// @dev Alice deposits of every token, makes the withdrawals and posts all of it; the batch is not final yet.
    function _withdraw(Withdrawal[] memory list) private returns (BatchHeader memory) {
        _depositEth(ALICE, 1_000 ether);
        _depositToken(ALICE, 1e15);
        silent.mint(address(this), 1e15);
        silent.approve(address(bridge), 1e15);
        bridge.depositToken(2, 1e15, ALICE);
        state.queue(1, abi.encodePacked(uint8(2), uint128(1e15), ALICE), uint64(vm.getBlockTimestamp()));
        odd.mint(address(this), 1e15);
        bridge.depositToken(3, 1e15, ALICE);
        state.queue(1, abi.encodePacked(uint8(3), uint128(1e15), ALICE), uint64(vm.getBlockTimestamp()));
        Chunk[] memory chunks = new Chunk[]((list.length + 39) / 40 + 1);
        chunks[0] = _chunk(Encode.blockOf(0, Encode.list(_run(4, ALICE_ACCOUNT))));
        uint64 nonce;
        for (uint256 c = 1; c < chunks.length; ++c) {
            uint256 count = list.length - nonce > 40 ? 40 : list.length - nonce;
            bytes[] memory posted = new bytes[](count);
            for (uint256 i; i < count; ++i) {
                Withdrawal memory w = list[nonce];
                posted[i] =
                    _postedNamed(Payment(2, ALICE_KEY, ALICE_ACCOUNT, nonce++, w.recipient, w.token, w.amount, 0));
            }
            chunks[c] = _chunk(Encode.blockOf(0, posted));
        }
        assertEq(state.withdrawalCount(), list.length, "withdrawals");
        return _post(chunks);
    }

    function _withdrawOne(address recipient, uint8 token_, uint128 amount) private returns (BatchHeader memory) {
        Withdrawal[] memory list = new Withdrawal[](1);
        list[0] = Withdrawal(recipient, token_, amount);
        return _withdraw(list);
    }

    function _finalize() private {
        vm.warp(last.l1Time + WINDOW);
    }

    function _proof(uint32 index) private view returns (uint40 mask, bytes32[] memory siblings) {
        uint256[] memory keys = new uint256[](1);
        keys[0] = 2 << 32 | uint256(index);
        (uint40[] memory masks, bytes32[] memory list) = state.prove(keys);
        return (masks[0], list);
    }

    function _leaves(uint32 from, uint32 count) private view returns (bytes memory leaves, bytes32[] memory siblings) {
        uint256[] memory keys = new uint256[](count);
        for (uint32 i; i < count; ++i) {
            keys[i] = 2 << 32 | uint256(from + i);
        }
        uint40[] memory masks;
        (masks, siblings) = state.prove(keys);
        for (uint32 i; i < count; ++i) {
            leaves = abi.encodePacked(leaves, from + i, masks[i], state.withdrawals(from + i));
        }
    }

    function test_claim_revertsWhen_batchIsNotFinal() public {
        BatchHeader memory header = _withdrawOne(BOB, 0, 1 ether);
        (uint40 mask, bytes32[] memory siblings) = _proof(0);
        vm.warp(header.l1Time + WINDOW - 1);
        vm.expectRevert(abi.encodeWithSelector(IBridge.BatchNotFinal.selector, 1));
        bridge.claim(header, 0, BOB, 0, 1 ether, mask, siblings);
        _finalize();
        vm.expectEmit();
        emit IBridge.Claimed(0, BOB, 0, 1 ether);
        bridge.claim(header, 0, BOB, 0, 1 ether, mask, siblings);
        assertEq(BOB.balance, 1 ether, "paid");
        assertTrue(bridge.isClaimed(0), "claimed");
        assertEq(bridge.custodyOf(0), 999 ether, "custody");
    }

    function test_claim_revertsWhen_batchWasRemoved() public {
        BatchHeader memory header = _withdrawOne(BOB, 0, 1 ether);
        (uint40 mask, bytes32[] memory siblings) = _proof(0);
        rollup.convict(header, CHALLENGER);
        _finalize();
        vm.expectRevert(abi.encodeWithSelector(IBridge.BatchNotFinal.selector, 1));
        bridge.claim(header, 0, BOB, 0, 1 ether, mask, siblings);
    }

    function test_claim_revertsWhen_claimedBefore() public {
        BatchHeader memory header = _withdrawOne(BOB, 0, 1 ether);
        (uint40 mask, bytes32[] memory siblings) = _proof(0);
        _finalize();
        bridge.claim(header, 0, BOB, 0, 1 ether, mask, siblings);
        vm.expectRevert(abi.encodeWithSelector(IBridge.AlreadyClaimed.selector, 0));
        bridge.claim(header, 0, BOB, 0, 1 ether, mask, siblings);
        assertEq(BOB.balance, 1 ether, "once");
    }

    function test_claim_revertsWhen_anythingIsChanged(uint256 what, uint256 how) public {
        BatchHeader memory header = _withdrawOne(BOB, 0, 1 ether);
        (uint40 mask, bytes32[] memory siblings) = _proof(0);
        _finalize();
        uint32 index = 0;
        address recipient = BOB;
        uint8 token_ = 0;
        uint128 amount = 1 ether;
        what = bound(what, 0, 6);
        if (what == 0) index ^= uint32(1 << how % 32);
        if (what == 1) recipient = address(uint160(recipient) ^ uint160(1 << how % 160));
        if (what == 2) token_ ^= uint8(1 << how % 8);
        if (what == 3) amount ^= uint128(1 << how % 128);
        if (what == 4) mask ^= uint40(1 << how % 40);
        if (what == 5) siblings[how % siblings.length] ^= bytes32(1 << how % 256);
        if (what == 6) {
            bytes32[] memory longer = new bytes32[](siblings.length + 1);
            for (uint256 i; i < siblings.length; ++i) {
                longer[i] = siblings[i];
            }
            longer[siblings.length] = bytes32(how);
            siblings = longer;
        }
        vm.expectRevert();
        bridge.claim(header, index, recipient, token_, amount, mask, siblings);
    }

    function test_claim_revertsWhen_proofIsShort() public {
        BatchHeader memory header = _withdrawOne(BOB, 0, 1 ether);
        (uint40 mask, bytes32[] memory siblings) = _proof(0);
        _finalize();
        assembly {
            mstore(siblings, sub(mload(siblings), 1))
        }
        vm.expectRevert(abi.encodeWithSelector(Multiproof.MultiproofMalformed.selector));
        bridge.claim(header, 0, BOB, 0, 1 ether, mask, siblings);
    }

    /// @dev The preimage of an account is 96 bytes and that of an inner node 64; a withdrawal's is 37, whatever is claimed.
    function test_claim_revertsWhen_proofIsForInnerNode() public {
        BatchHeader memory header = _withdrawOne(BOB, 0, 1 ether);
        (uint40 mask, bytes32[] memory siblings) = _proof(0);
        _finalize();
        // One level less: the node above the leaf as if it were a leaf at the parent's index.
        bytes32 computed = _rootFrom(keccak256(abi.encodePacked(BOB, uint8(0), uint128(1 ether))), mask >> 1, siblings);
        vm.expectRevert(abi.encodeWithSelector(IBridge.WrongProof.selector, computed, header.postRoot));
        bridge.claim(header, 0, BOB, 0, 1 ether, mask >> 1, siblings);
    }

    function _rootFrom(bytes32 node, uint40 mask, bytes32[] memory siblings) private pure returns (bytes32) {
        uint256 next;
        uint256 key = 2 << 32;
        for (uint256 level; level < 40; ++level) {
            bytes32 sibling = mask >> level & 1 == 1 ? siblings[next++] : bytes32(0);
            node = key >> level & 1 == 0
                ? keccak256(abi.encodePacked(node, sibling))
                : keccak256(abi.encodePacked(sibling, node));
        }
        return node;
    }

    function test_claim_revertsWhen_leafIsAnAccount() public {
        BatchHeader memory header = _withdrawOne(BOB, 0, 1 ether);
        _finalize();
        // Account 1's own path, shown for withdrawal 1: the first 37 bytes of its leaf look like a withdrawal.
        uint256[] memory keys = new uint256[](1);
        keys[0] = 1 << 32 | uint256(ALICE_ACCOUNT);
        (uint40[] memory masks, bytes32[] memory siblings) = state.prove(keys);
        vm.expectRevert();
        bridge.claim(header, ALICE_ACCOUNT, ALICE, 0, 1 ether, masks[0], siblings);
    }

    function test_claim_paysTokens(uint8 token_, uint128 amount) public {
        token_ = uint8(bound(token_, 1, 3));
        amount = uint128(bound(amount, 1, 1e14));
        BatchHeader memory header = _withdrawOne(BOB, token_, amount);
        (uint40 mask, bytes32[] memory siblings) = _proof(0);
        _finalize();
        bridge.claim(header, 0, BOB, token_, amount, mask, siblings);
        uint256 paid = token_ == 1 ? token.balanceOf(BOB) : token_ == 2 ? silent.balanceOf(BOB) : odd.balanceOf(BOB);
        assertEq(paid, amount, "paid");
        assertEq(bridge.custodyOf(token_), 1e15 - amount, "custody");
    }

    function test_claim_holdsCredit_whenTokenFails() public {
        BatchHeader memory header = _withdrawOne(BOB, 3, 77);
        (uint40 mask, bytes32[] memory siblings) = _proof(0);
        _finalize();
        odd.set(OddToken.Mode.Reverts, bridge);
        vm.expectEmit();
        emit IBridge.CreditHeld(BOB, 3, 77);
        bridge.claim(header, 0, BOB, 3, 77, mask, siblings);
        assertEq(bridge.creditOf(3, BOB), 77, "credit");
        assertEq(bridge.custodyOf(3), 1e15, "custody keeps what is owed");
        vm.prank(BOB);
        vm.expectRevert(abi.encodeWithSelector(IBridge.PaymentFailed.selector, BOB, 77));
        bridge.withdrawCredit(3);
        odd.set(OddToken.Mode.Plain, bridge);
        vm.prank(BOB);
        bridge.withdrawCredit(3);
        assertEq(odd.balanceOf(BOB), 77, "paid");
        assertEq(bridge.custodyOf(3), 1e15 - 77, "custody");
    }

    function test_withdrawCredit_revertsWhen_thereIsNone() public {
        vm.expectRevert(abi.encodeWithSelector(IBridge.NoCredit.selector, 0, address(this)));
        bridge.withdrawCredit(0);
    }

    function test_claim_revertsWhen_gasIsTooLowToPushFairly() public {
        BatchHeader memory header = _withdrawOne(BOB, 0, 1 ether);
        (uint40 mask, bytes32[] memory siblings) = _proof(0);
        _finalize();
        uint256 snapshot = vm.snapshotState();
        uint256 paid;
        for (uint256 gasLimit = 60_000; gasLimit < 260_000; gasLimit += 1_000) {
            (bool done,) = address(bridge).call{gas: gasLimit}(
                abi.encodeCall(IBridge.claim, (header, 0, BOB, 0, 1 ether, mask, siblings))
            );
            assertEq(bridge.creditOf(0, BOB), 0, "never put off for lack of gas");
            assertTrue(BOB.balance == (done ? 1 ether : 0), "paid or nothing");
            if (done) ++paid;
            vm.revertToState(snapshot);
        }
        assertTrue(paid > 0 && paid < 200, "the sweep saw both");
    }

    function test_claim_isNotReentered() public {
        Reentering recipient = new Reentering(bridge);
        BatchHeader memory header = _withdrawOne(address(recipient), 0, 1 ether);
        (uint40 mask, bytes32[] memory siblings) = _proof(0);
        _finalize();
        bytes[5] memory calls = [
            abi.encodeCall(IBridge.claim, (header, 0, address(recipient), 0, 1 ether, mask, siblings)),
            abi.encodeCall(IBridge.claimBatch, (header, new bytes(46), siblings)),
            abi.encodeCall(IBridge.withdrawCredit, (0)),
            abi.encodeCall(IBridge.depositEth, (BOB)),
            abi.encodeCall(IBridge.depositToken, (1, 1, BOB))
        ];
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < calls.length; ++i) {
            recipient.arm(calls[i], false);
            bridge.claim(header, 0, address(recipient), 0, 1 ether, mask, siblings);
            // Paid: the entry was refused inside (the recipient demands it). Held: the call back ran out of its 30,000 gas.
            uint256 credit = bridge.creditOf(0, address(recipient));
            assertEq(address(recipient).balance + credit, 1 ether, "once");
            assertEq(bridge.custodyOf(0), 999 ether + credit, "custody");
            vm.revertToState(snapshot);
        }
    }

    function test_withdrawCredit_isNotReentered() public {
        Reentering recipient = new Reentering(bridge);
        BatchHeader memory header = _withdrawOne(address(recipient), 0, 1 ether);
        (uint40 mask, bytes32[] memory siblings) = _proof(0);
        _finalize();
        bridge.claim(header, 0, address(recipient), 0, 1 ether, mask, siblings);
        assertEq(bridge.creditOf(0, address(recipient)), 1 ether, "held");
        vm.expectRevert(abi.encodeWithSelector(IBridge.PaymentFailed.selector, address(recipient), 1 ether));
        recipient.pull(0);
        recipient.arm(abi.encodeCall(IBridge.withdrawCredit, (0)), false);
        recipient.pull(0);
        assertEq(address(recipient).balance, 1 ether, "once");
        assertEq(bridge.creditOf(0, address(recipient)), 0, "credit");
        assertEq(bridge.custodyOf(0), 999 ether, "custody");
    }

    // --- batch claims

    function _mixed(uint256 count) private pure returns (Withdrawal[] memory list) {
        list = new Withdrawal[](count);
        for (uint256 i; i < count; ++i) {
            list[i] = Withdrawal(vm.addr(1_000 + i), uint8(i % 4), uint128(1 + i));
        }
    }

    function test_claimBatch_revertsWhen_batchIsNotFinal() public {
        BatchHeader memory header = _withdraw(_mixed(3));
        (bytes memory leaves, bytes32[] memory siblings) = _leaves(0, 3);
        vm.expectRevert(abi.encodeWithSelector(IBridge.BatchNotFinal.selector, 1));
        bridge.claimBatch(header, leaves, siblings);
    }

    function test_claimBatch_revertsWhen_leavesAreNotWhole() public {
        BatchHeader memory header = _withdraw(_mixed(3));
        (bytes memory leaves, bytes32[] memory siblings) = _leaves(0, 3);
        _finalize();
        vm.expectRevert(abi.encodeWithSelector(IBridge.LeavesMalformed.selector, 0));
        bridge.claimBatch(header, "", siblings);
        vm.expectRevert(abi.encodeWithSelector(IBridge.LeavesMalformed.selector, 139));
        bridge.claimBatch(header, abi.encodePacked(leaves, uint8(0)), siblings);
    }

    function test_claimBatch_revertsWhen_oneWasClaimed() public {
        BatchHeader memory header = _withdraw(_mixed(3));
        (bytes memory leaves, bytes32[] memory siblings) = _leaves(0, 3);
        (uint40 mask, bytes32[] memory single) = _proof(1);
        _finalize();
        bridge.claim(header, 1, vm.addr(1_001), 1, 2, mask, single);
        vm.expectRevert(abi.encodeWithSelector(IBridge.AlreadyClaimed.selector, 1));
        bridge.claimBatch(header, leaves, siblings);
        (leaves, siblings) = _leaves(2, 1);
        bridge.claimBatch(header, leaves, siblings);
        assertEq(silent.balanceOf(vm.addr(1_002)), 3, "the third");
    }

    function test_claimBatch_revertsWhen_aLeafIsRepeated() public {
        BatchHeader memory header = _withdrawOne(BOB, 0, 1 ether);
        (bytes memory leaf, bytes32[] memory siblings) = _leaves(0, 1);
        _finalize();
        vm.expectRevert(abi.encodeWithSelector(Multiproof.MultiproofMalformed.selector));
        bridge.claimBatch(header, abi.encodePacked(leaf, leaf), siblings);
    }

    function test_claimBatch_revertsWhen_aByteIsChanged() public {
        BatchHeader memory header = _withdraw(_mixed(3));
        (bytes memory leaves, bytes32[] memory siblings) = _leaves(0, 3);
        _finalize();
        for (uint256 i; i < leaves.length; ++i) {
            leaves[i] ^= 0x01;
            vm.expectRevert();
            bridge.claimBatch(header, leaves, siblings);
            leaves[i] ^= 0x01;
        }
        bridge.claimBatch(header, leaves, siblings);
    }

    function test_claimBatch_paysAll_acrossBitmapWords() public {
        BatchHeader memory header = _withdraw(_mixed(300));
        _finalize();
        (bytes memory leaves, bytes32[] memory siblings) = _leaves(200, 100);
        bridge.claimBatch(header, leaves, siblings);
        for (uint32 i = 200; i < 300; ++i) {
            address recipient = vm.addr(1_000 + i);
            uint256 paid = i % 4 == 0
                ? recipient.balance
                : i % 4 == 1
                    ? token.balanceOf(recipient)
                    : i % 4 == 2 ? silent.balanceOf(recipient) : odd.balanceOf(recipient);
            assertEq(paid, 1 + i, "paid");
            assertTrue(bridge.isClaimed(i), "claimed");
        }
        assertTrue(!bridge.isClaimed(199), "199 is open");
        // Of each token every fourth, 25 of them: 201 + t, 205 + t, ...
        for (uint8 t; t < 4; ++t) {
            assertEq(
                bridge.custodyOf(t), (t == 0 ? 1_000 ether : 1e15) - (25 * (201 + uint256(t)) + 4 * 300), "custody"
            );
        }
    }

    /// @dev While the first is paid, the second is marked already; a token that calls back has its payments held.
    function test_claimBatch_isNotReentered() public {
        Reentering recipient = new Reentering(bridge);
        Withdrawal[] memory list = new Withdrawal[](4);
        list[0] = Withdrawal(address(recipient), 0, 1 ether);
        list[1] = Withdrawal(BOB, 3, 7);
        list[2] = Withdrawal(BOB, 0, 2 ether);
        list[3] = Withdrawal(BOB, 3, 8);
        BatchHeader memory header = _withdraw(list);
        (bytes memory leaves, bytes32[] memory siblings) = _leaves(0, 4);
        (uint40 mask, bytes32[] memory single) = _proof(2);
        _finalize();
        recipient.arm(abi.encodeCall(IBridge.claim, (header, 2, BOB, 0, 2 ether, mask, single)), false);
        odd.set(OddToken.Mode.Reenters, bridge);
        bridge.claimBatch(header, leaves, siblings);
        uint256 credit = bridge.creditOf(0, address(recipient));
        assertEq(address(recipient).balance + credit, 1 ether, "once");
        assertEq(BOB.balance, 2 ether, "once");
        assertEq(bridge.custodyOf(0), 997 ether + credit, "custody of ETH");
        assertEq(bridge.creditOf(3, BOB), 15, "held");
        assertEq(odd.balanceOf(BOB), 0, "not paid");
        assertEq(bridge.custodyOf(3), 1e15, "custody of the token");
    }

    function test_claimBatch_goesOn_whenRecipientsBurnGasOrRefuse() public {
        Withdrawal[] memory list = _mixed(5);
        list[0] = Withdrawal(address(new Burning()), 0, 3 ether);
        list[1] = Withdrawal(address(new Bombing()), 0, 4 ether);
        list[3] = Withdrawal(address(new Reentering(bridge)), 0, 5 ether);
        list[4] = Withdrawal(BOB, 0, 6 ether);
        BatchHeader memory header = _withdraw(list);
        (bytes memory leaves, bytes32[] memory siblings) = _leaves(0, 5);
        _finalize();
        uint256 gasBefore = gasleft();
        bridge.claimBatch(header, leaves, siblings);
        assertTrue(gasBefore - gasleft() < 700_000, "no recipient burns more than its share");
        assertEq(bridge.creditOf(0, list[0].recipient), 3 ether, "burning");
        assertEq(bridge.creditOf(0, list[1].recipient), 4 ether, "bombing");
        assertEq(bridge.creditOf(0, list[3].recipient), 5 ether, "refusing");
        assertEq(BOB.balance, 6 ether, "the last is paid");
        assertEq(bridge.custodyOf(0), 1_000 ether - 6 ether, "custody");
        assertEq(address(bridge).balance, bridge.custodyOf(0), "balance");
    }
}

