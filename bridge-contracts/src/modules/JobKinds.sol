// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Credit, Effects, Step} from "../interfaces/IKindModule.sol";
import {IRollup} from "../interfaces/IRollup.sol";
import {Genesis} from "../libraries/Genesis.sol";
import {LeafBytes} from "../libraries/LeafBytes.sol";
import {Refusal} from "../libraries/Refusal.sol";
import {KindModule} from "./KindModule.sol";

/// @title JobKinds
/// @notice Kinds 7 (ProviderUpdate), 10 (JobOpen), 11 (JobResult) and 12 (JobSettle), docs/protocol.md §6.2.
/// @dev Arithmetic is unchecked, as in ChunkProver: in a state that honest chunks lead to nothing overflows.
contract JobKinds is KindModule {
    using LeafBytes for bytes;

    uint256 private constant PROVIDER_UPDATE = 7;
    uint256 private constant JOB_OPEN = 10;
    uint256 private constant JOB_RESULT = 11;
    uint256 private constant JOB_SETTLE = 12;

    /// @dev Offsets in a provider's leaf, behind id x32 | account u32.
    uint256 private constant PAYOUT = 36;
    uint256 private constant CLASS = 40;
    uint256 private constant CELL = 50;
    uint256 private constant PROVIDER_TOKEN = 58;
    uint256 private constant PRICE = 59;
    uint256 private constant FLAGS = 75;
    uint256 private constant JOINED_EPOCH = 76;
    uint256 private constant MOVED_MONTH = 80;
    uint256 private constant RETIRED = 1;

    /// @dev Offsets in a job's leaf, behind id x32.
    uint256 private constant BUYER = 32;
    uint256 private constant JOB_TOKEN = 40;
    uint256 private constant MODE = 41;
    uint256 private constant STATE = 42;
    uint256 private constant ESCROW = 43;
    uint256 private constant RESULT_HASH = 59;
    uint256 private constant DEADLINE = 91;
    uint256 private constant WINDOW_END = 99;
    uint256 private constant WINDOW = 107;
    uint256 private constant REFUSAL_BPS = 111;
    uint256 private constant REASON = 113;

    uint256 private constant MODE_EXPECTED_HASH = 1;
    uint256 private constant MODE_QUORUM = 2;

    uint8 private constant OPEN = 1;
    uint8 private constant DONE = 2;
    uint8 private constant ACCEPTED = 3;
    uint8 private constant ACCEPTED_BY_SILENCE = 4;
    uint8 private constant REFUSED = 5;
    uint8 private constant TIMED_OUT = 6;

    /// @dev Verdicts of kind 12.
    uint256 private constant REFUSE = 1;
    uint256 private constant SILENCE = 2;
    uint256 private constant TIME_OUT = 3;

    /// @dev Offsets in a quorum's leaf, behind job u32.
    uint256 private constant MEMBER_COUNT = 4;
    uint256 private constant NEEDED = 5;
    uint256 private constant MEMBERS = 6;
    /// @dev A member: provider u32 | payout u32 | state u8 | hash x32.
    uint256 private constant MEMBER_LENGTH = 41;
    uint256 private constant MEMBER_PAYOUT = 4;
    uint256 private constant MEMBER_STATE = 8;
    uint256 private constant MEMBER_HASH = 9;
    uint256 private constant MEMBERS_MAX = 5;

    uint8 private constant AWAITED = 0;
    uint8 private constant COMMITTED = 1;
    uint8 private constant REVEALED = 2;

    uint256 private constant ALL_BPS = 10_000;

    constructor(Genesis memory genesis, IRollup rollup) KindModule(genesis, rollup) {}

    function run(Step calldata step, bytes calldata, bytes calldata proof)
        external
        view
        returns (Effects memory effects)
    {
        if (proof.length != 0) revert WrongProofLength(proof.length, 0);
        if (step.kind == PROVIDER_UPDATE) {
            _update(effects, step);
        } else if (step.kind == JOB_OPEN) {
            _open(effects, step);
        } else if (step.kind == JOB_RESULT) {
            if (step.variant == 0) _result(effects, step);
            else _reveal(effects, step);
        } else if (step.kind == JOB_SETTLE) {
            _settle(effects, step);
        } else {
            revert NotOfThisModule(step.kind);
        }
    }

    // --- kind 7: fields account, nonce, provider, payout, cell, price, endpointHash, retire, maxFee

    function _update(Effects memory effects, Step calldata step) private view {
        unchecked {
            bytes calldata provider = step.leaves[0];
            uint256 flags = provider.number(FLAGS, 1);
            if (flags & RETIRED != 0) return _refuse(effects, Refusal.PROVIDER_RETIRED);
            uint256 cell = step.fields[4];
            uint256 moved = provider.number(MOVED_MONTH, 4);
            if (cell != provider.number(CELL, 8)) {
                uint256 monthPlusOne = _month(_epoch(step.clock)) + 1;
                if (moved >= monthPlusOne) return _refuse(effects, Refusal.MOVED_THIS_MONTH);
                moved = monthPlusOne;
            }
            effects.token = provider.number(PROVIDER_TOKEN, 1);
            effects.leaves = new bytes[](1);
            effects.leaves[0] = abi.encodePacked(
                provider[:PAYOUT],
                uint32(step.recipient),
                provider[CLASS:CELL],
                uint64(cell),
                provider[PROVIDER_TOKEN:PRICE],
                uint128(step.fields[5]),
                uint8(flags | step.fields[7]),
                provider[JOINED_EPOCH:MOVED_MONTH],
                uint32(moved),
                step.fields[6]
            );
        }
    }

    // --- kind 10: fields account, nonce, providers, quorum, token, escrow, mode, specHash, expected, deadline, window, refusalBps,
    // maxFee

    function _open(Effects memory effects, Step calldata step) private view {
        unchecked {
            uint256[] calldata fields = step.fields;
            uint256 mode = fields[6];
            if (mode > MODE_QUORUM) return _refuse(effects, Refusal.JOB_MODE_UNKNOWN);
            uint256 first = mode == MODE_QUORUM ? 2 : 1;
            if (mode == MODE_QUORUM && !_isQuorum(step.indices, first, fields[3])) {
                return _refuse(effects, Refusal.BAD_QUORUM);
            }
            for (uint256 i = first; i < step.leaves.length; ++i) {
                if (step.leaves[i].number(FLAGS, 1) & RETIRED != 0) {
                    return _refuse(effects, Refusal.PROVIDER_RETIRED);
                }
            }
            uint256 escrow = fields[5];
            if (escrow == 0) return _refuse(effects, Refusal.ZERO_AMOUNT);
            if (escrow < _feeUnit(fields[4])) return _refuse(effects, Refusal.ESCROW_BELOW_FEE);
            if (fields[9] <= step.clock) return _refuse(effects, Refusal.DEADLINE_PASSED);
            if (fields[10] < protectiveDelay) return _refuse(effects, Refusal.DELAY_TOO_SHORT);
            if (fields[11] > ALL_BPS) return _refuse(effects, Refusal.BAD_SPLIT);

            effects.token = fields[4];
            effects.leaves = new bytes[](first);
            effects.leaves[0] = abi.encodePacked(
                step.id,
                uint32(fields[0]),
                uint32(step.indices[1]),
                uint8(fields[4]),
                uint8(mode),
                OPEN,
                uint128(escrow),
                fields[8], // zero unless the mode is 1
                uint64(fields[9]),
                uint64(0), // windowEnd
                uint32(fields[10]),
                uint16(fields[11]),
                uint16(0) // reason
            );
            if (mode == MODE_QUORUM) effects.leaves[1] = _quorum(step.indices, fields[3]);
        }
    }

    /// @dev Whether `needed` of the providers are a majority, and none is named twice.
    /// @param first of the providers in `indices`
    function _isQuorum(uint256[] calldata indices, uint256 first, uint256 needed) private pure returns (bool) {
        unchecked {
            uint256 count = indices.length - first;
            if (count < 2 || 2 * needed <= count || needed > count) return false;
            for (uint256 i = first + 1; i < indices.length; ++i) {
                for (uint256 j = first; j < i; ++j) {
                    if (indices[i] == indices[j]) return false;
                }
            }
            return true;
        }
    }

    /// @param indices of the job, the quorum and the providers
    function _quorum(uint256[] calldata indices, uint256 needed) private pure returns (bytes memory leaf) {
        unchecked {
            uint256 count = indices.length - 2;
            leaf = abi.encodePacked(uint32(indices[0]), uint8(count), uint8(needed));
            for (uint256 i; i < count; ++i) {
                leaf = abi.encodePacked(leaf, uint32(indices[2 + i]), new bytes(MEMBER_LENGTH - MEMBER_PAYOUT));
            }
            return abi.encodePacked(leaf, new bytes((MEMBERS_MAX - count) * MEMBER_LENGTH));
        }
    }

    // --- kind 11

    /// @dev fields account, nonce, job, member, resultHash, maxFee
    function _result(Effects memory effects, Step calldata step) private view {
        unchecked {
            bytes calldata job = step.leaves[0];
            if (job.number(STATE, 1) != OPEN) return _refuse(effects, Refusal.JOB_NOT_OPEN);
            if (step.clock > job.number(DEADLINE, 8)) return _refuse(effects, Refusal.DEADLINE_PASSED);
            bytes32 result = bytes32(step.fields[4]);
            uint256 mode = job.number(MODE, 1);
            uint256 payout = step.leaves[1].number(PAYOUT, 4);
            if (mode == MODE_QUORUM) {
                bytes calldata quorum = step.leaves[2];
                uint256 member = _member(step.fields[3]);
                if (quorum.number(member + MEMBER_STATE, 1) != AWAITED) {
                    return _refuse(effects, Refusal.ALREADY_COMMITTED);
                }
                effects.leaves = new bytes[](3);
                effects.leaves[2] = _withMember(quorum, member, payout, COMMITTED, result);
            } else if (mode == MODE_EXPECTED_HASH) {
                if (keccak256(abi.encode(result)) != job.word(RESULT_HASH)) {
                    return _refuse(effects, Refusal.RESULT_MISMATCH);
                }
                uint256 net = _closeJob(effects, job, ACCEPTED, result, 0);
                effects.credits = new Credit[](1);
                effects.credits[0] = Credit(payout, net);
            } else {
                effects.leaves = new bytes[](1);
                effects.leaves[0] = abi.encodePacked(
                    job[:STATE],
                    DONE,
                    job[ESCROW:RESULT_HASH],
                    result,
                    job[DEADLINE:WINDOW_END],
                    uint64(step.clock + job.number(WINDOW, 4)),
                    job[WINDOW:]
                );
            }
            effects.token = job.number(JOB_TOKEN, 1);
        }
    }

    /// @dev fields account, nonce, job, member, resultHash, salt, maxFee
    function _reveal(Effects memory effects, Step calldata step) private view {
        unchecked {
            bytes calldata job = step.leaves[0];
            if (job.number(STATE, 1) != OPEN) return _refuse(effects, Refusal.JOB_NOT_OPEN);
            if (job.number(MODE, 1) != MODE_QUORUM) return _refuse(effects, Refusal.JOB_MODE_MISMATCH);
            bytes calldata quorum = step.leaves[2];
            uint256 deadline = job.number(DEADLINE, 8);
            if (step.clock <= deadline && _answered(quorum) != quorum.number(MEMBER_COUNT, 1)) {
                return _refuse(effects, Refusal.REVEAL_NOT_OPEN);
            }
            if (step.clock > deadline + job.number(WINDOW, 4)) return _refuse(effects, Refusal.WINDOW_PASSED);
            uint256 member = _member(step.fields[3]);
            if (quorum.number(member + MEMBER_STATE, 1) != COMMITTED) return _refuse(effects, Refusal.NOT_COMMITTED);
            bytes32 result = bytes32(step.fields[4]);
            bytes32 commitment = keccak256(abi.encodePacked(job[:BUYER], uint8(step.fields[3]), result, step.fields[5]));
            if (quorum.word(member + MEMBER_HASH) != commitment) return _refuse(effects, Refusal.REVEAL_MISMATCH);

            _countVote(effects, job, quorum, member, result);
            effects.leaves[2] = _withMember(quorum, member, quorum.number(member + MEMBER_PAYOUT, 4), REVEALED, result);
            effects.token = job.number(JOB_TOKEN, 1);
        }
    }

    /// @dev Settles the job if this vote makes the majority. Makes room for the quorum's leaf.
    /// @param voter offset of the member who reveals now
    function _countVote(
        Effects memory effects,
        bytes calldata job,
        bytes calldata quorum,
        uint256 voter,
        bytes32 result
    ) private view {
        unchecked {
            uint256 needed = quorum.number(NEEDED, 1);
            uint256[] memory payouts = new uint256[](MEMBERS_MAX);
            uint256 votes;
            for (uint256 i; i < MEMBERS_MAX; ++i) {
                uint256 member = _member(i);
                bool agrees = member == voter
                    || (quorum.number(member + MEMBER_STATE, 1) == REVEALED
                        && quorum.word(member + MEMBER_HASH) == result);
                if (agrees) payouts[votes++] = quorum.number(member + MEMBER_PAYOUT, 4);
            }
            if (votes != needed) {
                effects.leaves = new bytes[](3);
                return;
            }
            uint256 net = _closeJob(effects, job, ACCEPTED, result, 0);
            effects.credits = new Credit[](needed + 1);
            for (uint256 i; i < needed; ++i) {
                effects.credits[i] = Credit(payouts[i], net / needed);
            }
            effects.credits[needed] = Credit(job.number(BUYER, 4), net - net / needed * needed);
        }
    }

    /// @dev Members who committed, revealed or not.
    function _answered(bytes calldata quorum) private pure returns (uint256 count) {
        unchecked {
            for (uint256 i; i < MEMBERS_MAX; ++i) {
                if (quorum.number(_member(i) + MEMBER_STATE, 1) != AWAITED) ++count;
            }
        }
    }

    /// @dev Offset of a member in its quorum's leaf.
    function _member(uint256 i) private pure returns (uint256) {
        unchecked {
            return MEMBERS + i * MEMBER_LENGTH;
        }
    }

    /// @param member its offset
    function _withMember(bytes calldata quorum, uint256 member, uint256 payout, uint8 state, bytes32 hash)
        private
        pure
        returns (bytes memory)
    {
        unchecked {
            return abi.encodePacked(
                quorum[:member + MEMBER_PAYOUT], uint32(payout), state, hash, quorum[member + MEMBER_LENGTH:]
            );
        }
    }

    // --- kind 12: fields account, nonce, job, verdict, reason; or job

    function _settle(Effects memory effects, Step calldata step) private view {
        unchecked {
            bytes calldata job = step.leaves[0];
            uint256 verdict = step.variant;
            uint256 state = job.number(STATE, 1);
            if (verdict == TIME_OUT) return _timeOut(effects, step, job);
            if (state != DONE) return _refuse(effects, Refusal.JOB_NOT_DONE);
            uint256 windowEnd = job.number(WINDOW_END, 8);
            uint8 outcome = ACCEPTED;
            uint256 bps = ALL_BPS;
            if (verdict == REFUSE) {
                if (step.clock > windowEnd) return _refuse(effects, Refusal.WINDOW_PASSED);
                outcome = REFUSED;
                bps = job.number(REFUSAL_BPS, 2);
            } else if (verdict == SILENCE) {
                if (step.clock <= windowEnd) return _refuse(effects, Refusal.WINDOW_RUNNING);
                outcome = ACCEPTED_BY_SILENCE;
            }
            uint256 net =
                _closeJob(effects, job, outcome, job.word(RESULT_HASH), verdict == SILENCE ? 0 : step.fields[4]);
            uint256 paid = net * bps / ALL_BPS;
            effects.token = job.number(JOB_TOKEN, 1);
            effects.credits = new Credit[](2);
            effects.credits[0] = Credit(step.leaves[1].number(PAYOUT, 4), paid);
            effects.credits[1] = Credit(job.number(BUYER, 4), net - paid);
        }
    }

    function _timeOut(Effects memory effects, Step calldata step, bytes calldata job) private view {
        unchecked {
            if (job.number(STATE, 1) != OPEN) return _refuse(effects, Refusal.JOB_NOT_OPEN);
            uint256 deadline = job.number(DEADLINE, 8);
            if (step.clock <= deadline) return _refuse(effects, Refusal.DEADLINE_NOT_PASSED);
            if (
                job.number(MODE, 1) == MODE_QUORUM && step.clock <= deadline + job.number(WINDOW, 4)
                    && _answered(step.leaves[1]) >= step.leaves[1].number(NEEDED, 1)
            ) return _refuse(effects, Refusal.WINDOW_RUNNING);
            _closeJob(effects, job, TIMED_OUT, job.word(RESULT_HASH), 0);
            effects.fee = 0;
            effects.token = job.number(JOB_TOKEN, 1);
            effects.credits = new Credit[](1);
            effects.credits[0] = Credit(job.number(BUYER, 4), job.number(ESCROW, 16));
        }
    }

    // --- what they share

    function _refuse(Effects memory effects, uint256 refusal) private pure {
        effects.refusal = refusal;
    }

    /// @dev The job's last change: no escrow is left, and the price of the settlement is taken out of it. Makes room for three
    /// leaves, of which the job's is the first.
    /// @return net what is left of the escrow
    function _closeJob(Effects memory effects, bytes calldata job, uint8 state, bytes32 result, uint256 reason)
        private
        view
        returns (uint256 net)
    {
        unchecked {
            effects.fee = _feeUnit(job.number(JOB_TOKEN, 1));
            effects.leaves = new bytes[](3);
            effects.leaves[0] =
                abi.encodePacked(job[:STATE], state, uint128(0), result, job[DEADLINE:REASON], uint16(reason));
            return job.number(ESCROW, 16) - effects.fee;
        }
    }
}
