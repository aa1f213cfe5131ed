// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {PostedCodec} from "./PostedCodec.sol";
import {Weights} from "./Weights.sol";

/// @notice A transaction taken apart, from a chunk or from the Inbox.
/// @param variant as in `Step`
/// @param forced it came through the Inbox: `fields` hold its account, nonce, ids and addresses
/// @param account that signs (kinds 1, 2, 3, 6, 10)
/// @param subject index of the channel, provider or job that is named (kinds 4, 5, 7, 11, 12); of a forced one the hint
/// @param byPayee the payee signs (kind 5)
/// @param named `recipient` is an address, else an account index (kinds 1, 2, 3, 6, 7)
/// @param token kinds 1, 2, 3, 6, 10
/// @param priced no maximum fee is given: it is the price
/// @param keyIsOwner the meter key is the payer's owner (kind 3)
/// @param mode of a posted job (kind 10), or meter of a posted channel (kind 3)
/// @param quorum of a posted job
/// @param flags low half of the head byte; 0 if forced
/// @param fields the words that are signed, as in `Step`; what the state knows is still zero, unless forced
/// @param list calldata address of the first of `listLength` indices: the providers (kind 10), the hints (kind 0)
/// @param data calldata address of what the module gets as it is, `dataLength` bytes
/// @param signature calldata address of 64 bytes
/// @param witnessWeight what the kind adds to the posted length (docs/protocol.md §9)
/// @param gasWeight what the kind adds to the constant of every transaction
struct Request {
    uint256 kind;
    uint256 variant;
    bool forced;
    uint256 account;
    uint256 subject;
    bool byPayee;
    bool named;
    uint256 recipient;
    uint256 token;
    bool priced;
    bool keyIsOwner;
    uint256 mode;
    uint256 quorum;
    uint256 flags;
    uint256[] fields;
    uint256 list;
    uint256 listLength;
    uint256 data;
    uint256 dataLength;
    uint256 signature;
    uint256 witnessWeight;
    uint256 gasWeight;
}

/// @notice Decoder of every kind, posted (docs/protocol.md §5) and in wire form (§4), and their weights (§9).
/// @dev A form is a word of codes, one byte per field, first to last; a code up to 32 is a big-endian number of so many bytes. Like
/// PostedCodec it may read beyond the end, and then the address after the field lies there too.
library RequestCodec {
    uint256 internal constant RUN = 0;
    uint256 internal constant TRANSFER = 1;
    uint256 internal constant WITHDRAW = 2;
    uint256 internal constant CHANNEL_OPEN = 3;
    uint256 internal constant CHANNEL_CLAIM = 4;
    uint256 internal constant CHANNEL_CLOSE = 5;
    uint256 internal constant PROVIDER_REGISTER = 6;
    uint256 internal constant PROVIDER_UPDATE = 7;
    uint256 internal constant HEARTBEAT_RECORD = 9;
    uint256 internal constant JOB_OPEN = 10;
    uint256 internal constant JOB_RESULT = 11;
    uint256 internal constant JOB_SETTLE = 12;

    uint256 internal constant METER_TIME = 0;
    uint256 internal constant METER_VOUCHER = 1;
    uint256 internal constant METER_TICKS = 2;
    uint256 internal constant MODE_EXPECTED_HASH = 1;
    uint256 internal constant MODE_QUORUM = 2;
    uint256 internal constant QUORUM_MAX = 5;

    /// @dev Most fields of a kind: those of JobOpen.
    uint256 private constant FIELDS_MAX = 13;
    /// @dev account, nonce, to, token, amount, maxFee
    uint256 private constant PAYMENT_FIELDS = 6;
    uint256 private constant MESSAGES_MAX = 64;
    uint256 private constant TICK_STEPS_MAX = 4_096;
    uint256 private constant VARINT_BITS = 61;
    uint256 private constant KEY_LENGTH = 96;
    uint256 private constant POSSESSION_LENGTH = 192;
    uint256 private constant AGGREGATE_LENGTH = 192;
    uint256 private constant SIGNATURE_LENGTH = 64;

    /// @dev Low half of the head byte.
    uint256 private constant FLAG_1 = 1;
    uint256 private constant FLAG_MAX_FEE = 2;
    uint256 private constant FLAG_4 = 4;

    // Codes of fields.
    uint256 private constant V = 0x21; // any varint
    uint256 private constant INDEX = 0x22; // a varint < 2^32
    uint256 private constant AMOUNT = 0x23;
    uint256 private constant MAX_FEE = 0x24; // an amount if flag 2 says so
    uint256 private constant RECIPIENT = 0x25; // to `recipient`; no word is known yet
    uint256 private constant ACCOUNT = 0x26; // an index, to `account` too
    uint256 private constant SUBJECT = 0x27; // an index, to `subject`; the word will be an id
    uint256 private constant TOKEN = 0x28; // from the flags
    uint256 private constant ZERO = 0x29; // nothing is posted
    uint256 private constant VARIANT = 0x2a; // nothing is posted: the word is `variant`
    uint256 private constant DEVICE_KEY = 0x2b; // key and possession, to `data`; the word is the key's hash
    uint256 private constant SIGNATURE = 0x2c; // no word
    uint256 private constant METER = 0x2d; // to `mode` and `keyIsOwner`
    uint256 private constant METER_KEY = 0x2e; // by the meter 32 bytes or nothing
    uint256 private constant METER_RATE = 0x2f; // by the meter an amount or nothing
    uint256 private constant PROVIDERS = 0x30; // mode and list of providers; the word will be the hash of their ids
    uint256 private constant QUORUM = 0x31; // was read with the providers
    uint256 private constant MODE = 0x32; // was read with the providers
    uint256 private constant EXPECTED = 0x33; // by the mode 32 bytes or nothing
    uint256 private constant ONE_PROVIDER = 0x34; // of the wire form: the number 1, 32 bytes

    // Forms, first field in the highest byte, one word of `fields` each but for the signature.
    // account, nonce, payee, token, deposit, meter, meterKey, meterRate, closeDelay, maxFee
    bytes32 private constant POSTED_OPEN = hex"26292528232d2e2f22242c";
    bytes32 private constant POSTED_CLAIM_TIME = hex"27"; // channel
    bytes32 private constant POSTED_CLAIM_VOUCHER = hex"27232c"; // channel, amount
    bytes32 private constant POSTED_CLAIM_TICKS = hex"27212120"; // channel, position, steps, tick
    bytes32 private constant POSTED_CLOSE = hex"292927242c"; // account, nonce, channel, maxFee
    bytes32 private constant POSTED_FINALIZE = hex"27"; // channel
    // account, nonce, payout, class, capabilities, cell, token, price, deviceKeyHash, maxFee
    bytes32 private constant POSTED_REGISTER = hex"26292502080828232b242c";
    // account, nonce, provider, payout, cell, price, endpointHash, retire, maxFee
    bytes32 private constant POSTED_UPDATE = hex"292927250823202a242c";
    // account, nonce, providers, quorum, token, escrow, mode, specHash, expected, deadline, window, refusalBps, maxFee
    bytes32 private constant POSTED_JOB = hex"262930312823322033212202242c";
    bytes32 private constant POSTED_RESULT = hex"2929270120242c"; // account, nonce, job, member, resultHash, maxFee
    bytes32 private constant POSTED_REVEAL = hex"292927012020242c"; // the same with the salt
    bytes32 private constant POSTED_VERDICT = hex"2929272a022c"; // account, nonce, job, verdict, reason
    bytes32 private constant POSTED_EXPIRY = hex"27"; // job

    // The same fields, in the widths of the wire form.
    bytes32 private constant WIRE_PAYMENT = hex"0408140110102c"; // account, nonce, to, token, amount, maxFee
    bytes32 private constant WIRE_OPEN = hex"040814011001201004102c";
    bytes32 private constant WIRE_CLAIM_TIME = hex"20";
    bytes32 private constant WIRE_CLAIM_VOUCHER = hex"20102c";
    bytes32 private constant WIRE_CLAIM_TICKS = hex"20080220";
    bytes32 private constant WIRE_CLOSE = hex"040820102c";
    bytes32 private constant WIRE_FINALIZE = hex"20";
    bytes32 private constant WIRE_REGISTER = hex"04081402080801102b102c";
    bytes32 private constant WIRE_UPDATE = hex"0408201408102001102c";
    // 34: a count of providers, which is 1, and the provider
    bytes32 private constant WIRE_JOB = hex"040834010110012020080402102c";
    bytes32 private constant WIRE_RESULT = hex"0408200120102c";
    bytes32 private constant WIRE_REVEAL = hex"040820012020102c";
    bytes32 private constant WIRE_VERDICT = hex"0408202a022c";
    bytes32 private constant WIRE_EXPIRY = hex"20";

    /// @notice A request with room for the fields of every kind.
    function empty() internal pure returns (Request memory r) {
        r.fields = new uint256[](FIELDS_MAX);
    }

    /// @notice Takes a posted transaction apart.
    /// @param cursor address of its head byte
    /// @param end address after the payload
    /// @param committeeSize C
    /// @return next address after the transaction; 0 if it is malformed
    function readPosted(Request memory r, uint256 cursor, uint256 end, uint256 committeeSize)
        internal
        pure
        returns (uint256 next)
    {
        unchecked {
            uint256 flags = _number(cursor, 1);
            uint256 kind = flags >> 4;
            flags &= 15;
            r.kind = kind;
            r.flags = flags;
            r.forced = false;
            r.variant = 0;
            r.token = flags >> 2;
            r.data = cursor;
            r.dataLength = 0;
            if (kind == TRANSFER || kind == WITHDRAW) return _readPayment(r, kind, flags, cursor + 1, end);
            bytes32 form;
            uint256 allowed; // flags
            if (kind == CHANNEL_OPEN) {
                allowed = 15;
                _weigh(r, Weights.CHANNEL_OPEN_WITNESS, Weights.CHANNEL_OPEN_GAS);
                form = POSTED_OPEN;
            } else if (kind == CHANNEL_CLAIM) {
                if (flags > METER_TICKS) return 0;
                allowed = flags;
                r.variant = flags;
                _weigh(r, Weights.CHANNEL_CLAIM_WITNESS, Weights.CHANNEL_CLAIM_GAS);
                form = flags == METER_TIME
                    ? POSTED_CLAIM_TIME
                    : flags == METER_VOUCHER ? POSTED_CLAIM_VOUCHER : POSTED_CLAIM_TICKS;
            } else if (kind == CHANNEL_CLOSE) {
                _weigh(r, Weights.CHANNEL_CLOSE_WITNESS, Weights.CHANNEL_CLOSE_GAS);
                r.variant = flags & FLAG_1;
                r.byPayee = flags & FLAG_4 != 0;
                allowed = r.variant == 0 ? FLAG_MAX_FEE | FLAG_4 : FLAG_1;
                form = r.variant == 0 ? POSTED_CLOSE : POSTED_FINALIZE;
            } else if (kind == PROVIDER_REGISTER) {
                allowed = 15;
                _weigh(r, Weights.REGISTER_WITNESS + Weights.COUNTERS_WITNESS * committeeSize, Weights.REGISTER_GAS);
                form = POSTED_REGISTER;
            } else if (kind == PROVIDER_UPDATE) {
                allowed = FLAG_1 | FLAG_MAX_FEE | FLAG_4;
                _weigh(r, Weights.UPDATE_WITNESS, Weights.UPDATE_GAS);
                r.variant = flags >> 2; // the word `retire`
                form = POSTED_UPDATE;
            } else if (kind == JOB_OPEN) {
                allowed = 14;
                _weigh(r, Weights.JOB_WITNESS, Weights.JOB_GAS);
                form = POSTED_JOB;
            } else if (kind == JOB_RESULT) {
                allowed = FLAG_1 | FLAG_MAX_FEE;
                r.variant = flags & FLAG_1;
                if (r.variant == 0) _weigh(r, Weights.RESULT_WITNESS, Weights.RESULT_GAS);
                else _weigh(r, Weights.REVEAL_WITNESS, Weights.REVEAL_GAS);
                form = r.variant == 0 ? POSTED_RESULT : POSTED_REVEAL;
            } else if (kind == JOB_SETTLE) {
                allowed = 3;
                r.variant = flags;
                _weigh(r, Weights.SETTLE_WITNESS, Weights.SETTLE_GAS);
                form = flags < 2 ? POSTED_VERDICT : POSTED_EXPIRY;
            } else if (kind == RUN) {
                _weigh(r, 0, 0);
            } else if (kind == HEARTBEAT_RECORD) {
                _weigh(r, 0, Weights.RECORD_GAS);
            } else {
                return 0;
            }
            if (flags & ~allowed != 0) return 0;
            next = cursor + 1;
            next = _take(r, form, next, end);
            if (kind == RUN) next = _readRun(r, next, end);
            else if (kind == HEARTBEAT_RECORD) next = _readRecord(r, next, end, committeeSize);
            if (next > end) return 0;
            if (kind == CHANNEL_CLAIM && flags == METER_TICKS) {
                uint256 steps = r.fields[2];
                if (steps == 0 || steps > TICK_STEPS_MAX) return 0;
                r.gasWeight += steps * Weights.TICK_GAS;
            } else if (kind == PROVIDER_UPDATE) {
                r.variant = 0;
            } else if (kind == HEARTBEAT_RECORD) {
                r.dataLength = next - cursor;
                r.gasWeight += r.dataLength * Weights.RECORD_BYTE_GAS;
            }
            _passSignature(r);
        }
    }

    /// @notice Takes a forced message apart; JobOpen of mode 2 has no meaning there.
    /// @param wire calldata address of its first byte
    /// @param length 1…1,024
    /// @return wellFormed whether it has a wire form and the message's end is the transaction's
    function readWire(Request memory r, uint256 wire, uint256 length) internal pure returns (bool wellFormed) {
        unchecked {
            uint256 kind = _number(wire, 1);
            uint256 next = wire + 1;
            uint256 variant;
            bytes32 form;
            if (kind == CHANNEL_CLAIM || kind == CHANNEL_CLOSE || kind == JOB_RESULT || kind == JOB_SETTLE) {
                variant = _number(next, 1);
                ++next;
            }
            if (kind == TRANSFER || kind == WITHDRAW) {
                form = WIRE_PAYMENT;
            } else if (kind == CHANNEL_OPEN) {
                form = WIRE_OPEN;
            } else if (kind == CHANNEL_CLAIM) {
                if (variant == METER_TIME) form = WIRE_CLAIM_TIME;
                else if (variant == METER_VOUCHER) form = WIRE_CLAIM_VOUCHER;
                else if (variant == METER_TICKS) form = WIRE_CLAIM_TICKS;
            } else if (kind == CHANNEL_CLOSE) {
                if (variant < 2) form = variant == 0 ? WIRE_CLOSE : WIRE_FINALIZE;
            } else if (kind == PROVIDER_REGISTER) {
                form = WIRE_REGISTER;
            } else if (kind == PROVIDER_UPDATE) {
                form = WIRE_UPDATE;
            } else if (kind == JOB_OPEN) {
                form = WIRE_JOB;
            } else if (kind == JOB_RESULT) {
                if (variant < 2) form = variant == 0 ? WIRE_RESULT : WIRE_REVEAL;
            } else if (kind == JOB_SETTLE) {
                if (variant < 4) form = variant < 2 ? WIRE_VERDICT : WIRE_EXPIRY;
            }
            if (form == 0) return false;
            r.kind = kind;
            r.variant = variant;
            r.flags = 0;
            r.forced = true;
            r.priced = false;
            r.keyIsOwner = false;
            r.named = true;
            r.data = wire;
            r.dataLength = 0;
            if (_take(r, form, next, wire + length) != wire + length) return false;
            _passSignature(r);
            return _isInRange(r);
        }
    }

    /// @dev A voucher's signature is the module's business.
    function _passSignature(Request memory r) private pure {
        if (r.kind == CHANNEL_CLAIM && r.variant == METER_VOUCHER) {
            r.data = r.signature;
            r.dataLength = SIGNATURE_LENGTH;
        }
    }

    /// @notice One committee of a record: `V committee | format u8 | absent`.
    /// @param committeeSize C
    /// @return committee its index
    /// @return absent number of absent members
    /// @return next address after it; beyond `end` if it is malformed
    function readAttendance(uint256 cursor, uint256 end, uint256 committeeSize)
        internal
        pure
        returns (uint256 committee, uint256 absent, uint256 next)
    {
        unchecked {
            uint256 beyond = end + 1;
            (committee, next) = PostedCodec.varint(cursor);
            if (committee >> 32 != 0) return (0, 0, beyond);
            uint256 format = _number(next, 1);
            ++next;
            if (format == 0) {
                (absent, next) = PostedCodec.varint(next);
                uint256 slots = next;
                if (absent > committeeSize) return (0, 0, beyond);
                next += 2 * absent;
                if (next > end) return (0, 0, beyond);
                uint256 lowest;
                for (; slots < next; slots += 2) {
                    uint256 slot = _number(slots, 2);
                    if (slot < lowest || slot >= committeeSize) return (0, 0, beyond);
                    lowest = slot + 1;
                }
            } else if (format == 1) {
                absent = committeeSize;
                uint256 bitsEnd = next + committeeSize / 8;
                if (bitsEnd > end) return (0, 0, beyond);
                for (; next < bitsEnd; next += 32) {
                    uint256 left = bitsEnd - next;
                    absent -= _ones(_number(next, left > 32 ? 32 : left));
                }
                next = bitsEnd;
            } else {
                return (0, 0, beyond);
            }
        }
    }

    /// @notice Where the committees of a posted record begin.
    /// @param cursor address of its head byte
    function attendances(uint256 cursor) internal pure returns (uint256 count, uint256 next) {
        unchecked {
            (, next) = PostedCodec.varint(cursor + 1);
            return (_number(next, 1), next + 1);
        }
    }

    /// @dev Kinds 1 and 2, most of all transactions, without the loop over a form.
    function _readPayment(Request memory r, uint256 kind, uint256 flags, uint256 cursor, uint256 end)
        private
        pure
        returns (uint256 next)
    {
        unchecked {
            uint256 value;
            (value, next) = PostedCodec.varint(cursor);
            if (value >> 32 != 0) return 0;
            r.account = value;
            bool named = flags & FLAG_1 != 0;
            r.named = named;
            if (named) {
                r.recipient = _number(next, 20);
                next += 20;
            } else if (kind == TRANSFER) {
                (value, next) = PostedCodec.varint(next);
                if (value >> 32 != 0) return 0;
                r.recipient = value;
            }
            uint256 maxFee;
            (value, next) = PostedCodec.amount(next);
            bool priced = flags & FLAG_MAX_FEE == 0;
            r.priced = priced;
            if (!priced) (maxFee, next) = PostedCodec.amount(next);
            if ((value | maxFee) >> 128 != 0) return 0;
            uint256[] memory fields = r.fields;
            assembly ("memory-safe") {
                mstore(fields, PAYMENT_FIELDS)
                mstore(add(fields, 0xa0), value)
                mstore(add(fields, 0xc0), maxFee)
            }
            r.signature = next;
            next += SIGNATURE_LENGTH;
            if (next > end) return 0;
            if (kind == TRANSFER) _weigh(r, Weights.TRANSFER_WITNESS, Weights.TRANSFER_GAS);
            else _weigh(r, Weights.WITHDRAW_WITNESS, Weights.WITHDRAW_GAS);
        }
    }

    function _readRun(Request memory r, uint256 cursor, uint256 end) private pure returns (uint256 next) {
        unchecked {
            uint256 count;
            (count, next) = PostedCodec.varint(cursor);
            if (count == 0 || count > MESSAGES_MAX) return end + 1;
            r.list = next;
            r.listLength = count;
            return _skipIndices(next, count, end);
        }
    }

    function _skipIndices(uint256 cursor, uint256 count, uint256 end) private pure returns (uint256) {
        unchecked {
            for (; count != 0; --count) {
                uint256 index;
                (index, cursor) = PostedCodec.varint(cursor);
                if (index >> 32 != 0) return end + 1;
            }
            return cursor;
        }
    }

    function _readRecord(Request memory r, uint256 cursor, uint256 end, uint256 committeeSize)
        private
        pure
        returns (uint256 next)
    {
        unchecked {
            uint256 epoch;
            (epoch, next) = PostedCodec.varint(cursor);
            uint256 count = _number(next, 1);
            if (epoch >> 32 != 0 || count == 0) return end + 1;
            ++next;
            uint256 lowest;
            for (; count != 0; --count) {
                uint256 committee;
                uint256 absent;
                (committee, absent, next) = readAttendance(next, end, committeeSize);
                if (next > end || committee < lowest) return end + 1;
                lowest = committee + 1;
                if (absent > committeeSize >> 1) absent = committeeSize - absent;
                r.witnessWeight += Weights.COMMITTEE_WITNESS + Weights.COUNTERS_WITNESS * committeeSize
                + Weights.MEMBER_WITNESS * absent + Weights.SIBLING_WITNESS * _siblings(absent, committeeSize);
                r.gasWeight += Weights.COMMITTEE_GAS + Weights.COUNTED_GAS * committeeSize + Weights.MEMBER_GAS * absent;
            }
            next += AGGREGATE_LENGTH;
        }
    }

    /// @dev The most siblings that the keys of `count` members (at most half of all) need: with k = ⌊log2 count⌋,
    /// 2^(k + 1) + count · (log2 committeeSize - 2 - k).
    function _siblings(uint256 count, uint256 committeeSize) private pure returns (uint256 siblings) {
        assembly ("memory-safe") {
            if count {
                let zeros := clz(count)
                siblings := add(shl(sub(256, zeros), 1), mul(count, sub(sub(zeros, clz(committeeSize)), 2)))
            }
        }
    }

    /// @dev `mode u8 | [n u8 | quorum u8] | providers`, and what they weigh.
    function _readProviders(Request memory r, uint256 cursor, uint256 end) private pure returns (uint256) {
        unchecked {
            uint256 count = 1;
            r.mode = _number(cursor, 1);
            r.quorum = 0;
            ++cursor;
            if (r.mode == MODE_QUORUM) {
                count = _number(cursor, 1);
                r.quorum = _number(cursor + 1, 1);
                if (count == 0 || count > QUORUM_MAX) return end + 1;
                cursor += 2;
                r.witnessWeight += Weights.QUORUM_WITNESS;
                r.gasWeight += Weights.QUORUM_GAS;
            }
            r.witnessWeight += count * Weights.JOB_PROVIDER_WITNESS;
            r.gasWeight += count * Weights.JOB_PROVIDER_GAS;
            r.list = cursor;
            r.listLength = count;
            return _skipIndices(cursor, count, end);
        }
    }

    /// @dev What a wire form of the right length must satisfy besides (docs/protocol.md §4).
    function _isInRange(Request memory r) private pure returns (bool) {
        uint256[] memory f = r.fields;
        uint256 kind = r.kind;
        if (kind <= CHANNEL_OPEN) {
            r.account = f[0];
            r.recipient = f[2];
            r.token = f[3];
            if (r.token > 3) return false;
            if (kind < CHANNEL_OPEN) return true;
            if (f[5] == METER_TIME && f[6] != 0) return false;
            if (f[5] == METER_VOUCHER && (f[7] != 0 || f[6] >> 160 != 0)) return false;
            return f[5] < 128;
        }
        if (kind == CHANNEL_CLAIM) {
            return r.variant != METER_TICKS || f[1] >> VARINT_BITS == 0 && f[2] != 0 && f[2] <= TICK_STEPS_MAX;
        }
        if (kind == PROVIDER_REGISTER) {
            r.account = f[0];
            r.recipient = f[2];
            r.token = f[6];
            return r.token < 4;
        }
        if (kind == PROVIDER_UPDATE) {
            r.recipient = f[3];
            return f[7] < 2;
        }
        if (kind == JOB_OPEN) {
            r.account = f[0];
            r.token = f[4];
            return r.token < 4 && f[3] == 0 && f[6] != MODE_QUORUM && (f[8] == 0 || f[6] == MODE_EXPECTED_HASH)
                && f[9] >> VARINT_BITS == 0;
        }
        return true;
    }

    /// @dev Reads the fields of a form.
    /// @return next calldata address after them; beyond `end` if a value is out of its range
    function _take(Request memory r, bytes32 form, uint256 cursor, uint256 end) private pure returns (uint256 next) {
        unchecked {
            uint256[] memory fields = r.fields;
            uint256 place;
            assembly ("memory-safe") {
                place := add(fields, 0x20)
            }
            for (; form != 0; form <<= 8) {
                uint256 code = uint256(form) >> 248;
                // What follows the rules of another code, by what was read before.
                if (code == METER_KEY) code = r.keyIsOwner || r.mode == METER_TIME ? ZERO : 32;
                else if (code == METER_RATE) code = r.mode == METER_VOUCHER ? ZERO : AMOUNT;
                else if (code == EXPECTED) code = r.mode == MODE_EXPECTED_HASH ? 32 : ZERO;
                uint256 word;
                uint256 width;
                if (code <= 32) {
                    width = code;
                } else if (code == SIGNATURE) {
                    r.signature = cursor;
                    cursor += SIGNATURE_LENGTH;
                    continue;
                } else if (code == AMOUNT || code == MAX_FEE) {
                    bool given = code == AMOUNT || r.flags & FLAG_MAX_FEE != 0;
                    if (code == MAX_FEE) r.priced = !given;
                    if (given) (word, cursor) = PostedCodec.amount(cursor);
                    if (word >> 128 != 0) return end + 1;
                } else if (code == RECIPIENT && r.flags & FLAG_1 != 0) {
                    r.named = true;
                    r.recipient = _number(cursor, 20);
                    width = 20;
                } else if (code == TOKEN) {
                    word = r.token;
                } else if (code == VARIANT) {
                    word = r.variant;
                } else if (code == QUORUM) {
                    word = r.quorum;
                } else if (code == MODE) {
                    word = r.mode;
                } else if (code == PROVIDERS) {
                    cursor = _readProviders(r, cursor, end);
                    if (cursor > end) return cursor;
                } else if (code == ONE_PROVIDER) {
                    if (_number(cursor, 1) != 1) return end + 1;
                    ++cursor;
                    width = 32;
                } else if (code == METER) {
                    word = _number(cursor, 1);
                    ++cursor;
                    r.keyIsOwner = word >> 7 != 0;
                    word &= 0x7f;
                    r.mode = word;
                    if (r.keyIsOwner && word != METER_VOUCHER) return end + 1;
                } else if (code == DEVICE_KEY) {
                    r.data = cursor;
                    r.dataLength = KEY_LENGTH + POSSESSION_LENGTH;
                    word = _hash(cursor, KEY_LENGTH);
                    cursor += KEY_LENGTH + POSSESSION_LENGTH;
                } else if (code != ZERO) {
                    (word, cursor) = PostedCodec.varint(cursor);
                    if (code != V) {
                        if (word >> 32 != 0) return end + 1;
                        if (code == ACCOUNT) {
                            r.account = word;
                        } else if (code == SUBJECT) {
                            r.subject = word;
                        } else if (code == RECIPIENT) {
                            r.named = false;
                            r.recipient = word;
                        }
                    }
                }
                if (width != 0) {
                    word = _number(cursor, width);
                    cursor += width;
                }
                assembly ("memory-safe") {
                    mstore(place, word)
                    place := add(place, 0x20)
                }
            }
            assembly ("memory-safe") {
                mstore(fields, shr(5, sub(sub(place, fields), 0x20)))
            }
            return cursor;
        }
    }

    /// @dev Number of bits that are set.
    function _ones(uint256 word) private pure returns (uint256) {
        unchecked {
            uint256 lanes = type(uint256).max;
            word -= word >> 1 & lanes / 3;
            word = (word & lanes / 5) + (word >> 2 & lanes / 5);
            word = word + (word >> 4) & lanes / 17;
            // Lanes of 16 bits, for the sum may be 256.
            word = (word & lanes / 257) + (word >> 8 & lanes / 257);
            return word * (lanes / 65_535) >> 240;
        }
    }

    function _weigh(Request memory r, uint256 witnessBytes, uint256 gasUnits) private pure {
        r.witnessWeight = witnessBytes;
        r.gasWeight = gasUnits;
    }

    function _hash(uint256 cursor, uint256 length) private pure returns (uint256 hash) {
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            calldatacopy(scratch, cursor, length)
            hash := keccak256(scratch, length)
        }
    }

    /// @dev Big-endian number of 1…32 bytes.
    function _number(uint256 cursor, uint256 bytesCount) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(sub(256, shl(3, bytesCount)), calldataload(cursor))
        }
    }
}
