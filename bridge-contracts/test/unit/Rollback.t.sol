// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IBridge} from "../../src/interfaces/IBridge.sol";
import {IChunkProver} from "../../src/interfaces/IChunkProver.sol";
import {InboxLink} from "../../src/interfaces/IInbox.sol";
import {BatchHeader, IRollup} from "../../src/interfaces/IRollup.sol";
import {Deployment} from "../Deployment.sol";
import {Encode} from "../reference/Encode.sol";
import {ReferenceState} from "../reference/ReferenceState.sol";

/// @notice What stands and what falls when batches are challenged, removed, posted again or flooded: L1 goes on, the state that
/// chunks are executed on goes back to that of the last batch that stands.
contract RollbackTest is Deployment {
    uint256 private constant CAROL_KEY = 0xca201;
    uint256 private constant DAVE_KEY = 0xda7e;
    uint32 private constant ALICE_ACCOUNT = 1;
    uint32 private constant BOB_ACCOUNT = 2;
    /// @dev The next account that is opened.
    uint32 private constant NEXT_ACCOUNT = 3;
    uint128 private constant START = 10 ether;
    uint128 private constant FEE = 1 gwei;

    BatchHeader private genesisHeader;

    function setUp() public {
        _prepare();
        bytes32 domain = _domain();
        _create(_startingState(domain));
        genesisHeader = last;
        _bond();
    }

    function _startingState(bytes32 domain) private returns (ReferenceState s) {
        s = new ReferenceState(domain, _feeUnits(), _listed(), genesis.genesisTime, genesis.feeRecipient);
        s.seedAccount(ALICE, 0, START);
        s.seedAccount(BOB, 0, START);
    }

    /// @dev Everything posted was removed: the state is that of genesis again, the inbox is as it was, somebody bonds anew.
    function _rollBack() private {
        assertEq(rollup.head(), 1, "nothing but genesis");
        ReferenceState removed = state;
        state = _startingState(prover.domainSeparator());
        for (uint256 i; i < removed.messageCount(); ++i) {
            (uint8 kind, bytes memory payload, uint64 time,,,) = removed.messages(i);
            state.queue(kind, payload, time);
        }
        last = genesisHeader;
        _bond();
    }

    function _payment(uint256 key, uint32 account, uint64 nonce, address to, uint128 amount)
        private
        pure
        returns (Payment memory)
    {
        return Payment(1, key, account, nonce, to, 0, amount, 0);
    }

    function _transfer(uint64 nonce) private view returns (bytes memory) {
        return _posted(_payment(ALICE_KEY, ALICE_ACCOUNT, nonce, BOB, 1 ether), BOB_ACCOUNT);
    }

    function _block(bytes memory transaction) private pure returns (bytes memory) {
        return Encode.blockOf(0, Encode.list(transaction));
    }

    /// @dev Posts a chunk with a root that is not its own.
    function _postWrong(bytes memory payload) private returns (Chunk memory c, BatchHeader memory header) {
        c = _chunk(payload);
        c.postRoot = keccak256("wrong");
        header = _post(_one(c));
    }

    function _proofCall(BatchHeader memory header, Chunk memory c) private pure returns (bytes memory) {
        return abi.encodeCall(
            IChunkProver.proveChunk, (header, 0, c.preRoot, c.postRoot, new bytes32[](0), c.payload, c.witness)
        );
    }

    function _call(address sender, address to, bytes memory data) private returns (bool done, bytes memory said) {
        vm.prank(sender);
        (done, said) = to.call(data);
    }

    function _convict(BatchHeader memory header, Chunk memory c) private {
        (bool done,) = _call(CHALLENGER, address(prover), _proofCall(header, c));
        assertTrue(done, "convicted");
    }

    /// @dev By prover and reference state alike.
    function _both(bytes memory payload) private returns (Chunk memory c) {
        c = _chunk(payload);
        assertEq(
            prover.postRootOf(c.preRoot, uint64(state.messageCount()), payload, c.witness), c.postRoot, "prover's root"
        );
    }

    function _balance(uint32 index) private view returns (uint256) {
        return state.account(index).balance[0];
    }

    // --- a challenge and finality

    function test_challenge_worksToTheLastSecond_andNotInTheFirstFinalBlock() public {
        (Chunk memory c, BatchHeader memory header) = _postWrong(_block(_transfer(0)));
        vm.warp(header.l1Time + WINDOW);
        assertTrue(rollup.isFinal(header), "final");
        (bool done, bytes memory said) = _call(CHALLENGER, address(prover), _proofCall(header, c));
        assertTrue(!done, "convicted a final batch");
        assertEq(said, abi.encodeWithSelector(IRollup.BatchIsFinal.selector, 1), "why");
        vm.warp(header.l1Time + WINDOW - 1);
        assertTrue(!rollup.isFinal(header), "not yet");
        _convict(header, c);
        assertEq(rollup.head(), 1, "removed");
        vm.warp(header.l1Time + WINDOW);
        assertTrue(!rollup.isFinal(header), "never final");
    }

    /// @dev A thief posts a root of his own making, under which the bridge owes him everything. Whatever the second, and whoever of
    /// the two comes first in its block: he is paid or he is convicted, never both.
    function test_claimAndConviction_neverBothSucceed_inOneBlock() public {
        _depositEth(ALICE, 5 ether);
        address thief = address(0x7417);
        Chunk memory c = _chunk(_block(_transfer(0)));
        c.postRoot = keccak256(abi.encodePacked(thief, uint8(0), uint128(5 ether))); // withdrawal 0, alone in the tree
        for (uint256 level; level < 40; ++level) {
            c.postRoot = uint256(2 << 32) >> level & 1 == 0
                ? keccak256(abi.encodePacked(c.postRoot, bytes32(0)))
                : keccak256(abi.encodePacked(bytes32(0), c.postRoot));
        }
        BatchHeader memory header = _post(_one(c));
        bytes memory claim = abi.encodeCall(IBridge.claim, (header, 0, thief, 0, 5 ether, uint40(0), new bytes32[](0)));
        bytes memory proof = _proofCall(header, c);
        for (uint256 i; i < 8; ++i) {
            uint256 snapshot = vm.snapshotState();
            bool open = i / 2 < 3;
            vm.warp(header.l1Time + WINDOW + i / 2 - 3); // from three seconds before finality to its first
            bool claimed;
            bool convicted;
            if (i % 2 == 0) (claimed,) = _call(thief, address(bridge), claim);
            (convicted,) = _call(CHALLENGER, address(prover), proof);
            if (i % 2 == 1) (claimed,) = _call(thief, address(bridge), claim);
            assertTrue(claimed != convicted, "one of the two");
            assertTrue(convicted == open, "convicted while it is open, and only then");
            assertEq(thief.balance, open ? 0 : 5 ether, "paid");
            assertEq(bridge.custodyOf(0), open ? 5 ether : 0, "custody");
            vm.revertToState(snapshot);
        }
    }

    // --- whose the reward is

    /// @dev There is no commit and reveal: who copies a proof and is included first has the reward. The other one loses nothing but
    /// his gas, and nobody is paid twice.
    function test_copiedChallenge_reverts_andTakesNothing() public {
        (Chunk memory c, BatchHeader memory header) = _postWrong(_block(_transfer(0)));
        bytes memory proof = _proofCall(header, c);
        address[2] memory who = [CHALLENGER, BOB];
        for (uint256 first; first < 2; ++first) {
            uint256 snapshot = vm.snapshotState();
            (bool done, bytes memory said) = _call(who[first], address(prover), proof);
            assertTrue(done, "the first");
            (done, said) = _call(who[1 - first], address(prover), proof);
            assertTrue(!done, "the second");
            assertEq(
                said,
                abi.encodeWithSelector(IChunkProver.HeaderMismatch.selector, 1, _headerHash(header), bytes32(0)),
                "why"
            );
            assertEq(rollup.rewardOf(who[first]), BOND / 2, "the first one's");
            assertEq(rollup.rewardOf(who[1 - first]), 0, "nothing");
            assertEq(address(rollup).balance, BOND / 2, "what is owed, and no more");
            vm.revertToState(snapshot);
        }
    }

    /// @dev The same number, the same chunk, even the same lie: a proof is against one header.
    function test_oldChallenge_saysNothing_ofWhatIsPostedUnderTheSameNumber() public {
        bytes memory payload = _block(_transfer(0));
        (Chunk memory wrong, BatchHeader memory removed) = _postWrong(payload);
        bytes memory old = _proofCall(removed, wrong);
        _convict(removed, wrong);
        _rollBack();
        vm.warp(vm.getBlockTimestamp() + 1);
        uint256 snapshot = vm.snapshotState();
        Chunk memory right = _chunk(payload);
        BatchHeader memory header = _post(_one(right));
        assertEq(header.number, removed.number, "number");
        (bool done,) = _call(CHALLENGER, address(prover), old);
        assertTrue(!done, "the removed batch");
        (done,) = _call(CHALLENGER, address(prover), _proofCall(header, wrong));
        assertTrue(!done, "a chunk that is not in it");
        bytes memory said;
        (done, said) = _call(CHALLENGER, address(prover), _proofCall(header, right));
        assertTrue(!done, "a right one");
        assertEq(said, abi.encodeWithSelector(IChunkProver.ClaimIsRight.selector, right.postRoot), "why");

        // Who lies again is convicted again, by a proof against the new header.
        vm.revertToState(snapshot);
        (wrong, header) = _postWrong(payload);
        (done,) = _call(CHALLENGER, address(prover), old);
        assertTrue(!done, "the removed batch");
        _convict(header, wrong);
        assertEq(rollup.rewardOf(CHALLENGER), BOND, "half of each of two bonds");
    }

    /// @dev Who is about to be convicted, or wants to take back what he confirmed, convicts himself: half of the bond is gone.
    function test_selfChallenge_costsHalfTheBond() public {
        uint256 burntBefore = address(0).balance;
        (Chunk memory c, BatchHeader memory header) = _postWrong(_block(_transfer(0)));
        (bool done,) = _call(OPERATOR, address(prover), _proofCall(header, c));
        assertTrue(done, "convicted himself");
        vm.prank(OPERATOR);
        rollup.withdrawReward();
        vm.prank(OPERATOR);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NothingToWithdraw.selector, OPERATOR));
        rollup.withdrawBond(genesisHeader);
        assertEq(OPERATOR.balance, BOND / 2, "what is left of it");
        assertEq(address(0).balance - burntBefore, BOND / 2, "burnt");
        assertEq(address(rollup).balance, 0, "nothing stays");
    }

    // --- replays

    /// @dev The whole chunk once more, in a batch of its own: signatures name nonces, so all that comes of it is a block.
    function test_replayedChunk_hasNoEffectButItsBlock() public {
        bytes[] memory posted = new bytes[](4);
        posted[0] = _postedNamed(_payment(ALICE_KEY, ALICE_ACCOUNT, 0, vm.addr(CAROL_KEY), 1 ether));
        posted[1] = _transfer(1);
        posted[2] = _posted(Payment(2, ALICE_KEY, ALICE_ACCOUNT, 2, ALICE, 0, 1 ether, 0), 0);
        posted[3] = _posted(_payment(CAROL_KEY, NEXT_ACCOUNT, 0, BOB, 1), BOB_ACCOUNT);
        bytes memory payload = Encode.blockOf(0, posted);
        _post(_one(_both(payload)));
        bytes32 accounts = _accounts();
        assertEq(state.withdrawalCount(), 1, "a withdrawal");

        Chunk memory again = _both(payload);
        assertEq(_accounts(), accounts, "accounts");
        assertEq(state.accountCount(), NEXT_ACCOUNT + 1, "nobody is opened again");
        assertEq(state.withdrawalCount(), 1, "nothing is withdrawn again");
        assertEq(state.blockNumber(), 2, "the block counts");
        again.postRoot = keccak256("as if it had an effect again");
        BatchHeader memory header = _post(_one(again));
        _convict(header, again);
        assertEq(rollup.head(), 2, "removed");
    }

    function _accounts() private view returns (bytes32 all) {
        for (uint32 i; i < state.accountCount(); ++i) {
            all = keccak256(abi.encode(all, state.account(i)));
        }
    }

    /// @dev In the history that was removed the next account was Carol's; in the new one it is Dave's. What Carol signed as its owner
    /// and what Alice signed for Carol do not hold for Dave.
    function test_oldSignatures_sayNothing_ofAnIndexThatIsAnothersNow() public {
        address carol = vm.addr(CAROL_KEY);
        bytes memory toCarol = _postedNamed(_payment(ALICE_KEY, ALICE_ACCOUNT, 0, carol, 1 ether));
        bytes memory moreToCarol = _posted(_payment(ALICE_KEY, ALICE_ACCOUNT, 1, carol, 2 ether), NEXT_ACCOUNT);
        bytes memory byCarol = _posted(_payment(CAROL_KEY, NEXT_ACCOUNT, 0, BOB, 0.5 ether), BOB_ACCOUNT);
        bytes[] memory posted = new bytes[](3);
        (posted[0], posted[1], posted[2]) = (toCarol, moreToCarol, byCarol);
        (Chunk memory c, BatchHeader memory header) = _postWrong(Encode.blockOf(0, posted));
        assertEq(state.account(NEXT_ACCOUNT).owner, carol, "Carol's");
        assertEq(_balance(NEXT_ACCOUNT), 2.5 ether - FEE, "all three applied");
        _convict(header, c);
        _rollBack();

        address dave = vm.addr(DAVE_KEY);
        _both(_block(_postedNamed(_payment(ALICE_KEY, ALICE_ACCOUNT, 0, dave, 1 ether))));
        assertEq(state.account(NEXT_ACCOUNT).owner, dave, "Dave's");
        _both(Encode.blockOf(0, posted));
        assertEq(_balance(NEXT_ACCOUNT), 1 ether, "Dave has what he was paid");
        assertEq(_balance(ALICE_ACCOUNT), START - 1 ether - FEE, "Alice paid once");
        assertEq(_balance(BOB_ACCOUNT), START, "Bob has nothing from Dave");
        assertEq(state.accountCount(), NEXT_ACCOUNT + 1, "nobody else is opened");
        // As what it says it still holds: Alice's second payment opens an account for Carol.
        _both(_block(_postedNamed(_payment(ALICE_KEY, ALICE_ACCOUNT, 1, carol, 2 ether))));
        assertEq(state.account(NEXT_ACCOUNT + 1).owner, carol, "Carol's");
        assertEq(_balance(NEXT_ACCOUNT + 1), 2 ether, "what Alice signed");
    }

    // --- the inbox after a rollback

    /// @dev A removed batch has consumed nothing. What is posted in its place consumes the same messages, in the same order, once:
    /// the bridge pays out what was deposited and not more.
    function test_messagesOfARemovedBatch_areConsumedOnceByWhatIsPostedAgain() public {
        _depositEth(ALICE, 3 ether);
        _depositEth(BOB, 2 ether);
        _forceWire(_wire(_payment(ALICE_KEY, ALICE_ACCOUNT, 0, BOB, 1 ether)));
        bytes memory all = _block(_run(3, ALICE_ACCOUNT));
        (Chunk memory c, BatchHeader memory header) = _postWrong(all);
        assertEq(header.inboxPosition, 3, "consumed all");
        assertEq(_post(_one(_chunk(_block(_transfer(1))))).inboxPosition, 3, "and one more batch upon it");
        _convict(header, c);
        _rollBack();
        assertEq(inbox.count(), 3, "the inbox is as it was");
        assertEq(bridge.custodyOf(0), 5 ether, "custody");

        // Nobody goes on behind them: a header that says so without a chunk that consumes them is a lie by itself.
        uint256 snapshot = vm.snapshotState();
        Chunk memory skipping = _chunk(_block(_transfer(0)));
        header = _postAs(_one(skipping), 3, 1);
        uint256[] memory meta = new uint256[](1);
        (uint40[] memory masks, bytes32[] memory siblings) = state.prove(meta);
        (bool done,) = _call(
            CHALLENGER,
            address(prover),
            abi.encodeCall(IChunkProver.proveEnd, (header, masks[0], siblings, state.metaLeaf()))
        );
        assertTrue(done && rollup.head() == 1, "skipped them");
        vm.revertToState(snapshot);

        // One, then the other two, in two batches. The hint finds no account for the second: Bob has another one now.
        header = _post(_one(_both(_block(_run(1, ALICE_ACCOUNT)))));
        assertEq(header.inboxPosition, 1, "one");
        assertEq(_balance(ALICE_ACCOUNT), START + 3 ether, "Alice's deposit");
        header = _post(_one(_both(_block(_run(2, BOB_ACCOUNT)))));
        assertEq(header.inboxPosition, 3, "all");
        assertEq(_balance(BOB_ACCOUNT), START + 3 ether, "Bob's deposit and Alice's forced payment");
        assertEq(_balance(ALICE_ACCOUNT), START + 2 ether - FEE, "Alice paid once");

        // They are not consumed a third time.
        bytes32 first = inbox.accumulatorAt(1);
        InboxLink memory link = _link(1);
        vm.prank(POSTER);
        vm.expectRevert(abi.encodeWithSelector(IRollup.InboxPositionOutOfRange.selector, 1, 3, 3));
        rollup.post(header, 3, "blocks", header.clock, 1, first, link, _data(_one(c)));

        // All that was deposited leaves, and nothing else can.
        bytes memory out = _posted(Payment(2, BOB_KEY, BOB_ACCOUNT, 0, BOB, 0, 5 ether, 0), 0);
        header = _post(_one(_both(_block(out))));
        vm.warp(header.l1Time + WINDOW);
        meta[0] = uint256(2) << 32;
        (masks, siblings) = state.prove(meta);
        bridge.claim(header, 0, BOB, 0, 5 ether, masks[0], siblings);
        assertEq(BOB.balance, 5 ether, "paid");
        assertEq(bridge.custodyOf(0), 0, "custody");
        vm.expectRevert(abi.encodeWithSelector(IBridge.AlreadyClaimed.selector, 0));
        bridge.claim(header, 0, BOB, 0, 5 ether, masks[0], siblings);
    }

    // --- a flood of forced messages

    /// @dev Three junk messages for each chunk, as many as its weight lets it take; the first block catches up with the clock.
    function _flooded(uint256 messages) private returns (Chunk[] memory chunks) {
        chunks = new Chunk[]((messages + 2) / 3);
        uint32 behind = uint32(vm.getBlockTimestamp() - state.clock());
        for (uint256 i; i < chunks.length; ++i) {
            uint256 count = messages - 3 * i < 3 ? messages - 3 * i : 3;
            chunks[i] = _both(Encode.blockOf(i == 0 ? behind : 0, Encode.list(_run(count, 0))));
        }
    }

    /// @dev 130 expired messages are more than a batch has to take: 64 are enough, then 64, then the rest. Posting never stops, and
    /// nobody leaves more than he must.
    function test_floodOfExpiredMessages_isTakenIn64s() public {
        for (uint256 i; i < 130; ++i) {
            _forceWire(hex"ff");
        }
        uint64 time = uint64(vm.getBlockTimestamp());
        vm.warp(time + DEADLINE);

        uint256 snapshot = vm.snapshotState();
        Chunk[] memory chunks = _flooded(63);
        bytes memory data = _data(chunks);
        BatchHeader memory before = last;
        InboxLink memory link = _link(63);
        bytes32 accumulator = inbox.accumulatorAt(63);
        uint64 number = state.blockNumber();
        bytes32 blocks = state.blockAccumulator();
        vm.prank(POSTER);
        vm.expectRevert(abi.encodeWithSelector(IRollup.ForcedMessageExpired.selector, 63, time));
        rollup.post(before, number, blocks, time + DEADLINE, 63, accumulator, link, data);
        vm.revertToState(snapshot);

        uint64[3] memory taken = [uint64(64), 64, 2];
        for (uint256 i; i < 3; ++i) {
            chunks = _flooded(taken[i]);
            assertTrue(_data(chunks).length < 2_000, "small beside what a post may carry");
            BatchHeader memory header = _post(chunks);
            assertEq(header.inboxPosition - before.inboxPosition, taken[i], "taken");
            before = header;
            vm.warp(vm.getBlockTimestamp() + 12);
        }
        assertEq(before.inboxPosition, 130, "drained");
        assertEq(before.postRoot, state.root(), "root");
        // An honest transaction behind the flood is in the next one.
        _forceWire(_wire(_payment(ALICE_KEY, ALICE_ACCOUNT, 0, BOB, 1 ether)));
        _post(_one(_both(Encode.blockOf(12, Encode.list(_run(1, BOB_ACCOUNT))))));
        assertEq(_balance(BOB_ACCOUNT), START + 1 ether, "paid");
    }
}
