// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Effects, IKindModule, Step} from "../../src/interfaces/IKindModule.sol";
import {IRollup} from "../../src/interfaces/IRollup.sol";
import {Genesis, GenesisHash} from "../../src/libraries/Genesis.sol";
import {Refusal} from "../../src/libraries/Refusal.sol";
import {ChannelKinds} from "../../src/modules/ChannelKinds.sol";
import {SluiceTest} from "../SluiceTest.sol";
import {RollupName} from "../reference/RollupName.sol";

/// @notice The module alone: what ChunkProver would hand it. Each test of a refusal changes one thing of a step that applies.
contract ChannelKindsTest is SluiceTest {
    uint64 private constant CLOCK = 1_800_000_000;
    uint32 private constant DELAY = 259_200;
    uint32 private constant PAYER = 1_001;
    uint32 private constant PAYEE = 2_002;
    uint8 private constant TOKEN = 2;
    uint128 private constant PRICE = 50;
    uint128 private constant DEPOSIT = 10_000;
    uint128 private constant RATE = 7;
    uint256 private constant VOUCHER_KEY = 0x70;

    uint8 private constant TIME = 0;
    uint8 private constant VOUCHER = 1;
    uint8 private constant TICKS = 2;

    uint8 private constant OPEN = 1;
    uint8 private constant CLOSING = 2;
    uint8 private constant CLOSED = 3;

    struct Channel {
        bytes32 id;
        uint32 payer;
        uint32 payee;
        uint8 token;
        uint8 meter;
        uint8 state;
        uint128 deposit;
        uint128 claimed;
        uint32 closeDelay;
        uint64 closeAt;
        bytes32 meterKey;
        uint128 meterRate;
    }

    ChannelKinds private module;

    function setUp() public {
        Genesis memory genesis = _genesis();
        module = new ChannelKinds(genesis, IRollup(address(new RollupName(GenesisHash.hash(genesis)))));
    }

    function _genesis() private pure returns (Genesis memory genesis) {
        genesis.epochSeconds = 300;
        genesis.epochsPerMonth = 8_640;
        genesis.protectiveDelay = DELAY;
        genesis.feeUnits = [uint128(1 gwei), 100, PRICE, 7];
    }

    function test_constructor_ofAnotherDeployment_reverts() public {
        IRollup other = IRollup(address(new RollupName(keccak256("other"))));
        vm.expectRevert(IKindModule.WrongDeployment.selector);
        new ChannelKinds(_genesis(), other);
    }

    function test_run_ofAnotherKind_reverts() public {
        for (uint256 kind; kind < 16; ++kind) {
            if (kind >= 3 && kind <= 5) continue;
            Step memory step;
            step.kind = kind;
            vm.expectRevert(abi.encodeWithSelector(IKindModule.NotOfThisModule.selector, kind));
            module.run(step, "", "");
        }
    }

    function test_run_withAShortLeaf_reverts() public {
        Step memory step = _finalize(_closing(VOUCHER));
        step.leaves[0] = "";
        vm.expectRevert(IKindModule.LeafTruncated.selector);
        module.run(step, "", "");
        step.leaves[0] = new bytes(134);
        vm.expectRevert(IKindModule.LeafTruncated.selector);
        module.run(step, "", "");
    }

    // --- steps

    function _leaf(Channel memory c) private pure returns (bytes memory leaf) {
        leaf = abi.encodePacked(c.id, c.payer, c.payee, c.token, c.meter, c.state, c.deposit, c.claimed);
        leaf = abi.encodePacked(leaf, c.closeDelay, c.closeAt, c.meterKey, c.meterRate);
        assertEq(leaf.length, 135, "channel");
    }

    function _channel(uint8 meter) private pure returns (Channel memory c) {
        c.id = keccak256("channel");
        c.payer = PAYER;
        c.payee = PAYEE;
        c.token = TOKEN;
        c.meter = meter;
        c.state = OPEN;
        c.deposit = DEPOSIT;
        c.claimed = 70;
        c.closeDelay = DELAY;
        if (meter == TIME) c.meterKey = bytes32(uint256(CLOCK - 100));
        if (meter == VOUCHER) c.meterKey = bytes32(uint256(uint160(vm.addr(VOUCHER_KEY))));
        if (meter == TICKS) c.meterKey = _hashed("tick", 90); // that of position 10
        if (meter != VOUCHER) c.meterRate = RATE;
    }

    function _closing(uint8 meter) private pure returns (Channel memory c) {
        c = _channel(meter);
        c.state = CLOSING;
        c.closeAt = CLOCK;
        if (meter == TIME) c.meterKey = bytes32(uint256(CLOCK - DELAY - 100));
    }

    function _hashed(bytes32 tick, uint256 times) private pure returns (bytes32) {
        for (; times != 0; --times) {
            tick = keccak256(abi.encode(tick));
        }
        return tick;
    }

    function _step(uint256 kind, uint256 variant, Channel memory c) private pure returns (Step memory step) {
        step.kind = kind;
        step.variant = variant;
        step.clock = CLOCK;
        step.indices = new uint256[](1);
        step.leaves = new bytes[](1);
        step.leaves[0] = _leaf(c);
        step.fields = new uint256[](1);
        step.fields[0] = uint256(c.id);
    }

    function _open(uint8 meter) private pure returns (Step memory step) {
        step.kind = 3;
        step.clock = CLOCK;
        step.id = keccak256("channel");
        step.recipient = PAYEE;
        step.indices = new uint256[](1);
        step.leaves = new bytes[](1);
        step.fields = new uint256[](10);
        step.fields[0] = PAYER;
        step.fields[3] = TOKEN;
        step.fields[4] = DEPOSIT;
        step.fields[5] = meter;
        step.fields[6] = meter == TIME ? 0 : uint256(keccak256("key"));
        step.fields[7] = meter == VOUCHER ? 0 : RATE;
        step.fields[8] = DELAY;
    }

    function _voucher(Channel memory c, uint128 amount, uint256 key)
        private
        view
        returns (Step memory step, bytes memory signature)
    {
        step = _step(4, VOUCHER, c);
        step.fields = new uint256[](2);
        step.fields[0] = uint256(c.id);
        step.fields[1] = amount;
        bytes32 structHash = keccak256(abi.encode(keccak256("Voucher(bytes32 channel,uint128 amount)"), c.id, amount));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, keccak256(abi.encodePacked(hex"1901", module.domainSeparator(), structHash)));
        signature = abi.encodePacked(r, uint256(s) | uint256(v - 27) << 255);
    }

    /// @dev `position` of the chain whose tick at 100 is "tick".
    function _ticks(Channel memory c, uint256 position, uint256 steps) private pure returns (Step memory step) {
        step = _step(4, TICKS, c);
        step.fields = new uint256[](4);
        step.fields[0] = uint256(c.id);
        step.fields[1] = position;
        step.fields[2] = steps;
        step.fields[3] = uint256(_hashed("tick", 100 - position));
    }

    function _finalize(Channel memory c) private pure returns (Step memory step) {
        return _step(5, 1, c);
    }

    // --- ends

    function _assertRefused(Step memory step, bytes memory data, uint256 refusal) private view {
        Effects memory e = module.run(step, data, "");
        assertEq(e.refusal, refusal, "refusal");
        assertEq(e.leaves.length + e.credits.length + e.fee, 0, "no effect");
    }

    function _assertChannel(Effects memory e, Channel memory c) private pure {
        assertEq(e.refusal, 0, "applies");
        assertEq(e.leaves.length, 1, "one leaf");
        assertEq(e.leaves[0], _leaf(c), "leaf");
    }

    function _assertClaimed(Effects memory e, Channel memory c, uint256 total) private pure {
        assertEq(e.token, TOKEN, "token");
        assertEq(e.fee, PRICE, "fee");
        assertEq(e.credits.length, 1, "credits");
        assertEq(e.credits[0].account, PAYEE, "payee");
        assertEq(e.credits[0].amount, total - c.claimed - PRICE, "amount");
        c.claimed = uint128(total);
        _assertChannel(e, c);
    }

    function _assertNothing(Effects memory e) private pure {
        assertEq(e.refusal + e.leaves.length + e.credits.length + e.fee, 0, "applied without effect");
    }

    // --- open

    function test_open_appendsAChannel() public view {
        for (uint8 meter; meter < 3; ++meter) {
            Effects memory e = module.run(_open(meter), "", "");
            Channel memory c = _channel(meter);
            c.claimed = 0;
            c.meterKey = meter == TIME ? bytes32(uint256(CLOCK)) : keccak256("key");
            _assertChannel(e, c);
            assertEq(e.credits.length + e.fee, 0, "ChunkProver debits");
        }
    }

    function test_open_refused_whenAFieldIsOut() public view {
        Step memory step = _open(TICKS);
        step.fields[5] = 3;
        _assertRefused(step, "", Refusal.METER_UNKNOWN);
        for (uint8 meter; meter < 3; ++meter) {
            step = _open(meter);
            step.fields[4] = 0;
            _assertRefused(step, "", Refusal.ZERO_AMOUNT);
            step = _open(meter);
            step.fields[8] = DELAY - 1;
            _assertRefused(step, "", Refusal.DELAY_TOO_SHORT);
            if (meter == VOUCHER) continue;
            step = _open(meter);
            step.fields[7] = 0;
            _assertRefused(step, "", Refusal.ZERO_AMOUNT);
        }
    }

    function test_open_ofTicks_refused_whenNoClaimCouldPayForItself() public view {
        Step memory step = _open(TICKS);
        // ETH, 1 gwei a claim: 4,096 ticks of 244,140 wei are worth less.
        step.fields[3] = 0;
        step.fields[7] = 244_140;
        _assertRefused(step, "", Refusal.RATE_TOO_LOW);
        step.fields[7] = 244_141;
        assertEq(module.run(step, "", "").refusal, 0, "just enough");
        step = _open(TIME);
        step.fields[3] = 0;
        step.fields[7] = 1;
        assertEq(module.run(step, "", "").refusal, 0, "time goes on");
    }

    // --- claim

    function test_claim_ofAVoucher_paysThePayee() public view {
        Channel memory c = _channel(VOUCHER);
        for (uint8 state = OPEN; state <= CLOSING; ++state) {
            c = _channel(VOUCHER);
            c.state = state;
            (Step memory step, bytes memory signature) = _voucher(c, DEPOSIT, VOUCHER_KEY);
            _assertClaimed(module.run(step, signature, ""), c, DEPOSIT);
        }
    }

    function test_claim_ofAVoucher_ofNoMore_hasNoEffect() public view {
        Channel memory c = _channel(VOUCHER);
        (Step memory step, bytes memory signature) = _voucher(c, c.claimed, VOUCHER_KEY);
        _assertNothing(module.run(step, signature, ""));
    }

    function test_claim_ofAVoucher_refused() public view {
        Channel memory c = _channel(VOUCHER);
        (Step memory step, bytes memory signature) = _voucher(c, 1_000, 0x71);
        _assertRefused(step, signature, Refusal.BAD_SIGNATURE);
        (step, signature) = _voucher(c, DEPOSIT + 1, VOUCHER_KEY);
        _assertRefused(step, signature, Refusal.VOUCHER_EXCEEDS_DEPOSIT);
        (step, signature) = _voucher(c, c.claimed + PRICE - 1, VOUCHER_KEY);
        _assertRefused(step, signature, Refusal.CLAIM_BELOW_FEE);
        (step, signature) = _voucher(c, c.claimed + PRICE, VOUCHER_KEY);
        _assertClaimed(module.run(step, signature, ""), c, c.claimed + PRICE);
        c = _channel(VOUCHER);
        c.state = CLOSED;
        (step, signature) = _voucher(c, 1_000, VOUCHER_KEY);
        _assertRefused(step, signature, Refusal.CHANNEL_CLOSED);
        c = _channel(VOUCHER);
        c.meterKey |= bytes32(uint256(1) << 160);
        (step, signature) = _voucher(c, 1_000, VOUCHER_KEY);
        _assertRefused(step, signature, Refusal.BAD_SIGNATURE);
    }

    /// @dev Of a channel that was removed with its batch, whose index another one has now: the same parties, token and voucher key, but
    /// opened with another nonce, and so of another id.
    function test_claim_ofAVoucher_ofAnotherChannel_isRefused() public view {
        Channel memory removed = _channel(VOUCHER);
        removed.id = keccak256("removed");
        (, bytes memory old) = _voucher(removed, 1_000, VOUCHER_KEY);
        (Step memory step, bytes memory own) = _voucher(_channel(VOUCHER), 1_000, VOUCHER_KEY);
        _assertRefused(step, old, Refusal.BAD_SIGNATURE);
        _assertClaimed(module.run(step, own, ""), _channel(VOUCHER), 1_000);
    }

    function test_claim_ofAnotherMeter_isRefused() public view {
        for (uint8 meter; meter < 3; ++meter) {
            for (uint8 claim; claim < 3; ++claim) {
                if (claim == meter) continue;
                Step memory step = _ticks(_channel(meter), 20, 10);
                step.variant = claim;
                _assertRefused(step, new bytes(64), Refusal.METER_MISMATCH);
            }
        }
    }

    function test_claim_ofTime_paysWhatIsEarned() public view {
        Channel memory c = _channel(TIME);
        _assertClaimed(module.run(_step(4, TIME, c), "", ""), c, 100 * uint256(RATE));
        c = _channel(TIME);
        c.meterRate = type(uint128).max;
        _assertClaimed(module.run(_step(4, TIME, c), "", ""), c, DEPOSIT);
        // Of a closing channel up to the start of the close.
        c = _closing(TIME);
        Step memory step = _step(4, TIME, c);
        step.clock += 1_000;
        _assertClaimed(module.run(step, "", ""), c, 100 * uint256(RATE));
        c = _channel(TIME);
        c.claimed = 100 * RATE;
        _assertNothing(module.run(_step(4, TIME, c), "", ""));
        c.claimed = 100 * RATE - PRICE + 1;
        _assertRefused(_step(4, TIME, c), "", Refusal.CLAIM_BELOW_FEE);
        c.state = CLOSED;
        _assertRefused(_step(4, TIME, c), "", Refusal.CHANNEL_CLOSED);
    }

    function test_claim_ofTicks_walksTheChain() public view {
        Channel memory c = _channel(TICKS);
        Effects memory e = module.run(_ticks(c, 30, 20), "", "");
        c.meterKey = _hashed("tick", 70);
        _assertClaimed(e, c, 30 * uint256(RATE));
    }

    function test_claim_ofTicks_refused() public view {
        Channel memory c = _channel(TICKS);
        _assertRefused(_ticks(c, 30, 19), "", Refusal.WRONG_STEP_COUNT);
        _assertRefused(_ticks(c, 30, 21), "", Refusal.WRONG_STEP_COUNT);
        Step memory step = _ticks(c, 30, 20);
        step.fields[3] ^= 1;
        _assertRefused(step, "", Refusal.BAD_TICK);
        step = _ticks(c, 30, 20);
        step.fields[1] = DEPOSIT / RATE + 1;
        _assertRefused(step, "", Refusal.TICKS_EXCEED_DEPOSIT);
        _assertRefused(_ticks(c, 12, 2), "", Refusal.CLAIM_BELOW_FEE);
        _assertNothing(module.run(_ticks(c, 10, 1), "", ""));
        c.state = CLOSED;
        _assertRefused(_ticks(c, 30, 20), "", Refusal.CHANNEL_CLOSED);
    }

    // --- close

    function test_start_setsTheEnd() public view {
        for (uint8 meter; meter < 3; ++meter) {
            Channel memory c = _channel(meter);
            Effects memory e = module.run(_step(5, 0, c), "", "");
            c.state = CLOSING;
            c.closeAt = CLOCK + DELAY;
            _assertChannel(e, c);
            assertEq(e.credits.length + e.fee, 0, "ChunkProver debits");
        }
        Channel memory late = _channel(VOUCHER);
        Step memory step = _step(5, 0, late);
        step.clock = type(uint64).max;
        late.state = CLOSING;
        late.closeAt = DELAY - 1;
        _assertChannel(module.run(step, "", ""), late);
    }

    function test_start_refused_whenNotOpen() public view {
        Channel memory c = _channel(VOUCHER);
        c.state = CLOSING;
        _assertRefused(_step(5, 0, c), "", Refusal.CHANNEL_CLOSING);
        c.state = CLOSED;
        _assertRefused(_step(5, 0, c), "", Refusal.CHANNEL_CLOSED);
    }

    function _assertFinalized(Channel memory c, uint256 due, uint256 fee) private view {
        Effects memory e = module.run(_finalize(c), "", "");
        assertEq(e.token, TOKEN, "token");
        assertEq(e.fee, fee, "fee");
        assertEq(e.credits.length, 2, "credits");
        assertEq(e.credits[0].account, PAYEE, "payee");
        assertEq(e.credits[0].amount, due, "due");
        assertEq(e.credits[1].account, PAYER, "payer");
        assertEq(e.credits[1].amount, c.deposit - c.claimed - due - fee, "rest");
        c.claimed += uint128(due);
        c.deposit = c.claimed;
        c.state = CLOSED;
        _assertChannel(e, c);
    }

    function test_finalize_paysTheRestBack() public view {
        _assertFinalized(_closing(VOUCHER), 0, PRICE);
        _assertFinalized(_closing(TICKS), 0, PRICE);
        Channel memory c = _closing(VOUCHER);
        c.claimed = DEPOSIT - PRICE + 1;
        _assertFinalized(c, 0, PRICE - 1);
        c = _closing(VOUCHER);
        c.claimed = DEPOSIT;
        _assertFinalized(c, 0, 0);
    }

    function test_finalize_ofATimeMeter_paysWhatIsDue() public view {
        _assertFinalized(_closing(TIME), 100 * uint256(RATE) - 70, PRICE);
        Channel memory c = _closing(TIME);
        c.meterRate = DEPOSIT;
        _assertFinalized(c, DEPOSIT - 70, 0);
    }

    function test_finalize_refused() public view {
        _assertRefused(_finalize(_channel(VOUCHER)), "", Refusal.CHANNEL_NOT_CLOSING);
        Channel memory c = _closing(VOUCHER);
        c.state = CLOSED;
        _assertRefused(_finalize(c), "", Refusal.CHANNEL_NOT_CLOSING);
        Step memory step = _finalize(_closing(VOUCHER));
        step.clock -= 1;
        _assertRefused(step, "", Refusal.CLOSE_DELAY_RUNNING);
    }

    // --- gas

    /// @dev Whatever the gas, a voucher that is valid is claimed or the call fails; it is never refused.
    function test_voucher_isNeverRefused_forLackOfGas() public view {
        Channel memory c = _channel(VOUCHER);
        (Step memory step, bytes memory signature) = _voucher(c, DEPOSIT, VOUCHER_KEY);
        uint256 finished;
        for (uint256 gasLimit = 1_000; gasLimit < 40_000; gasLimit += 37) {
            (bool done, bytes memory result) =
                address(module).staticcall{gas: gasLimit}(abi.encodeCall(IKindModule.run, (step, signature, "")));
            if (!done) continue;
            ++finished;
            assertEq(abi.decode(result, (Effects)).refusal, 0, "refused for lack of gas");
        }
        assertTrue(finished != 0, "the sweep reached the end");
    }

    function test_contract_size() public view {
        assertTrue(address(module).code.length <= 24_576, "EIP-170");
    }
}
