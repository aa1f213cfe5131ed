// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Credit, Effects, IKindModule, Step} from "../../src/interfaces/IKindModule.sol";
import {IRollup} from "../../src/interfaces/IRollup.sol";
import {Genesis, GenesisHash} from "../../src/libraries/Genesis.sol";
import {Refusal} from "../../src/libraries/Refusal.sol";
import {JobKinds} from "../../src/modules/JobKinds.sol";
import {SluiceTest} from "../SluiceTest.sol";
import {RollupName} from "../reference/RollupName.sol";

/// @notice The module alone: what ChunkProver would hand it. Each test of a refusal changes one thing of a step that applies.
contract JobKindsTest is SluiceTest {
    uint64 private constant GENESIS_TIME = 1_800_000_000;
    uint32 private constant EPOCH_SECONDS = 10;
    uint32 private constant EPOCHS_PER_MONTH = 60;
    uint32 private constant PROTECTIVE_DELAY = 259_200;
    /// @dev The middle of month 3.
    uint64 private constant CLOCK = GENESIS_TIME + 3 * 600 + 300;
    uint32 private constant MONTH_PLUS_ONE = 4;

    uint8 private constant TOKEN = 2;
    uint128 private constant PRICE = 50;
    uint32 private constant BUYER = 1_001;
    uint32 private constant PAYOUT = 3_003;
    uint32 private constant PROVIDER = 2_002;
    uint32 private constant JOB = 77;
    uint32 private constant QUORUM = 88;
    bytes32 private constant RESULT = keccak256("result");
    bytes32 private constant SALT = keccak256("salt");

    struct Provider {
        bytes32 id;
        uint32 account;
        uint32 payout;
        uint16 class;
        uint64 capabilities;
        uint64 cell;
        uint8 token;
        uint128 price;
        uint8 flags;
        uint32 joinedEpoch;
        uint32 movedMonthPlusOne;
        bytes32 endpointHash;
    }

    struct Job {
        bytes32 id;
        uint32 buyer;
        uint32 provider;
        uint8 token;
        uint8 mode;
        uint8 state;
        uint128 escrow;
        bytes32 resultHash;
        uint64 deadline;
        uint64 windowEnd;
        uint32 window;
        uint16 refusalBps;
        uint16 reason;
    }

    struct Member {
        uint32 provider;
        uint32 payout;
        uint8 state;
        bytes32 hash;
    }

    JobKinds private module;

    function setUp() public {
        Genesis memory genesis = _genesis();
        module = new JobKinds(genesis, IRollup(address(new RollupName(GenesisHash.hash(genesis)))));
    }

    function _genesis() private pure returns (Genesis memory genesis) {
        genesis.genesisTime = GENESIS_TIME;
        genesis.epochSeconds = EPOCH_SECONDS;
        genesis.epochsPerMonth = EPOCHS_PER_MONTH;
        genesis.protectiveDelay = PROTECTIVE_DELAY;
        genesis.feeUnits = [uint128(1 gwei), 100, PRICE, 7];
    }

    function test_constructor_ofAnotherDeployment_reverts() public {
        IRollup other = IRollup(address(new RollupName(keccak256("other"))));
        vm.expectRevert(IKindModule.WrongDeployment.selector);
        new JobKinds(_genesis(), other);
    }

    function test_run_ofAnotherKind_reverts() public {
        for (uint256 kind; kind < 16; ++kind) {
            if (kind == 7 || kind >= 10 && kind <= 12) continue;
            Step memory step;
            step.kind = kind;
            vm.expectRevert(abi.encodeWithSelector(IKindModule.NotOfThisModule.selector, kind));
            module.run(step, "", "");
        }
    }

    function test_run_withAProof_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IKindModule.WrongProofLength.selector, 1, 0));
        module.run(_update(_provider()), "", "x");
    }

    function test_run_withoutALeaf_reverts() public {
        Step[5] memory steps =
            [_update(_provider()), _open(), _result(_job(0)), _reveal(2, 2), _settle(_done(), 0, CLOCK)];
        for (uint256 i; i < 5; ++i) {
            uint256 last = steps[i].leaves.length - 1;
            steps[i].leaves[last] = "";
            vm.expectRevert(IKindModule.LeafTruncated.selector);
            module.run(steps[i], "", "");
        }
    }

    function test_contract_size() public view {
        assertTrue(address(module).code.length <= 24_576, "EIP-170");
    }

    // --- leaves

    function _leaf(Provider memory p) private pure returns (bytes memory leaf) {
        leaf = abi.encodePacked(p.id, p.account, p.payout, p.class, p.capabilities, p.cell, p.token, p.price, p.flags);
        leaf = abi.encodePacked(leaf, p.joinedEpoch, p.movedMonthPlusOne, p.endpointHash);
        assertEq(leaf.length, 116, "provider");
    }

    function _leaf(Job memory j) private pure returns (bytes memory leaf) {
        leaf = abi.encodePacked(j.id, j.buyer, j.provider, j.token, j.mode, j.state, j.escrow, j.resultHash);
        leaf = abi.encodePacked(leaf, j.deadline, j.windowEnd, j.window, j.refusalBps, j.reason);
        assertEq(leaf.length, 115, "job");
    }

    function _leaf(uint8 needed, Member[] memory members) private pure returns (bytes memory leaf) {
        leaf = abi.encodePacked(JOB, uint8(members.length), needed);
        for (uint256 i; i < members.length; ++i) {
            Member memory m = members[i];
            leaf = abi.encodePacked(leaf, m.provider, m.payout, m.state, m.hash);
        }
        leaf = abi.encodePacked(leaf, new bytes(41 * (5 - members.length)));
        assertEq(leaf.length, 211, "quorum");
    }

    function _provider() private pure returns (Provider memory) {
        return Provider({
            id: keccak256("provider"),
            account: 4_004,
            payout: PAYOUT,
            class: 0x0102,
            capabilities: 0x1112131415161718,
            cell: 0x2122232425262728,
            token: TOKEN,
            price: 0x3132333435363738393a3b3c3d3e3f40,
            flags: 0,
            joinedEpoch: 0x41424344,
            movedMonthPlusOne: MONTH_PLUS_ONE - 1,
            endpointHash: keccak256("endpoint")
        });
    }

    /// @dev An open one.
    function _job(uint8 mode) private pure returns (Job memory) {
        return Job({
            id: keccak256("job"),
            buyer: BUYER,
            provider: mode == 2 ? QUORUM : PROVIDER,
            token: TOKEN,
            mode: mode,
            state: 1,
            escrow: 1_000_000_000_000_000_000_007,
            resultHash: mode == 1 ? keccak256(abi.encode(RESULT)) : bytes32(0),
            deadline: CLOCK + 100,
            windowEnd: 0,
            window: 300_000,
            refusalBps: 3_333,
            reason: 0
        });
    }

    function _done() private pure returns (Job memory job) {
        job = _job(0);
        job.state = 2;
        job.resultHash = RESULT;
        job.windowEnd = CLOCK + 50;
    }

    function _member(uint256 i) private pure returns (Member memory m) {
        m.provider = uint32(PROVIDER + i);
    }

    /// @dev Five of whom three are needed; the first `committed` have committed, and of them the first `revealed` have revealed.
    function _members(uint256 committed, uint256 revealed) private pure returns (Member[] memory members) {
        members = new Member[](5);
        for (uint256 i; i < 5; ++i) {
            members[i] = _member(i);
            if (i >= committed) continue;
            members[i].payout = uint32(6_000 + i);
            members[i].state = i < revealed ? 2 : 1;
            members[i].hash = i < revealed ? RESULT : _commitment(uint8(i));
        }
    }

    function _commitment(uint8 member) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(keccak256("job"), member, RESULT, SALT));
    }

    // --- outcomes

    function _refused(Step memory step, uint256 refusal, string memory what) private view {
        Effects memory e = module.run(step, "", "");
        assertEq(e.refusal, refusal, what);
        assertEq(e.leaves.length + e.credits.length + e.fee, 0, what);
    }

    function _applied(Step memory step) private view returns (Effects memory e) {
        e = module.run(step, "", "");
        assertEq(e.refusal, 0, "refusal");
    }

    /// @dev Which leaves change, and into what; empty: does not change.
    function _changed(Effects memory e, uint256 count, uint256 index, bytes memory leaf) private pure {
        assertTrue(e.leaves.length <= count, "more leaves than the step has");
        for (uint256 i; i < e.leaves.length; ++i) {
            if (i == index) assertEq(e.leaves[i], leaf, "leaf");
        }
        if (leaf.length != 0) assertTrue(index < e.leaves.length, "leaf missing");
    }

    function _credited(Effects memory e, uint256 index, uint32 account, uint256 amount) private pure {
        assertEq(e.credits[index].account, account, "account");
        assertEq(e.credits[index].amount, amount, "amount");
    }

    function _sum(Effects memory e) private pure returns (uint256 sum) {
        sum = e.fee;
        for (uint256 i; i < e.credits.length; ++i) {
            sum += e.credits[i].amount;
        }
    }

    function _step(uint256 kind, uint256 variant, uint256 fields, uint256 leaves)
        private
        pure
        returns (Step memory step)
    {
        step.kind = kind;
        step.variant = variant;
        step.clock = CLOCK;
        step.fields = new uint256[](fields);
        step.indices = new uint256[](leaves);
        step.leaves = new bytes[](leaves);
    }

    // --- kind 7

    /// @dev Changes price and endpoint, neither cell nor payout.
    function _update(Provider memory p) private pure returns (Step memory step) {
        step = _step(7, 0, 9, 1);
        step.recipient = p.payout;
        step.fields[0] = p.account;
        step.fields[1] = 5;
        step.fields[2] = uint256(p.id);
        step.fields[3] = uint160(address(0xbeef));
        step.fields[4] = p.cell;
        step.fields[5] = type(uint128).max;
        step.fields[6] = uint256(keccak256("new endpoint"));
        step.fields[8] = PRICE;
        step.indices[0] = PROVIDER;
        step.leaves[0] = _leaf(p);
    }

    function _updated(Step memory step, Provider memory expected) private view {
        expected.price = uint128(step.fields[5]);
        expected.endpointHash = bytes32(step.fields[6]);
        Effects memory e = _applied(step);
        assertEq(e.token, TOKEN, "token");
        _changed(e, 1, 0, _leaf(expected));
        assertEq(e.credits.length + e.fee, 0, "free but for the price");
    }

    function test_update_setsPriceAndEndpoint() public view {
        _updated(_update(_provider()), _provider());
    }

    function test_update_setsThePayout() public view {
        Step memory step = _update(_provider());
        step.recipient = type(uint32).max;
        Provider memory expected = _provider();
        expected.payout = type(uint32).max;
        _updated(step, expected);
    }

    function test_update_retires() public view {
        Step memory step = _update(_provider());
        step.fields[7] = 1;
        Provider memory expected = _provider();
        expected.flags = 1;
        _updated(step, expected);
    }

    function test_update_movesOnceAMonth() public view {
        for (uint32 moved; moved < MONTH_PLUS_ONE + 2; ++moved) {
            Provider memory p = _provider();
            p.movedMonthPlusOne = moved;
            Step memory step = _update(p);
            _updated(step, p); // who stays where it is may always change the rest
            step = _update(_moved(p, moved));
            step.fields[4] = 9;
            if (moved >= MONTH_PLUS_ONE) {
                _refused(step, Refusal.MOVED_THIS_MONTH, "moved");
            } else {
                p = _moved(p, MONTH_PLUS_ONE);
                p.cell = 9;
                _updated(step, p);
            }
        }
    }

    function _moved(Provider memory p, uint32 monthPlusOne) private pure returns (Provider memory q) {
        q = _provider();
        q.cell = p.cell;
        q.movedMonthPlusOne = monthPlusOne;
    }

    function test_update_movesAgain_inTheFirstSecondOfTheNextMonth() public view {
        Provider memory p = _provider();
        p.movedMonthPlusOne = MONTH_PLUS_ONE;
        Step memory step = _update(p);
        step.fields[4] = p.cell + 1;
        step.clock = GENESIS_TIME + 4 * 600 - 1;
        _refused(step, Refusal.MOVED_THIS_MONTH, "last second");
        step.clock += 1;
        p.cell += 1;
        p.movedMonthPlusOne = MONTH_PLUS_ONE + 1;
        _updated(step, p);
    }

    function test_update_ofARetired_isRefused() public view {
        Provider memory p = _provider();
        p.flags = 1;
        Step memory step = _update(p);
        _refused(step, Refusal.PROVIDER_RETIRED, "retired");
        p.movedMonthPlusOne = MONTH_PLUS_ONE;
        step = _update(p);
        step.fields[4] = 1;
        step.fields[7] = 1;
        _refused(step, Refusal.PROVIDER_RETIRED, "before the move is looked at");
    }

    // --- kind 10

    function _open() private pure returns (Step memory) {
        return _opened(_job(0), new uint32[](0), 0);
    }

    /// @dev The opening of the job as it stands after it. Without a list of providers: the one of the job.
    function _opened(Job memory job, uint32[] memory providers, uint8 needed) private pure returns (Step memory step) {
        uint256 first = providers.length == 0 ? 1 : 2;
        uint256 count = providers.length == 0 ? 1 : providers.length;
        step = _step(10, 0, 13, first + count);
        step.id = job.id;
        step.fields[0] = job.buyer;
        step.fields[1] = 5;
        step.fields[2] = uint256(keccak256("providers"));
        step.fields[3] = needed;
        step.fields[4] = job.token;
        step.fields[5] = job.escrow;
        step.fields[6] = job.mode;
        step.fields[7] = uint256(keccak256("specification"));
        step.fields[8] = uint256(job.resultHash);
        step.fields[9] = job.deadline;
        step.fields[10] = job.window;
        step.fields[11] = job.refusalBps;
        step.fields[12] = 2 * PRICE;
        step.indices[0] = JOB;
        if (first == 2) step.indices[1] = QUORUM;
        for (uint256 i; i < count; ++i) {
            step.indices[first + i] = providers.length == 0 ? job.provider : providers[i];
            step.leaves[first + i] = _leaf(_provider());
        }
    }

    function _five() private pure returns (uint32[] memory) {
        return _providers(5);
    }

    function _providers(uint256 count) private pure returns (uint32[] memory list) {
        list = new uint32[](count);
        for (uint256 i; i < count; ++i) {
            list[i] = _member(i).provider;
        }
    }

    function test_open_ofModes0And1_appendsTheJob() public view {
        for (uint8 mode; mode < 2; ++mode) {
            Job memory job = _job(mode);
            Effects memory e = _applied(_opened(job, new uint32[](0), 0));
            assertEq(e.token, TOKEN, "token");
            assertEq(e.leaves.length, 1, "leaves");
            _changed(e, 2, 0, _leaf(job));
            assertEq(e.credits.length + e.fee, 0, "the signer pays price and escrow");
        }
    }

    function test_open_ofMode2_appendsTheJobAndItsQuorum() public view {
        for (uint256 count = 2; count <= 5; ++count) {
            Member[] memory members = new Member[](count);
            for (uint256 i; i < count; ++i) {
                members[i] = _member(i);
            }
            for (uint8 needed; needed < 8; ++needed) {
                Step memory step = _opened(_job(2), _providers(count), needed);
                if (needed <= count / 2 || needed > count) {
                    _refused(step, Refusal.BAD_QUORUM, "no majority, or more than all");
                    continue;
                }
                Effects memory e = _applied(step);
                assertEq(e.leaves.length, 2, "leaves");
                _changed(e, 7, 0, _leaf(_job(2)));
                _changed(e, 7, 1, _leaf(needed, members));
                assertEq(e.credits.length + e.fee, 0, "the signer pays price and escrow");
            }
        }
    }

    function test_open_ofMode2_withOneProvider_isRefused() public view {
        for (uint8 needed; needed < 3; ++needed) {
            _refused(_opened(_job(2), _providers(1), needed), Refusal.BAD_QUORUM, "one is no quorum");
        }
    }

    function test_open_ofMode2_namingOneTwice_isRefused() public view {
        for (uint256 i; i < 5; ++i) {
            for (uint256 j; j < i; ++j) {
                uint32[] memory providers = _five();
                providers[i] = providers[j];
                _refused(_opened(_job(2), providers, 3), Refusal.BAD_QUORUM, "twice");
            }
        }
    }

    function test_open_ofAnUnknownMode_isRefused() public view {
        Step memory step = _open();
        for (uint256 mode = 3; mode < 256; mode += 23) {
            step.fields[6] = mode;
            _refused(step, Refusal.JOB_MODE_UNKNOWN, "mode");
        }
    }

    function test_open_withARetiredProvider_isRefused() public view {
        Provider memory retired = _provider();
        retired.flags = 1;
        Step memory step = _open();
        step.leaves[1] = _leaf(retired);
        _refused(step, Refusal.PROVIDER_RETIRED, "mode 0");
        for (uint256 i; i < 5; ++i) {
            step = _opened(_job(2), _five(), 3);
            step.leaves[2 + i] = _leaf(retired);
            _refused(step, Refusal.PROVIDER_RETIRED, "mode 2");
        }
    }

    function test_open_withTooLittleEscrow_isRefused() public view {
        Step memory step = _open();
        step.fields[5] = 0;
        _refused(step, Refusal.ZERO_AMOUNT, "zero");
        step.fields[5] = PRICE - 1;
        _refused(step, Refusal.ESCROW_BELOW_FEE, "below");
        step.fields[5] = PRICE;
        _applied(step);
    }

    function test_open_withAPassedDeadline_isRefused() public view {
        Step memory step = _open();
        step.fields[9] = CLOCK;
        _refused(step, Refusal.DEADLINE_PASSED, "now");
        step.fields[9] = CLOCK + 1;
        _applied(step);
    }

    function test_open_withAShortWindow_isRefused() public view {
        Step memory step = _open();
        step.fields[10] = PROTECTIVE_DELAY - 1;
        _refused(step, Refusal.DELAY_TOO_SHORT, "short");
        step.fields[10] = PROTECTIVE_DELAY;
        _applied(step);
    }

    function test_open_withASplitAboveTheWhole_isRefused() public view {
        Step memory step = _open();
        step.fields[11] = 10_001;
        _refused(step, Refusal.BAD_SPLIT, "above");
        step.fields[11] = 10_000;
        _applied(step);
    }

    /// @dev All is wrong; then one after the other is put right.
    function test_open_checksInOrder() public view {
        uint32[] memory providers = _five();
        providers[4] = providers[0];
        Step memory step = _opened(_job(2), providers, 3);
        Provider memory retired = _provider();
        retired.flags = 1;
        step.leaves[2] = _leaf(retired);
        step.fields[6] = 3;
        step.fields[5] = 0;
        step.fields[9] = 0;
        step.fields[10] = 0;
        step.fields[11] = 10_001;
        _refused(step, Refusal.JOB_MODE_UNKNOWN, "mode");
        step.fields[6] = 2;
        _refused(step, Refusal.BAD_QUORUM, "quorum");
        step.indices[6] = 9;
        _refused(step, Refusal.PROVIDER_RETIRED, "retired");
        step.leaves[2] = _leaf(_provider());
        _refused(step, Refusal.ZERO_AMOUNT, "zero");
        step.fields[5] = 1;
        _refused(step, Refusal.ESCROW_BELOW_FEE, "escrow");
        step.fields[5] = PRICE;
        _refused(step, Refusal.DEADLINE_PASSED, "deadline");
        step.fields[9] = CLOCK + 1;
        _refused(step, Refusal.DELAY_TOO_SHORT, "window");
        step.fields[10] = PROTECTIVE_DELAY;
        _refused(step, Refusal.BAD_SPLIT, "split");
        step.fields[11] = 0;
        _applied(step);
    }

    // --- kind 11, result

    function _result(Job memory job) private pure returns (Step memory step) {
        step = _step(11, 0, 6, job.mode == 2 ? 3 : 2);
        step.fields[0] = _provider().account;
        step.fields[1] = 5;
        step.fields[2] = uint256(job.id);
        step.fields[4] = uint256(RESULT);
        step.fields[5] = PRICE;
        step.indices[0] = JOB;
        step.indices[1] = PROVIDER;
        step.leaves[0] = _leaf(job);
        step.leaves[1] = _leaf(_provider());
    }

    function _commit(Member[] memory members, uint256 member) private pure returns (Step memory step) {
        step = _result(_job(2));
        step.fields[3] = member;
        step.indices[1] = members[member].provider;
        step.indices[2] = QUORUM;
        step.leaves[2] = _leaf(3, members);
    }

    function test_result_ofMode0_isDoneAndOpensTheWindow() public view {
        Job memory job = _job(0);
        Step memory step = _result(job);
        step.clock = job.deadline; // the last moment
        job.state = 2;
        job.resultHash = RESULT;
        job.windowEnd = job.deadline + job.window;
        Effects memory e = _applied(step);
        assertEq(e.token, TOKEN, "token");
        assertEq(e.leaves.length, 1, "leaves");
        _changed(e, 2, 0, _leaf(job));
        assertEq(e.credits.length + e.fee, 0, "nothing is paid yet");
    }

    function test_result_ofMode1_settles() public view {
        Job memory job = _job(1);
        Step memory step = _result(job);
        uint128 escrow = job.escrow;
        job.state = 3;
        job.resultHash = RESULT;
        job.escrow = 0;
        Effects memory e = _applied(step);
        assertEq(e.token, TOKEN, "token");
        _changed(e, 3, 0, _leaf(job));
        _changed(e, 3, 1, "");
        assertEq(e.fee, PRICE, "fee");
        assertEq(e.credits.length, 1, "credits");
        _credited(e, 0, PAYOUT, escrow - PRICE);
    }

    function test_result_ofMode1_thatIsNotTheExpected_isRefused() public view {
        Step memory step = _result(_job(1));
        step.fields[4] ^= 1;
        _refused(step, Refusal.RESULT_MISMATCH, "another result");
        step = _result(_job(1));
        step.fields[4] = uint256(_job(1).resultHash);
        _refused(step, Refusal.RESULT_MISMATCH, "the hash itself");
    }

    function test_result_ofMode2_commits() public view {
        for (uint256 i; i < 5; ++i) {
            Member[] memory members = _members(5, 0);
            members[i] = _member(i);
            Step memory step = _commit(members, i);
            members[i] = Member(_member(i).provider, PAYOUT, 1, RESULT);
            Effects memory e = _applied(step);
            _changed(e, 3, 0, "");
            _changed(e, 3, 1, "");
            _changed(e, 3, 2, _leaf(3, members));
            assertEq(e.credits.length + e.fee, 0, "nothing is paid yet");
        }
    }

    function test_result_ofMode2_twice_isRefused() public view {
        _refused(_commit(_members(5, 2), 4), Refusal.ALREADY_COMMITTED, "committed");
        _refused(_commit(_members(5, 2), 1), Refusal.ALREADY_COMMITTED, "revealed");
    }

    function test_result_ofAJobThatIsNotOpen_isRefused() public view {
        for (uint8 mode; mode < 3; ++mode) {
            for (uint8 s; s < 7; ++s) {
                Job memory job = _job(mode);
                job.state = s;
                Step memory step = mode == 2 ? _commit(_members(0, 0), 0) : _result(job);
                step.leaves[0] = _leaf(job);
                if (s == 1) _applied(step);
                else _refused(step, Refusal.JOB_NOT_OPEN, "state");
            }
        }
    }

    function test_result_afterTheDeadline_isRefused() public view {
        for (uint8 mode; mode < 3; ++mode) {
            Step memory step = mode == 2 ? _commit(_members(0, 0), 0) : _result(_job(mode));
            step.clock = _job(mode).deadline + 1;
            _refused(step, Refusal.DEADLINE_PASSED, "late");
            step.clock -= 1;
            _applied(step);
        }
    }

    /// @dev All is wrong; then one after the other is put right.
    function test_result_checksInOrder() public view {
        Job memory job = _job(1);
        job.state = 3;
        Step memory step = _result(job);
        step.clock = job.deadline + 1;
        step.fields[4] = 1;
        _refused(step, Refusal.JOB_NOT_OPEN, "state");
        step.leaves[0] = _leaf(_job(1));
        _refused(step, Refusal.DEADLINE_PASSED, "deadline");
        step.clock = job.deadline;
        _refused(step, Refusal.RESULT_MISMATCH, "result");
        step = _commit(_members(1, 0), 0);
        step.clock = job.deadline + 1;
        _refused(step, Refusal.DEADLINE_PASSED, "before the member is looked at");
    }

    // --- kind 11, reveal

    /// @dev All five have committed, the first `revealed` have revealed, and now `member` does.
    function _reveal(uint256 revealed, uint256 member) private pure returns (Step memory) {
        return _reveal(_members(5, revealed), member);
    }

    function _reveal(Member[] memory members, uint256 member) private pure returns (Step memory step) {
        step = _step(11, 1, 7, 3);
        step.fields[0] = _provider().account;
        step.fields[1] = 5;
        step.fields[2] = uint256(_job(2).id);
        step.fields[3] = member;
        step.fields[4] = uint256(RESULT);
        step.fields[5] = uint256(SALT);
        step.fields[6] = PRICE;
        step.indices[0] = JOB;
        step.indices[1] = members[member].provider;
        step.indices[2] = QUORUM;
        step.leaves[0] = _leaf(_job(2));
        step.leaves[1] = _leaf(_provider());
        step.leaves[2] = _leaf(3, members);
    }

    function test_reveal_beforeTheMajority_isKept() public view {
        for (uint256 revealed; revealed < 2; ++revealed) {
            for (uint256 member = revealed; member < 5; ++member) {
                Member[] memory members = _members(5, revealed);
                Step memory step = _reveal(members, member);
                members[member].state = 2;
                members[member].hash = RESULT;
                Effects memory e = _applied(step);
                _changed(e, 3, 0, "");
                _changed(e, 3, 1, "");
                _changed(e, 3, 2, _leaf(3, members));
                assertEq(e.credits.length + e.fee, 0, "nothing is paid yet");
            }
        }
    }

    function test_reveal_thatMakesTheMajority_settles() public view {
        for (uint256 member = 2; member < 5; ++member) {
            Member[] memory members = _members(5, 2);
            Step memory step = _reveal(members, member);
            members[member].state = 2;
            members[member].hash = RESULT;
            Job memory job = _job(2);
            uint256 net = job.escrow - PRICE;
            job.state = 3;
            job.resultHash = RESULT;
            job.escrow = 0;
            Effects memory e = _applied(step);
            assertEq(e.token, TOKEN, "token");
            _changed(e, 3, 0, _leaf(job));
            _changed(e, 3, 1, "");
            _changed(e, 3, 2, _leaf(3, members));
            assertEq(e.fee, PRICE, "fee");
            assertEq(e.credits.length, 4, "credits");
            _credited(e, 0, 6_000, net / 3);
            _credited(e, 1, 6_001, net / 3);
            _credited(e, 2, uint32(6_000 + member), net / 3);
            _credited(e, 3, BUYER, net % 3);
        }
    }

    /// @dev Payouts are in the members' order, whoever is last; and they are those of the moment of the commitment.
    function test_reveal_byTheFirstMember_paysInMembersOrder() public view {
        Member[] memory members = _members(5, 5);
        members[0].state = 1;
        members[0].hash = _commitment(0);
        members[1].hash = keccak256("something else");
        members[3].state = 1;
        Effects memory e = _applied(_reveal(members, 0));
        assertEq(e.credits.length, 4, "credits");
        _credited(e, 0, 6_000, e.credits[1].amount);
        _credited(e, 1, 6_002, e.credits[2].amount);
        _credited(e, 2, 6_004, e.credits[0].amount);
        assertEq(_sum(e), _job(2).escrow, "nothing is lost");
    }

    function test_reveal_ofSomethingElse_makesNoMajority() public view {
        Member[] memory members = _members(5, 2);
        bytes32 other = keccak256("other");
        members[2].hash = keccak256(abi.encodePacked(_job(2).id, uint8(2), other, SALT));
        Step memory step = _reveal(members, 2);
        step.fields[4] = uint256(other);
        members[2].state = 2;
        members[2].hash = other;
        Effects memory e = _applied(step);
        _changed(e, 3, 0, "");
        _changed(e, 3, 2, _leaf(3, members));
        assertEq(e.credits.length + e.fee, 0, "no majority");
    }

    /// @dev A commitment that happens to be the result's hash is no vote for it.
    function test_reveal_countsOnlyWhoRevealed() public view {
        Member[] memory members = _members(5, 1);
        members[3].hash = RESULT;
        members[4].hash = RESULT;
        Effects memory e = _applied(_reveal(members, 1));
        assertEq(e.credits.length, 0, "two votes");
    }

    function test_reveal_ofTwoOfTwo_splitsTheRest() public view {
        Member[] memory all = _members(5, 1);
        Member[] memory members = new Member[](2);
        (members[0], members[1]) = (all[0], all[1]);
        Step memory step = _reveal(members, 1);
        step.leaves[2] = _leaf(2, members);
        Job memory job = _job(2);
        job.escrow = PRICE + 5;
        step.leaves[0] = _leaf(job);
        Effects memory e = _applied(step);
        assertEq(e.credits.length, 3, "credits");
        _credited(e, 0, 6_000, 2);
        _credited(e, 1, 6_001, 2);
        _credited(e, 2, BUYER, 1);
    }

    /// @dev Below the escrow of an opening there is nothing; at it, members get nothing and the fee is paid.
    function test_reveal_withNoMoreThanTheFee_paysTheFee() public view {
        Step memory step = _reveal(2, 2);
        Job memory job = _job(2);
        job.escrow = PRICE;
        step.leaves[0] = _leaf(job);
        Effects memory e = _applied(step);
        assertEq(e.fee, PRICE, "fee");
        assertEq(_sum(e), PRICE, "no more");
    }

    function test_reveal_ofAnotherMode_isRefused() public view {
        for (uint8 mode; mode < 2; ++mode) {
            Step memory step = _reveal(2, 2);
            step.leaves[0] = _leaf(_job(mode));
            step.leaves[2] = ""; // such a job has no quorum
            _refused(step, Refusal.JOB_MODE_MISMATCH, "mode");
        }
    }

    function test_reveal_ofAJobThatIsNotOpen_isRefused() public view {
        for (uint8 s; s < 7; ++s) {
            Job memory job = _job(2);
            job.state = s;
            Step memory step = _reveal(2, 2);
            step.leaves[0] = _leaf(job);
            if (s == 1) _applied(step);
            else _refused(step, Refusal.JOB_NOT_OPEN, "state");
        }
    }

    function test_reveal_whileAnyoneIsAwaited_isRefused() public view {
        for (uint256 i = 1; i < 5; ++i) {
            Member[] memory members = _members(5, 0);
            members[i] = _member(i);
            Step memory step = _reveal(members, 0);
            step.clock = _job(2).deadline;
            _refused(step, Refusal.REVEAL_NOT_OPEN, "until the deadline");
            step.clock += 1;
            _applied(step);
        }
    }

    function test_reveal_afterTheWindow_isRefused() public view {
        Step memory step = _reveal(2, 2);
        step.clock = _job(2).deadline + _job(2).window + 1;
        _refused(step, Refusal.WINDOW_PASSED, "late");
        step.clock -= 1;
        _applied(step);
    }

    function test_reveal_byWhoHasNotCommitted_isRefused() public view {
        Step memory step = _reveal(_members(3, 1), 3);
        step.clock = _job(2).deadline + 1;
        _refused(step, Refusal.NOT_COMMITTED, "awaited");
        _refused(_reveal(2, 1), Refusal.NOT_COMMITTED, "revealed already");
    }

    function test_reveal_ofWhatWasNotCommitted_isRefused() public view {
        Step memory step = _reveal(2, 2);
        step.fields[4] ^= 1;
        _refused(step, Refusal.REVEAL_MISMATCH, "result");
        step = _reveal(2, 2);
        step.fields[5] ^= 1;
        _refused(step, Refusal.REVEAL_MISMATCH, "salt");
        Member[] memory members = _members(5, 2);
        members[2].hash = members[3].hash;
        _refused(_reveal(members, 2), Refusal.REVEAL_MISMATCH, "the commitment of another member");
        step = _reveal(2, 2);
        Job memory job = _job(2);
        job.id = keccak256("another job");
        step.leaves[0] = _leaf(job);
        _refused(step, Refusal.REVEAL_MISMATCH, "the commitment for another job");
    }

    /// @dev All is wrong; then one after the other is put right.
    function test_reveal_checksInOrder() public view {
        Member[] memory members = _members(0, 0);
        Step memory step = _reveal(members, 0);
        Job memory job = _job(1);
        job.state = 3;
        job.window = 0;
        step.leaves[0] = _leaf(job);
        _refused(step, Refusal.JOB_NOT_OPEN, "state");
        job.state = 1;
        step.leaves[0] = _leaf(job);
        _refused(step, Refusal.JOB_MODE_MISMATCH, "mode");
        job.mode = 2;
        step.leaves[0] = _leaf(job);
        _refused(step, Refusal.REVEAL_NOT_OPEN, "others are awaited");
        step.clock = job.deadline + 1;
        _refused(step, Refusal.WINDOW_PASSED, "window");
        job.window = 1;
        step.leaves[0] = _leaf(job);
        _refused(step, Refusal.NOT_COMMITTED, "awaited");
        members[0].state = 1;
        step.leaves[2] = _leaf(3, members);
        _refused(step, Refusal.REVEAL_MISMATCH, "commitment");
        members[0].hash = _commitment(0);
        step.leaves[2] = _leaf(3, members);
        _applied(step);
    }

    // --- kind 12

    function _settle(Job memory job, uint256 verdict, uint256 clock) private pure returns (Step memory step) {
        step = _step(12, verdict, verdict < 2 ? 5 : 1, verdict < 3 && job.mode != 2 ? 2 : 1);
        step.clock = clock;
        step.fields[verdict < 2 ? 2 : 0] = uint256(job.id);
        if (verdict < 2) {
            step.fields[0] = job.buyer;
            step.fields[3] = verdict;
            step.fields[4] = 0x5152;
        }
        step.indices[0] = JOB;
        step.leaves[0] = _leaf(job);
        if (step.leaves.length == 2) step.leaves[1] = _leaf(_provider());
    }

    function _timeOut(Member[] memory members, uint256 clock) private pure returns (Step memory step) {
        step = _step(12, 3, 1, 2);
        step.clock = clock;
        step.leaves[0] = _leaf(_job(2));
        step.leaves[1] = _leaf(3, members);
    }

    function _settled(Step memory step, Job memory job, uint8 outcome, uint16 reason, uint256 fee, uint256 paid)
        private
        view
    {
        uint256 escrow = job.escrow;
        job.state = outcome;
        job.escrow = 0;
        job.reason = reason;
        Effects memory e = _applied(step);
        assertEq(e.token, TOKEN, "token");
        _changed(e, step.leaves.length + 2, 0, _leaf(job));
        for (uint256 i = 1; i < e.leaves.length; ++i) {
            assertEq(e.leaves[i].length, 0, "other leaves");
        }
        assertEq(e.fee, fee, "fee");
        assertEq(_sum(e), escrow, "nothing is lost");
        uint256 last = e.credits.length - 1;
        if (last == 1) _credited(e, 0, PAYOUT, paid);
        _credited(e, last, BUYER, escrow - fee - paid);
    }

    function test_settle_accept() public view {
        Job memory job = _done();
        // Also after the window: only silence and refusal look at the time.
        _settled(_settle(job, 0, job.windowEnd + 1), job, 3, 0x5152, PRICE, job.escrow - PRICE);
    }

    function test_settle_refuse() public view {
        Job memory job = _done();
        uint256 paid = (uint256(job.escrow) - PRICE) * 3_333 / 10_000;
        _settled(_settle(job, 1, job.windowEnd), job, 5, 0x5152, PRICE, paid);
    }

    function test_settle_refuse_byTheSplit(uint16 bps, uint128 escrow) public view {
        Job memory job = _done();
        job.refusalBps = uint16(bound(bps, 0, 10_000));
        job.escrow = uint128(bound(escrow, PRICE, type(uint128).max));
        uint256 paid = (uint256(job.escrow) - PRICE) * job.refusalBps / 10_000;
        _settled(_settle(job, 1, CLOCK), job, 5, 0x5152, PRICE, paid);
    }

    function test_settle_refuse_afterTheWindow_isRefused() public view {
        _refused(_settle(_done(), 1, _done().windowEnd + 1), Refusal.WINDOW_PASSED, "late");
    }

    function test_settle_silence() public view {
        Job memory job = _done();
        _refused(_settle(job, 2, job.windowEnd), Refusal.WINDOW_RUNNING, "running");
        _settled(_settle(job, 2, job.windowEnd + 1), job, 4, 0, PRICE, job.escrow - PRICE);
    }

    function test_settle_ofAJobThatIsNotDone_isRefused() public view {
        for (uint8 mode; mode < 3; ++mode) {
            for (uint8 s; s < 7; ++s) {
                if (s == 2) continue;
                for (uint256 verdict; verdict < 3; ++verdict) {
                    Job memory job = _job(mode);
                    job.state = s;
                    _refused(_settle(job, verdict, CLOCK), Refusal.JOB_NOT_DONE, "state");
                }
            }
        }
    }

    function test_settle_timeOut_refundsTheBuyer() public view {
        for (uint8 mode; mode < 2; ++mode) {
            Job memory job = _job(mode);
            _refused(_settle(job, 3, job.deadline), Refusal.DEADLINE_NOT_PASSED, "running");
            _settled(_settle(job, 3, job.deadline + 1), job, 6, 0, 0, 0);
        }
    }

    function test_settle_timeOut_ofAJobThatIsNotOpen_isRefused() public view {
        for (uint8 s; s < 7; ++s) {
            if (s == 1) continue;
            Job memory job = _job(0);
            job.state = s;
            _refused(_settle(job, 3, job.deadline), Refusal.JOB_NOT_OPEN, "state");
        }
    }

    function test_settle_timeOut_ofMode2_waitsForWhoCouldMakeAMajority() public view {
        Job memory job = _job(2);
        uint256 end = job.deadline + job.window;
        for (uint256 committed; committed <= 5; ++committed) {
            for (uint256 revealed; revealed <= committed && revealed < 3; ++revealed) {
                Member[] memory members = _members(committed, revealed);
                _refused(_timeOut(members, job.deadline), Refusal.DEADLINE_NOT_PASSED, "running");
                if (committed >= 3) {
                    _refused(_timeOut(members, job.deadline + 1), Refusal.WINDOW_RUNNING, "they may reveal");
                    _refused(_timeOut(members, end), Refusal.WINDOW_RUNNING, "they may reveal still");
                } else {
                    _settled(_timeOut(members, job.deadline + 1), _job(2), 6, 0, 0, 0);
                }
                _settled(_timeOut(members, end + 1), _job(2), 6, 0, 0, 0);
            }
        }
    }
}
