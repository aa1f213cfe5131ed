// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IChunkProver} from "../interfaces/IChunkProver.sol";

/// @notice A posted transaction of kinds 0–2, taken apart.
/// @param kind 0…2
/// @param flags low half of the head byte
/// @param account of the sender (kinds 1, 2)
/// @param recipient account index, or with flag NAMED an address
/// @param amount base units
/// @param maxFee with flag MAX_FEE
/// @param signature calldata address of 64 bytes (kinds 1, 2)
/// @param count messages of a run (kind 0)
/// @param hints calldata address of the first hint (kind 0)
struct PostedTransaction {
    uint256 kind;
    uint256 flags;
    uint256 account;
    uint256 recipient;
    uint256 amount;
    uint256 maxFee;
    uint256 signature;
    uint256 count;
    uint256 hints;
}

/// @notice Decoder of chunk payloads (docs/protocol.md §1, §5).
/// @dev Works on addresses of calldata. It may read beyond `end`, where other bytes of the call stand; whatever it reads there,
/// the address after the field lies beyond `end` too, and the transaction is malformed. So the verdict depends on the payload alone.
library PostedCodec {
    uint256 internal constant RUN = 0;
    uint256 internal constant TRANSFER = 1;
    uint256 internal constant WITHDRAW = 2;

    /// @dev The recipient is an address.
    uint256 internal constant NAMED = 1;
    /// @dev A maximum fee other than the price follows.
    uint256 internal constant MAX_FEE = 2;

    uint256 internal constant MESSAGES_MAX = 64;
    /// @dev Not below 2^32: the mark of a varint that is no index.
    uint256 private constant NO_INDEX = type(uint256).max;
    /// @dev Kinds 3, 4, 5, 6, 9, 10, 11, 12 as a bitmap: known, but not to this prover.
    uint256 private constant FOREIGN_KINDS = 0x1e78;

    /// @notice Takes one transaction apart.
    /// @param cursor address of its head byte
    /// @param end address after the payload
    /// @return next address after the transaction; 0 if it is malformed
    function read(PostedTransaction memory t, uint256 cursor, uint256 end) internal pure returns (uint256 next) {
        unchecked {
            if (cursor >= end) return 0;
            uint256 head;
            assembly ("memory-safe") {
                head := byte(0, calldataload(cursor))
            }
            uint256 kind = head >> 4;
            uint256 flags = head & 15;
            next = cursor + 1;
            t.kind = kind;
            t.flags = flags;
            if (kind == RUN) return flags == 0 ? _readRun(t, next, end) : 0;
            if (kind > WITHDRAW) {
                if (FOREIGN_KINDS >> kind & 1 == 1) revert IChunkProver.KindNotProvable(uint8(kind));
                return 0;
            }
            uint256 value;
            (value, next) = varint(next);
            if (value >> 32 != 0) return 0;
            t.account = value;
            if (flags & NAMED != 0) {
                assembly ("memory-safe") {
                    value := shr(96, calldataload(next))
                }
                next += 20;
                t.recipient = value;
            } else if (kind == TRANSFER) {
                (value, next) = varint(next);
                if (value >> 32 != 0) return 0;
                t.recipient = value;
            }
            (value, next) = amount(next);
            if (value >> 128 != 0) return 0;
            t.amount = value;
            if (flags & MAX_FEE != 0) {
                (value, next) = amount(next);
                if (value >> 128 != 0) return 0;
                t.maxFee = value;
            }
            t.signature = next;
            next += 64;
            if (next > end) return 0;
        }
    }

    function _readRun(PostedTransaction memory t, uint256 cursor, uint256 end) private pure returns (uint256 next) {
        unchecked {
            uint256 count;
            (count, next) = varint(cursor);
            if (count == 0 || count > MESSAGES_MAX) return 0;
            t.count = count;
            t.hints = next;
            for (; count != 0; --count) {
                uint256 hint;
                (hint, next) = varint(next);
                if (hint >> 32 != 0) return 0;
            }
            if (next > end) return 0;
        }
    }

    /// @notice Reads a V: the top 3 bits of the first byte count the bytes that follow it.
    function varint(uint256 cursor) internal pure returns (uint256 value, uint256 next) {
        assembly ("memory-safe") {
            let word := calldataload(cursor)
            let further := shr(253, word)
            value := shr(sub(248, shl(3, further)), shr(3, shl(3, word)))
            next := add(cursor, add(further, 1))
        }
    }

    /// @notice Reads an A.
    /// @return value not below 2^128 if malformed
    function amount(uint256 cursor) internal pure returns (uint256 value, uint256 next) {
        unchecked {
            uint256 exponent;
            assembly ("memory-safe") {
                exponent := byte(0, calldataload(cursor))
            }
            if (exponent == 255) {
                assembly ("memory-safe") {
                    value := shr(128, calldataload(add(cursor, 1)))
                }
                return (value, cursor + 17);
            }
            if (exponent > 38) return (NO_INDEX, cursor);
            (value, next) = varint(cursor + 1);
            // mantissa < 2^61 and 10^38 < 2^127: no overflow
            value *= 10 ** exponent;
        }
    }
}
