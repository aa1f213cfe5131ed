// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {BatchHeader} from "../../src/interfaces/IRollup.sol";
import {Deployment} from "../Deployment.sol";
import {SluiceTest} from "../SluiceTest.sol";
import {Encode} from "../reference/Encode.sol";

/// @notice Takes no ETH until told to.
contract Moody {
    bool public takes;

    function set(bool takes_) external {
        takes = takes_;
    }

    receive() external payable {
        require(takes, "not today");
    }
}

/// @notice Users, sequencer and time, driven by the invariant runner: deposits, withdrawals, posts, claims, credits, attacks.
contract CustodyHandler is Deployment {
    Moody private moody = new Moody();
    BatchHeader private finalHeader;
    bytes32 private finalRoot;
    uint256 private finalWithdrawals;
    bool private pending; // a posted batch waits for its window
    uint64[3] private nonces;

    uint256[4] public deposited;
    uint256[4] public paid;
    /// @notice How often what happened; an invariant over nothing proves nothing.
    uint256 public claims;
    uint256 public refusedClaims;
    uint256 public posts;

    constructor() {
        _deploy();
        moody.set(false);
        finalHeader = last;
        for (uint256 i; i < 3; ++i) {
            vm.deal(address(this), 0);
            _depositEth(_owner(i), 10 ether);
            _depositToken(_owner(i), 1e9);
            deposited[0] += 10 ether;
            deposited[1] += 1e9;
        }
        uint32[] memory hints = new uint32[](6);
        for (uint32 i; i < 6; ++i) {
            hints[i] = 1 + i / 2;
        }
        _post(_one(_chunk(Encode.blockOf(0, Encode.list(Encode.run(hints))))));
        _settle();
    }

    function _owner(uint256 i) private pure returns (address) {
        return vm.addr(60 + i);
    }

    /// @dev Lets the window pass, so that a claim proof against the reference state is one against a final batch.
    function _settle() private {
        vm.warp(last.l1Time + WINDOW);
        finalHeader = last;
        finalWithdrawals = state.withdrawalCount();
    }

    function depositEth(uint256 who, uint128 amount) external {
        amount = uint128(bound(amount, 1, 5 ether));
        _depositEth(_owner(who % 3), amount);
        deposited[0] += amount;
    }

    function depositToken(uint256 who, uint128 amount) external {
        amount = uint128(bound(amount, 1, 1e9));
        _depositToken(_owner(who % 3), amount);
        deposited[1] += amount;
    }

    /// @notice One chunk: everything that is queued, then one withdrawal, perhaps more than the account has.
    function withdrawAndPost(uint256 who, uint8 token_, uint128 amount, bool toMoody) external {
        who = who % 3;
        token_ = token_ % 2;
        amount = uint128(bound(amount, 0, token_ == 0 ? 8 ether : 1e9));
        uint64 nonce = state.account(uint32(1 + who)).nonce;
        Payment memory p = Payment({
            kind: 2,
            key: 60 + who,
            account: uint32(1 + who),
            nonce: nonce,
            to: toMoody ? address(moody) : vm.addr(70 + who),
            token: token_,
            amount: amount,
            maxFee: 0
        });
        uint32 delta = uint32(vm.getBlockTimestamp() - state.clock());
        uint256 queued = state.messageCount() - state.inboxPosition();
        if (queued > 40) queued = 40;
        _post(
            _one(
                _chunk(
                    queued == 0
                        ? Encode.blockOf(delta, Encode.list(_postedNamed(p)))
                        : Encode.blockOf(delta, Encode.list(_run(queued, uint32(1 + who)), _postedNamed(p)))
                )
            )
        );
        ++posts;
        _settle();
    }

    /// @notice Claims a withdrawal, one already claimed, or one that does not exist; alone or in a batch.
    function claim(uint256 index, bool asBatch, bool mood) external {
        moody.set(mood);
        if (finalWithdrawals == 0) return;
        index = index % (finalWithdrawals + 1);
        if (index == finalWithdrawals) index = 0;
        uint256[] memory keys = new uint256[](1);
        keys[0] = 2 << 32 | index;
        (uint40[] memory masks, bytes32[] memory siblings) = state.prove(keys);
        bytes memory leaf = state.withdrawals(index);
        (address recipient, uint8 token_, uint128 amount) = _parse(leaf);
        uint256 creditBefore = bridge.creditOf(token_, recipient);
        bool before = bridge.isClaimed(uint32(index));
        bool done;
        if (asBatch) {
            bytes memory leaves = abi.encodePacked(uint32(index), masks[0], leaf);
            (done,) = address(bridge).call(abi.encodeCall(bridge.claimBatch, (finalHeader, leaves, siblings)));
        } else {
            (done,) = address(bridge)
                .call(
                    abi.encodeCall(
                        bridge.claim, (finalHeader, uint32(index), recipient, token_, amount, masks[0], siblings)
                    )
                );
        }
        assertTrue(done != before, "claimed exactly once");
        if (!done) {
            ++refusedClaims;
            return;
        }
        ++claims;
        if (bridge.creditOf(token_, recipient) == creditBefore) paid[token_] += amount;
    }

    function pullCredit(bool mood) external {
        moody.set(mood);
        uint256 credit = bridge.creditOf(0, address(moody));
        vm.prank(address(moody));
        (bool done,) = address(bridge).call(abi.encodeCall(bridge.withdrawCredit, (0)));
        assertTrue(done == (credit != 0 && mood), "paid if there is something and it is taken");
        if (done) paid[0] += credit;
    }

    function _parse(bytes memory leaf) private pure returns (address recipient, uint8 token_, uint128 amount) {
        assembly {
            recipient := shr(96, mload(add(leaf, 32)))
            token_ := byte(0, mload(add(leaf, 52)))
            amount := shr(128, mload(add(leaf, 53)))
        }
    }

    // --- what must hold

    function checkCustody() external view {
        assertEq(bridge.custodyOf(0), deposited[0] - paid[0], "custody of ETH");
        assertEq(bridge.custodyOf(1), deposited[1] - paid[1], "custody of the token");
        assertTrue(address(bridge).balance >= bridge.custodyOf(0), "ETH is there");
        assertTrue(token.balanceOf(address(bridge)) >= bridge.custodyOf(1), "tokens are there");
    }

    /// @notice docs/protocol.md §3: custody is what L2 accounts for.
    function checkAccounting() external view {
        for (uint8 t; t < 2; ++t) {
            uint256 owed = state.fees(t);
            for (uint32 i; i < state.accountCount(); ++i) {
                owed += state.account(i).balance[t];
            }
            for (uint32 i; i < state.withdrawalCount(); ++i) {
                (, uint8 token_, uint128 amount) = _parse(state.withdrawals(i));
                if (token_ == t && !bridge.isClaimed(i)) owed += amount;
            }
            if (t == 0) owed += bridge.creditOf(0, address(moody));
            for (uint256 i = state.inboxPosition(); i < state.messageCount(); ++i) {
                (, bytes memory payload,,,,) = state.messages(i);
                uint256 amount;
                assembly {
                    amount := shr(128, mload(add(payload, 33)))
                }
                if (uint8(payload[0]) == t) owed += amount;
            }
            assertEq(bridge.custodyOf(t), owed, "custody is what is owed");
        }
    }
}

contract CustodyInvariantTest is SluiceTest {
    CustodyHandler private handler;

    function setUp() public {
        handler = new CustodyHandler();
        targetContract(address(handler));
    }

    /// forge-config: default.invariant.runs = 16
    /// forge-config: default.invariant.depth = 40
    /// forge-config: default.invariant.fail-on-revert = true
    function invariant_custody_isNeverShort() public view {
        handler.checkCustody();
        handler.checkAccounting();
    }

    /// @notice The handler does what it is for: a fixed walk through all of it.
    function test_handler_claimsAndRefuses() public {
        handler.depositEth(1, 3 ether);
        handler.withdrawAndPost(1, 0, 2 ether, true);
        handler.withdrawAndPost(0, 1, 500, false);
        handler.claim(0, false, false);
        handler.claim(1, true, false);
        handler.claim(0, true, true);
        handler.pullCredit(true);
        handler.pullCredit(true);
        assertEq(handler.claims(), 2, "claims");
        assertEq(handler.refusedClaims(), 1, "refused");
        assertEq(handler.posts(), 2, "posts");
        assertEq(handler.paid(0), 2 ether, "paid");
        handler.checkCustody();
        handler.checkAccounting();
    }
}
