// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IChunkProver} from "../interfaces/IChunkProver.sol";
import {IInbox} from "../interfaces/IInbox.sol";
import {BatchHeader, IRollup} from "../interfaces/IRollup.sol";
import {BatchHeaders} from "../libraries/BatchHeaders.sol";
import {ChunkData} from "../libraries/ChunkData.sol";
import {Genesis, GenesisHash} from "../libraries/Genesis.sol";
import {LeafType} from "../libraries/LeafType.sol";
import {Merkle} from "../libraries/Merkle.sol";
import {Multiproof} from "../libraries/Multiproof.sol";
import {PostedCodec, PostedTransaction} from "../libraries/PostedCodec.sol";
import {Weights} from "../libraries/Weights.sol";
import {Witness} from "../libraries/Witness.sol";

/// @title ChunkProver
/// @notice Deployed last (see Inbox). It never decides "fraud" by itself: it computes the one right root of a chunk, or reverts
/// because the witness is not that of the chunk; only a claim that differs from the right root convicts.
/// @dev Arithmetic is unchecked: in a state that honest chunks lead to nothing overflows (custody of a token is < 2^128), and
/// a state that no honest chunk leads to is convicted one chunk earlier.
contract ChunkProver is IChunkProver {
    /// @dev Longest chunk, bytes.
    uint256 private constant PAYLOAD_MAX = 3_934;
    uint8 private constant MODE_CALLDATA = 1;
    /// @dev txCount u16 | clockDelta u32
    uint256 private constant BLOCK_HEAD = 6;
    /// @dev A type of leaf is full.
    uint256 private constant LEAVES_MAX = type(uint32).max;

    uint256 private constant MESSAGE_DEPOSIT = 1;
    uint256 private constant MESSAGE_FORCED = 2;
    uint256 private constant MESSAGE_SEED = 3;
    /// @dev Wire form of kinds 1 and 2.
    uint256 private constant WIRE_LENGTH = 130;

    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    bytes32 private constant TRANSFER_TYPE =
        keccak256("Transfer(uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee)");
    bytes32 private constant WITHDRAW_TYPE =
        keccak256("Withdraw(uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee)");

    /// @dev State of a re-execution: the three meta leaves taken apart, the witness's table and the messages.
    struct Execution {
        uint256 table;
        uint256 leafCount;
        uint256[] messages;
        bytes32[] accumulators;
        uint256 messagesConsumed;
        // meta
        uint256 inboxPosition;
        uint256 inboxWitnessWeight;
        uint256 inboxGasWeight;
        uint256 clock;
        uint256 blockNumber;
        bytes32 inboxAccumulator;
        bytes32 blockAccumulator;
        uint256 accounts;
        uint256 withdrawals;
        uint256 otherCounts; // channels u32 | providers u32 | jobs u32
        // fees
        uint256 feeRecipient;
        uint256[4] fees;
        // seeds: memory address of the 108 bytes
        uint256 seeds;
    }

    /// @dev A Transfer or Withdraw, from a chunk or from the Inbox.
    struct Spend {
        uint256 kind;
        uint256 account;
        bool forced;
        uint256 nonce; // of a forced one
        bool named; // `recipient` is an address
        uint256 recipient;
        uint256 hint; // of a forced one: where the address may have its account
        uint256 token;
        uint256 amount;
        bool priced; // no maximum fee is given: it is the price
        uint256 maxFee;
        uint256 signature; // calldata address
    }

    /// @inheritdoc IChunkProver
    bytes32 public immutable genesisHash;
    /// @notice Whose batches are proven.
    IRollup public immutable rollup;
    /// @notice Whose messages the chunks consume.
    IInbox public immutable inbox;
    /// @notice EIP-712 domain separator (docs/protocol.md §1).
    bytes32 public immutable domainSeparator;

    uint256 private immutable feeUnit0;
    uint256 private immutable feeUnit1;
    uint256 private immutable feeUnit2;
    uint256 private immutable feeUnit3;
    /// @dev Bit t is set if token t is listed.
    uint256 private immutable listedTokens;

    constructor(Genesis memory genesis, IRollup rollup_, IInbox inbox_) {
        genesisHash = GenesisHash.hash(genesis);
        if (
            rollup_.genesisHash() != genesisHash || address(rollup_.inbox()) != address(inbox_)
                || !rollup_.isProver(address(this))
        ) revert WrongDeployment();
        rollup = rollup_;
        inbox = inbox_;
        domainSeparator = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Sluice"),
                keccak256("1"),
                block.chainid,
                rollup_
            )
        );
        feeUnit0 = genesis.feeUnits[0];
        feeUnit1 = genesis.feeUnits[1];
        feeUnit2 = genesis.feeUnits[2];
        feeUnit3 = genesis.feeUnits[3];
        uint256 listed = 1;
        for (uint256 token = 1; token < 4; ++token) {
            if (genesis.tokens[token] != address(0)) listed |= 1 << token;
        }
        listedTokens = listed;
    }

    /// @inheritdoc IChunkProver
    function proveChunk(
        BatchHeader calldata header,
        uint32 chunkIndex,
        bytes32 preRoot,
        bytes32 claimedRoot,
        bytes32[] calldata path,
        bytes calldata payload,
        bytes calldata witness
    ) external {
        _requireStored(header);
        if (chunkIndex >= header.chunkCount) revert ChunkUnknown(chunkIndex, header.chunkCount);
        bytes32 dataHash = ChunkData.rootOf(
            ChunkData.leaf(preRoot, claimedRoot, keccak256(payload)), chunkIndex, header.chunkCount, path
        );
        if (dataHash != header.dataHash) revert WrongChunk(dataHash, header.dataHash);
        if (claimedRoot != 0 && _execute(preRoot, header.inboxPosition, payload, witness) == claimedRoot) {
            revert ClaimIsRight(claimedRoot);
        }
        rollup.convict(header, msg.sender);
    }

    /// @inheritdoc IChunkProver
    function proveEnd(BatchHeader calldata header, uint40 mask, bytes32[] calldata siblings, bytes calldata metaLeaf)
        external
    {
        _requireStored(header);
        if (metaLeaf.length != Witness.META_LENGTH) revert WitnessLeafInvalid(Witness.META);
        uint256[4] memory entry;
        entry[0] = Witness.META;
        entry[1] = mask;
        entry[2] = uint256(keccak256(metaLeaf));
        uint256 entries;
        uint256 stream;
        assembly ("memory-safe") {
            entries := entry
            stream := siblings.offset
        }
        (bytes32 root,) = Multiproof.roots(entries, 1, Multiproof.ENTRY, stream, stream + 32 * siblings.length);
        if (root != header.postRoot) revert WrongWitnessRoot(root, header.postRoot);
        if (
            uint64(bytes8(metaLeaf[0:8])) == header.inboxPosition && uint64(bytes8(metaLeaf[24:32])) == header.clock
                && uint64(bytes8(metaLeaf[32:40])) == header.blockNumber
                && bytes32(metaLeaf[72:104]) == header.blockAccumulator
        ) revert ClaimIsRight(root);
        rollup.convict(header, msg.sender);
    }

    /// @inheritdoc IChunkProver
    function postRootOf(bytes32 preRoot, uint64 inboxPositionEnd, bytes calldata payload, bytes calldata witness)
        external
        view
        returns (bytes32 postRoot)
    {
        return _execute(preRoot, inboxPositionEnd, payload, witness);
    }

    function _requireStored(BatchHeader calldata header) private view {
        bytes32 hash = BatchHeaders.hash(header);
        bytes32 stored = rollup.headerHash(header.number);
        if (hash != stored) revert HeaderMismatch(header.number, hash, stored);
        if (header.mode != MODE_CALLDATA) revert ModeNotProvable(header.mode);
    }

    /// @dev The root after the chunk. What is decided from the payload alone comes first, then what needs the meta leaf.
    function _execute(bytes32 preRoot, uint256 inboxPositionEnd, bytes calldata payload, bytes calldata witness)
        private
        view
        returns (bytes32)
    {
        unchecked {
            (bool noOperation, uint256 witnessWeight, uint256 gasWeight, uint256 messages) = _weigh(payload);
            if (noOperation) return preRoot;

            Execution memory x;
            uint256 siblings;
            (x.table, x.leafCount, siblings) = Witness.readLeaves(witness);
            uint256 end;
            assembly ("memory-safe") {
                end := add(witness.offset, witness.length)
            }
            (x.messages, siblings) = Witness.readMessages(siblings, end);
            _loadMeta(x);

            uint256 position = x.inboxPosition + messages;
            bool overrun = position > inboxPositionEnd;
            if (!overrun) {
                if (messages != 0) {
                    (uint256 witnessEnd, uint256 gasEnd) = _checkMessages(x, messages, uint64(position));
                    witnessWeight += uint64(witnessEnd - x.inboxWitnessWeight);
                    gasWeight += uint64(gasEnd - x.inboxGasWeight);
                }
                noOperation = witnessWeight > Weights.CHUNK_WITNESS_MAX || gasWeight > Weights.CHUNK_GAS_MAX;
                if (!noOperation) {
                    if (x.messages.length != messages) revert WrongMessageCount(x.messages.length, messages);
                    _loadFeesAndSeeds(x);
                    _runBlocks(x, payload);
                    _store(x);
                }
            }
            (bytes32 rootBefore, bytes32 rootAfter) = Witness.roots(x.table, x.leafCount, siblings, end);
            if (rootBefore != preRoot) revert WrongWitnessRoot(rootBefore, preRoot);
            return overrun ? bytes32(0) : rootAfter;
        }
    }

    /// @dev Takes the whole chunk apart once, so that a malformed end leaves no effect of the beginning.
    /// @return noOperation malformed, or over-weight by its own bytes
    /// @return witnessWeight static, without its messages
    /// @return gasWeight likewise
    /// @return messages that its runs consume
    function _weigh(bytes calldata payload)
        private
        pure
        returns (bool noOperation, uint256 witnessWeight, uint256 gasWeight, uint256 messages)
    {
        unchecked {
            if (payload.length == 0 || payload.length > PAYLOAD_MAX) return (true, 0, 0, 0);
            PostedTransaction memory t;
            uint256 cursor;
            assembly ("memory-safe") {
                cursor := payload.offset
            }
            uint256 end = cursor + payload.length;
            witnessWeight = Weights.CHUNK_WITNESS;
            gasWeight = Weights.CHUNK_GAS;
            while (cursor < end) {
                uint256 count;
                assembly ("memory-safe") {
                    count := shr(240, calldataload(cursor))
                }
                cursor += BLOCK_HEAD;
                if (cursor > end || count == 0) return (true, 0, 0, 0);
                gasWeight += Weights.BLOCK_GAS + count * Weights.TRANSACTION_GAS;
                for (; count != 0; --count) {
                    uint256 next = PostedCodec.read(t, cursor, end);
                    if (next == 0) return (true, 0, 0, 0);
                    witnessWeight += next - cursor;
                    cursor = next;
                    if (t.kind == PostedCodec.TRANSFER) {
                        witnessWeight += Weights.TRANSFER_WITNESS;
                        gasWeight += Weights.TRANSFER_GAS;
                    } else if (t.kind == PostedCodec.WITHDRAW) {
                        witnessWeight += Weights.WITHDRAW_WITNESS;
                        gasWeight += Weights.WITHDRAW_GAS;
                    } else {
                        messages += t.count;
                    }
                }
            }
            noOperation = witnessWeight > Weights.CHUNK_WITNESS_MAX || gasWeight > Weights.CHUNK_GAS_MAX;
        }
    }

    /// @dev Checks that the witness's messages are the last of those up to `position`, and keeps the accumulator after each.
    /// An over-weight chunk may consume more messages than one call can carry; its last one is enough to know its weight.
    /// @return witnessWeight cumulative, at `position`
    /// @return gasWeight likewise
    function _checkMessages(Execution memory x, uint256 consumed, uint64 position)
        private
        view
        returns (uint256 witnessWeight, uint256 gasWeight)
    {
        unchecked {
            uint256 count = x.messages.length;
            if (count == 0 || count > consumed) revert WrongMessageCount(count, consumed);
            bytes32 accumulator = inbox.accumulatorAt(position - uint64(count));
            x.accumulators = new bytes32[](count);
            for (uint256 i; i < count; ++i) {
                accumulator = Witness.link(accumulator, x.messages[i]);
                x.accumulators[i] = accumulator;
            }
            bytes32 expected = inbox.accumulatorAt(position);
            if (accumulator != expected) revert WrongMessages(accumulator, expected);
            return (_calldata(x.messages[count - 1] + 8, 8), _calldata(x.messages[count - 1] + 16, 8));
        }
    }

    function _runBlocks(Execution memory x, bytes calldata payload) private view {
        unchecked {
            PostedTransaction memory t;
            Spend memory spend;
            uint256 cursor;
            assembly ("memory-safe") {
                cursor := payload.offset
            }
            uint256 end = cursor + payload.length;
            while (cursor < end) {
                uint256 count = _calldata(cursor, 2);
                x.blockNumber = uint64(x.blockNumber + 1);
                x.clock = uint64(x.clock + _calldata(cursor + 2, 4));
                cursor += BLOCK_HEAD;
                bytes32[] memory leaves = new bytes32[](count + 1);
                for (uint256 i; i < count; ++i) {
                    uint256 next = PostedCodec.read(t, cursor, end);
                    leaves[i] = _hashCalldata(cursor, next - cursor);
                    cursor = next;
                    if (t.kind == PostedCodec.RUN) _runMessages(x, spend, t.hints, t.count);
                    else _spendPosted(x, spend, t);
                }
                bytes32 commitment = keccak256(
                    abi.encodePacked(
                        uint64(x.blockNumber),
                        uint64(x.clock),
                        uint64(x.inboxPosition),
                        x.inboxAccumulator,
                        uint16(count),
                        Merkle.root(leaves, count)
                    )
                );
                x.blockAccumulator = keccak256(abi.encode(x.blockAccumulator, commitment));
            }
        }
    }

    function _spendPosted(Execution memory x, Spend memory spend, PostedTransaction memory t) private view {
        spend.kind = t.kind;
        spend.account = t.account;
        spend.forced = false;
        spend.named = t.flags & PostedCodec.NAMED != 0;
        spend.recipient = t.recipient;
        spend.token = t.flags >> 2;
        spend.amount = t.amount;
        spend.priced = t.flags & PostedCodec.MAX_FEE == 0;
        spend.maxFee = t.maxFee;
        spend.signature = t.signature;
        _spend(x, spend);
    }

    function _runMessages(Execution memory x, Spend memory spend, uint256 hints, uint256 count) private view {
        unchecked {
            for (; count != 0; --count) {
                uint256 hint;
                (hint, hints) = PostedCodec.varint(hints);
                uint256 i = x.messagesConsumed++;
                uint256 message = x.messages[i];
                ++x.inboxPosition;
                x.inboxAccumulator = x.accumulators[i];
                x.inboxWitnessWeight = _calldata(message + 8, 8);
                x.inboxGasWeight = _calldata(message + 16, 8);
                uint256 kind = _calldata(message + 24, 1);
                uint256 length = _calldata(message + 25, 2);
                message += Witness.MESSAGE_HEAD;
                if (kind == MESSAGE_DEPOSIT) _deposit(x, message, hint);
                else if (kind == MESSAGE_FORCED) _force(x, spend, message, length, hint);
                else if (kind == MESSAGE_SEED) _shiftSeeds(x, message);
            }
        }
    }

    /// @dev token u8 | amount u128 | owner x20
    function _deposit(Execution memory x, uint256 payload, uint256 hint) private view {
        uint256 token = _calldata(payload, 1);
        uint256 amount = _calldata(payload + 1, 16);
        uint256 owner = _calldata(payload + 17, 20);
        uint256 entry = _ownedBy(x, hint, owner);
        if (entry == 0) {
            entry = x.accounts == LEAVES_MAX || listedTokens >> token & 1 == 0 ? _account(x, 0) : _open(x, owner);
        }
        _credit(entry, token, amount);
    }

    function _force(Execution memory x, Spend memory spend, uint256 wire, uint256 length, uint256 hint) private view {
        unchecked {
            uint256 kind = _calldata(wire, 1);
            if (kind != PostedCodec.TRANSFER && kind != PostedCodec.WITHDRAW) {
                if (_mayBeForeign(kind, length)) revert KindNotProvable(uint8(kind));
                return;
            }
            spend.token = _calldata(wire + 33, 1);
            if (length != WIRE_LENGTH || spend.token > 3) return;
            spend.kind = kind;
            spend.account = _calldata(wire + 1, 4);
            spend.forced = true;
            spend.nonce = _calldata(wire + 5, 8);
            spend.named = true;
            spend.recipient = _calldata(wire + 13, 20);
            spend.hint = hint;
            spend.amount = _calldata(wire + 34, 16);
            spend.priced = false;
            spend.maxFee = _calldata(wire + 50, 16);
            spend.signature = wire + 66;
            _spend(x, spend);
        }
    }

    /// @dev Whether a forced message of this kind and length may be well-formed; who decides it is the prover of that kind.
    function _mayBeForeign(uint256 kind, uint256 length) private pure returns (bool) {
        if (kind == 3) return length == 183;
        if (kind == 4) return length == 113;
        if (kind == 5) return length == 126 || length == 34;
        if (kind == 6) return length == 436;
        if (kind == 10) return length == 189;
        if (kind == 11) return length == 157;
        if (kind == 12) return length == 112 || length == 34;
        return false;
    }

    /// @dev Drops the oldest seed; payload and entry have one form: period u32 | seed x32.
    function _shiftSeeds(Execution memory x, uint256 payload) private pure {
        uint256 seeds = x.seeds;
        assembly ("memory-safe") {
            mcopy(seeds, add(seeds, 36), 72)
            calldatacopy(add(seeds, 72), payload, 36)
        }
    }

    /// @dev Transfer and Withdraw (docs/protocol.md §6). Returning without an effect is a refusal; the order of the checks
    /// matters only to the refusal's number, which is no part of the state.
    function _spend(Execution memory x, Spend memory s) private view {
        unchecked {
            if (s.account >= x.accounts) return;
            bool transfer = s.kind == PostedCodec.TRANSFER;
            if (transfer && !s.named && s.recipient >= x.accounts) return;
            uint256 sender = _account(x, s.account);
            uint256 identity = _load(sender + 0x80);
            uint256 nonce = uint64(identity >> 32);
            if (s.forced && s.nonce != nonce) return;

            uint256 recipient; // its entry; 0: an account is opened (or none is needed)
            uint256 to = s.recipient;
            if (!s.named) {
                if (transfer) {
                    recipient = _account(x, s.recipient);
                    to = _load(recipient + 0x80) >> 96;
                } else {
                    to = identity >> 96;
                }
            }
            uint256 price = _feeUnit(s.token) * (transfer ? 1 : 2);
            uint256 maxFee = s.priced ? price : s.maxFee;
            bytes32 digest =
                _digest(transfer ? TRANSFER_TYPE : WITHDRAW_TYPE, s.account, nonce, to, s.token, s.amount, maxFee);
            if (!_isSigner(identity >> 96, digest, s.signature)) return;
            if (listedTokens >> s.token & 1 == 0) return;
            if (price > maxFee) return;
            if (!transfer && s.amount == 0) return;
            bool sweeps = s.account == x.feeRecipient;
            uint256 balance = _balance(sender, s.token) + (sweeps ? x.fees[s.token] : 0);
            if (s.amount + price > balance) return;
            if (transfer) {
                if (s.forced) recipient = _ownedBy(x, s.hint, to);
                if (recipient == 0 && x.accounts == LEAVES_MAX) return;
            } else if (x.withdrawals == LEAVES_MAX) {
                return;
            }

            if (sweeps) _sweepFees(x, sender);
            _save(sender + 0x80, identity & ~(uint256(type(uint64).max) << 32) | uint256(uint64(nonce + 1)) << 32);
            _credit(sender, s.token, 0 - s.amount - price);
            x.fees[s.token] += price;
            if (transfer) _credit(recipient == 0 ? _open(x, to) : recipient, s.token, s.amount);
            else _appendWithdrawal(x, to, s.token, s.amount);
        }
    }

    function _sweepFees(Execution memory x, uint256 entry) private pure {
        unchecked {
            for (uint256 token; token < 4; ++token) {
                _credit(entry, token, x.fees[token]);
                x.fees[token] = 0;
            }
        }
    }

    function _appendWithdrawal(Execution memory x, uint256 to, uint256 token, uint256 amount) private pure {
        unchecked {
            uint256 key = Multiproof.key(LeafType.WITHDRAWAL, x.withdrawals++);
            uint256 entry = Witness.find(x.table, x.leafCount, key);
            _save(
                entry + 0x60, uint256(keccak256(abi.encodePacked(address(uint160(to)), uint8(token), uint128(amount))))
            );
        }
    }

    /// @dev Entry of an account that exists.
    function _account(Execution memory x, uint256 index) private pure returns (uint256 entry) {
        uint256 key = Multiproof.key(LeafType.ACCOUNT, index);
        entry = Witness.find(x.table, x.leafCount, key);
        if (_load(entry + 0x60) == 0) revert WitnessLeafMissing(key);
    }

    /// @dev Entry of the account that a hint names, if it exists and has this owner; else 0.
    function _ownedBy(Execution memory x, uint256 hint, uint256 owner) private pure returns (uint256 entry) {
        if (hint >= x.accounts) return 0;
        entry = _account(x, hint);
        if (_load(entry + 0x80) >> 96 != owner) return 0;
    }

    function _open(Execution memory x, uint256 owner) private pure returns (uint256 entry) {
        unchecked {
            uint256 key = Multiproof.key(LeafType.ACCOUNT, x.accounts++);
            entry = Witness.find(x.table, x.leafCount, key);
            if (_load(entry + 0x60) != 0) revert WitnessLeafMissing(key);
            _save(entry + 0x60, Witness.CHANGED);
            // nonce, flags and balances are zero already
            _save(entry + 0x80, owner << 96);
        }
    }

    function _balance(uint256 entry, uint256 token) private pure returns (uint256) {
        return uint128(_load(entry + 0xa0 + (token >> 1 << 5)) >> (token & 1 == 0 ? 128 : 0));
    }

    /// @dev Adds to a balance, modulo 2^128; the entry will be hashed again.
    function _credit(uint256 entry, uint256 token, uint256 amount) private pure {
        unchecked {
            uint256 cursor = entry + 0xa0 + (token >> 1 << 5);
            uint256 word = _load(cursor);
            uint256 sum = uint128((word >> (token & 1 == 0 ? 128 : 0)) + amount);
            _save(cursor, token & 1 == 0 ? sum << 128 | uint128(word) : word >> 128 << 128 | sum);
            _save(entry + 0x60, Witness.CHANGED);
        }
    }

    function _loadMeta(Execution memory x) private pure {
        unchecked {
            if (x.leafCount == 0 || _load(x.table) != Witness.META) revert WitnessLeafMissing(Witness.META);
            uint256 meta = _load(x.table + 0x80);
            x.inboxPosition = _load(meta) >> 192;
            x.inboxWitnessWeight = uint64(_load(meta) >> 128);
            x.inboxGasWeight = uint64(_load(meta) >> 64);
            x.clock = uint64(_load(meta));
            x.blockNumber = _load(meta + 32) >> 192;
            x.inboxAccumulator = bytes32(_load(meta + 40));
            x.blockAccumulator = bytes32(_load(meta + 72));
            uint256 counts = _load(meta + 104);
            x.accounts = counts >> 224;
            x.withdrawals = uint32(counts >> 192);
            x.otherCounts = uint96(counts >> 96);
        }
    }

    function _loadFeesAndSeeds(Execution memory x) private pure {
        unchecked {
            // Keys ascend, so the third is that of the seeds only if all three are there.
            if (x.leafCount < 3 || _load(x.table + 2 * Witness.STRIDE) != Witness.SEEDS) {
                revert WitnessLeafMissing(Witness.SEEDS);
            }
            uint256 fees = _load(x.table + Witness.STRIDE + 0x80);
            x.feeRecipient = _load(fees) >> 224;
            for (uint256 token; token < 4; ++token) {
                x.fees[token] = _load(fees + 4 + 16 * token) >> 128;
            }
            x.seeds = _load(x.table + 2 * Witness.STRIDE + 0x80);
        }
    }

    /// @dev Puts the hashes of the changed leaves into the table.
    function _store(Execution memory x) private pure {
        unchecked {
            Witness.hashChanged(x.table, x.leafCount);
            bytes memory meta = abi.encodePacked(
                uint64(x.inboxPosition),
                uint64(x.inboxWitnessWeight),
                uint64(x.inboxGasWeight),
                uint64(x.clock),
                uint64(x.blockNumber),
                x.inboxAccumulator,
                x.blockAccumulator,
                uint32(x.accounts),
                uint32(x.withdrawals),
                uint96(x.otherCounts)
            );
            bytes memory fees = abi.encodePacked(
                uint32(x.feeRecipient), uint128(x.fees[0]), uint128(x.fees[1]), uint128(x.fees[2]), uint128(x.fees[3])
            );
            uint256 seeds = x.seeds;
            uint256 seedsHash;
            assembly ("memory-safe") {
                seedsHash := keccak256(seeds, 108)
            }
            _save(x.table + 0x60, uint256(keccak256(meta)));
            _save(x.table + Witness.STRIDE + 0x60, uint256(keccak256(fees)));
            _save(x.table + 2 * Witness.STRIDE + 0x60, seedsHash);
        }
    }

    function _feeUnit(uint256 token) private view returns (uint256) {
        if (token < 2) return token == 0 ? feeUnit0 : feeUnit1;
        return token == 2 ? feeUnit2 : feeUnit3;
    }

    function _digest(
        bytes32 typeHash,
        uint256 account,
        uint256 nonce,
        uint256 to,
        uint256 token,
        uint256 amount,
        uint256 maxFee
    ) private view returns (bytes32 digest) {
        bytes32 domain = domainSeparator;
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            mstore(scratch, typeHash)
            mstore(add(scratch, 0x20), account)
            mstore(add(scratch, 0x40), nonce)
            mstore(add(scratch, 0x60), to)
            mstore(add(scratch, 0x80), token)
            mstore(add(scratch, 0xa0), amount)
            mstore(add(scratch, 0xc0), maxFee)
            let structHash := keccak256(scratch, 0xe0)
            mstore(scratch, shl(240, 0x1901))
            mstore(add(scratch, 0x02), domain)
            mstore(add(scratch, 0x22), structHash)
            digest := keccak256(scratch, 0x42)
        }
    }

    /// @dev Whether the 64 bytes (EIP-2098) are the owner's signature. The precompile answers a bad signature with nothing and
    /// success; it fails only for lack of gas, which must not make a signature bad.
    function _isSigner(uint256 owner, bytes32 digest, uint256 signature) private view returns (bool valid) {
        bool ran;
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            let parityAndS := calldataload(add(signature, 0x20))
            let s := shr(1, shl(1, parityAndS))
            mstore(scratch, digest)
            mstore(add(scratch, 0x20), add(27, shr(255, parityAndS)))
            mstore(add(scratch, 0x40), calldataload(signature))
            mstore(add(scratch, 0x60), s)
            ran := staticcall(gas(), 1, scratch, 0x80, scratch, 0x20)
            if eq(returndatasize(), 0x20) { valid := and(eq(mload(scratch), owner), iszero(gt(s, HALF_ORDER))) }
        }
        if (!ran) revert GasTooLow();
    }

    function _hashCalldata(uint256 cursor, uint256 length) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            calldatacopy(scratch, cursor, length)
            hash := keccak256(scratch, length)
        }
    }

    /// @dev Big-endian number of 1…31 bytes.
    function _calldata(uint256 cursor, uint256 bytesCount) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(sub(256, shl(3, bytesCount)), calldataload(cursor))
        }
    }

    function _load(uint256 cursor) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(cursor)
        }
    }

    function _save(uint256 cursor, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(cursor, word)
        }
    }
}
