// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Credit, Effects, IKindModule, Step} from "../interfaces/IKindModule.sol";
import {IRollup} from "../interfaces/IRollup.sol";
import {Domain} from "../libraries/Domain.sol";
import {Genesis} from "../libraries/Genesis.sol";
import {LeafBytes} from "../libraries/LeafBytes.sol";
import {Refusal} from "../libraries/Refusal.sol";
import {WalletSignature} from "../libraries/WalletSignature.sol";
import {KindModule} from "./KindModule.sol";

/// @title ChannelKinds
/// @notice Kinds 3, 4, 5: channels with their meters, by time, by vouchers and by ticks (docs/protocol.md §6.2).
/// @dev Unchecked: amounts are < 2^128, and every product here has a factor < 2^64. Clocks are modulo 2^64.
contract ChannelKinds is KindModule {
    using LeafBytes for bytes;

    uint256 private constant CHANNEL_OPEN = 3;
    uint256 private constant CHANNEL_CLAIM = 4;
    uint256 private constant CHANNEL_CLOSE = 5;

    uint256 private constant METER_TIME = 0;
    uint256 private constant METER_VOUCHER = 1;
    uint256 private constant METER_TICKS = 2;
    /// @dev Of one claim.
    uint256 private constant TICK_STEPS_MAX = 4_096;

    uint8 private constant OPEN = 1;
    uint8 private constant CLOSING = 2;
    uint8 private constant CLOSED = 3;

    bytes32 private constant VOUCHER_TYPE = keccak256("Voucher(bytes32 channel,uint128 amount)");

    /// @dev A channel's leaf, taken apart.
    struct Channel {
        bytes32 id;
        uint256 payer;
        uint256 payee;
        uint256 token;
        uint256 meter;
        uint256 state;
        uint256 deposit;
        uint256 claimed;
        uint256 closeDelay;
        uint256 closeAt;
        uint256 meterKey;
        uint256 meterRate;
    }

    constructor(Genesis memory genesis, IRollup rollup) KindModule(genesis, rollup) {}

    /// @inheritdoc IKindModule
    function run(Step calldata step, bytes calldata data, bytes calldata) external view returns (Effects memory e) {
        if (step.kind == CHANNEL_OPEN) return _open(step);
        if (step.kind == CHANNEL_CLAIM) return _claim(step, data);
        if (step.kind != CHANNEL_CLOSE) revert NotOfThisModule(step.kind);
        return step.variant == 0 ? _start(step) : _finalize(step);
    }

    /// @dev fields: account, nonce, payee, token, deposit, meter, meterKey, meterRate, closeDelay, maxFee
    function _open(Step calldata step) private view returns (Effects memory e) {
        uint256[] calldata f = step.fields;
        uint256 meter = f[5];
        if (meter > METER_TICKS) {
            e.refusal = Refusal.METER_UNKNOWN;
        } else if (f[4] == 0 || meter != METER_VOUCHER && f[7] == 0) {
            e.refusal = Refusal.ZERO_AMOUNT;
        } else if (f[8] < protectiveDelay) {
            e.refusal = Refusal.DELAY_TOO_SHORT;
        } else if (meter == METER_TICKS && f[7] * TICK_STEPS_MAX < _feeUnit(f[3])) {
            e.refusal = Refusal.RATE_TOO_LOW;
        } else {
            Channel memory c;
            c.id = step.id;
            c.payer = f[0];
            c.payee = step.recipient;
            c.token = f[3];
            c.meter = meter;
            c.state = OPEN;
            c.deposit = f[4];
            c.closeDelay = f[8];
            c.meterKey = meter == METER_TIME ? step.clock : f[6];
            c.meterRate = f[7];
            _write(e, c);
        }
    }

    function _claim(Step calldata step, bytes calldata data) private view returns (Effects memory e) {
        unchecked {
            Channel memory c = _read(step);
            if (step.variant != c.meter) return _refused(Refusal.METER_MISMATCH);
            if (c.meter == METER_VOUCHER && !_isVoucher(step.fields, c.meterKey, data)) {
                return _refused(Refusal.BAD_SIGNATURE);
            }
            if (c.state == CLOSED) return _refused(Refusal.CHANNEL_CLOSED);
            uint256 total;
            if (c.meter == METER_TIME) {
                total = _entitlement(c, step.clock);
            } else if (c.meter == METER_VOUCHER) {
                total = step.fields[1];
                if (total > c.deposit) return _refused(Refusal.VOUCHER_EXCEEDS_DEPOSIT);
            } else {
                total = step.fields[1] * c.meterRate;
                if (total > c.deposit) return _refused(Refusal.TICKS_EXCEED_DEPOSIT);
                if (total > c.claimed) {
                    uint256 steps = step.fields[2];
                    if (steps != step.fields[1] - c.claimed / c.meterRate) return _refused(Refusal.WRONG_STEP_COUNT);
                    uint256 tick = step.fields[3];
                    if (_hashed(tick, steps) != c.meterKey) return _refused(Refusal.BAD_TICK);
                    c.meterKey = tick;
                }
            }
            if (total <= c.claimed) return e;
            uint256 price = _feeUnit(c.token);
            uint256 owed = total - c.claimed;
            if (owed < price) return _refused(Refusal.CLAIM_BELOW_FEE);
            e.token = c.token;
            e.fee = price;
            e.credits = new Credit[](1);
            e.credits[0] = Credit(c.payee, owed - price);
            c.claimed = total;
            _write(e, c);
        }
    }

    function _start(Step calldata step) private pure returns (Effects memory e) {
        unchecked {
            Channel memory c = _read(step);
            if (c.state == CLOSING) return _refused(Refusal.CHANNEL_CLOSING);
            if (c.state != OPEN) return _refused(Refusal.CHANNEL_CLOSED);
            c.state = CLOSING;
            c.closeAt = uint64(step.clock + c.closeDelay);
            _write(e, c);
        }
    }

    function _finalize(Step calldata step) private view returns (Effects memory e) {
        unchecked {
            Channel memory c = _read(step);
            if (c.state != CLOSING) return _refused(Refusal.CHANNEL_NOT_CLOSING);
            if (step.clock < c.closeAt) return _refused(Refusal.CLOSE_DELAY_RUNNING);
            uint256 due = c.meter == METER_TIME ? _entitlement(c, step.clock) - c.claimed : 0;
            c.claimed += due;
            uint256 rest = c.deposit - c.claimed;
            uint256 fee = _feeUnit(c.token);
            if (fee > rest) fee = rest;
            e.token = c.token;
            e.fee = fee;
            e.credits = new Credit[](2);
            e.credits[0] = Credit(c.payee, due);
            e.credits[1] = Credit(c.payer, rest - fee);
            c.deposit = c.claimed;
            c.state = CLOSED;
            _write(e, c);
        }
    }

    /// @dev What a stream has earned so far; from the start of a close on it earns no more.
    function _entitlement(Channel memory c, uint256 clock) private pure returns (uint256 earned) {
        unchecked {
            uint256 until = c.state == CLOSING ? c.closeAt - c.closeDelay : clock;
            earned = c.meterRate * uint64(until - c.meterKey);
            if (earned > c.deposit) earned = c.deposit;
        }
    }

    /// @param fields channel id, amount
    /// @param key signer's address, compared as a whole word
    /// @param signature 64 bytes
    function _isVoucher(uint256[] calldata fields, uint256 key, bytes calldata signature) private view returns (bool) {
        bytes32 digest = Domain.digest(domainSeparator, keccak256(abi.encode(VOUCHER_TYPE, fields[0], fields[1])));
        uint256 place;
        assembly ("memory-safe") {
            place := signature.offset
        }
        return WalletSignature.isBy(key, digest, place);
    }

    function _hashed(uint256 word, uint256 times) private pure returns (uint256) {
        assembly ("memory-safe") {
            mstore(0, word)
            for {} times { times := sub(times, 1) } { mstore(0, keccak256(0, 0x20)) }
            word := mload(0)
        }
        return word;
    }

    function _refused(uint256 refusal) private pure returns (Effects memory e) {
        e.refusal = refusal;
    }

    function _read(Step calldata step) private pure returns (Channel memory c) {
        bytes calldata leaf = step.leaves[0];
        c.id = leaf.word(0);
        c.payer = leaf.number(32, 4);
        c.payee = leaf.number(36, 4);
        c.token = leaf.number(40, 1);
        c.meter = leaf.number(41, 1);
        c.state = leaf.number(42, 1);
        c.deposit = leaf.number(43, 16);
        c.claimed = leaf.number(59, 16);
        c.closeDelay = leaf.number(75, 4);
        c.closeAt = leaf.number(79, 8);
        c.meterKey = leaf.number(87, 32);
        c.meterRate = leaf.number(119, 16);
    }

    function _write(Effects memory e, Channel memory c) private pure {
        e.leaves = new bytes[](1);
        e.leaves[0] = abi.encodePacked(
            abi.encodePacked(c.id, uint32(c.payer), uint32(c.payee), uint8(c.token), uint8(c.meter), uint8(c.state)),
            uint128(c.deposit),
            uint128(c.claimed),
            uint32(c.closeDelay),
            uint64(c.closeAt),
            c.meterKey,
            uint128(c.meterRate)
        );
    }
}
