// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IChunkProver} from "../interfaces/IChunkProver.sol";
import {Credit, Effects, IKindModule, Step} from "../interfaces/IKindModule.sol";
import {IInbox} from "../interfaces/IInbox.sol";
import {BatchHeader, IRollup} from "../interfaces/IRollup.sol";
import {BatchHeaders} from "../libraries/BatchHeaders.sol";
import {ChunkData} from "../libraries/ChunkData.sol";
import {Domain} from "../libraries/Domain.sol";
import {Genesis, GenesisHash} from "../libraries/Genesis.sol";
import {LeafType} from "../libraries/LeafType.sol";
import {Merkle} from "../libraries/Merkle.sol";
import {Multiproof} from "../libraries/Multiproof.sol";
import {PostedCodec} from "../libraries/PostedCodec.sol";
import {Request, RequestCodec} from "../libraries/RequestCodec.sol";
import {WalletSignature} from "../libraries/WalletSignature.sol";
import {Weights} from "../libraries/Weights.sol";
import {Witness} from "../libraries/Witness.sol";

/// @title ChunkProver
/// @notice Deployed last (see Inbox). It never decides "fraud" by itself: it computes the one right root of a chunk, or reverts
/// because the witness is not that of the chunk; only a claim that differs from the right root convicts. What all kinds share is
/// done here, and all of kinds 0–2; the others' own rules are in the modules.
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
    bytes32 private constant TRANSFER_TYPE =
        keccak256("Transfer(uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee)");
    bytes32 private constant WITHDRAW_TYPE =
        keccak256("Withdraw(uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee)");
    bytes32 private constant CHANNEL_OPEN_TYPE = keccak256(
        "ChannelOpen(uint32 account,uint64 nonce,address payee,uint8 token,uint128 deposit,uint8 meter,bytes32 meterKey,uint128 meterRate,uint32 closeDelay,uint128 maxFee)"
    );
    bytes32 private constant CHANNEL_CLOSE_TYPE =
        keccak256("ChannelClose(uint32 account,uint64 nonce,bytes32 channel,uint128 maxFee)");
    bytes32 private constant PROVIDER_REGISTER_TYPE = keccak256(
        "ProviderRegister(uint32 account,uint64 nonce,address payout,uint16 class,uint64 capabilities,uint64 cell,uint8 token,uint128 price,bytes32 deviceKeyHash,uint128 maxFee)"
    );
    bytes32 private constant PROVIDER_UPDATE_TYPE = keccak256(
        "ProviderUpdate(uint32 account,uint64 nonce,bytes32 provider,address payout,uint64 cell,uint128 price,bytes32 endpointHash,uint8 retire,uint128 maxFee)"
    );
    bytes32 private constant JOB_OPEN_TYPE = keccak256(
        "JobOpen(uint32 account,uint64 nonce,bytes32[] providers,uint8 quorum,uint8 token,uint128 escrow,uint8 mode,bytes32 specHash,bytes32 expected,uint64 deadline,uint32 window,uint16 refusalBps,uint128 maxFee)"
    );
    bytes32 private constant JOB_RESULT_TYPE =
        keccak256("JobResult(uint32 account,uint64 nonce,bytes32 job,uint8 member,bytes32 resultHash,uint128 maxFee)");
    bytes32 private constant JOB_REVEAL_TYPE = keccak256(
        "JobReveal(uint32 account,uint64 nonce,bytes32 job,uint8 member,bytes32 resultHash,bytes32 salt,uint128 maxFee)"
    );
    bytes32 private constant JOB_SETTLE_TYPE =
        keccak256("JobSettle(uint32 account,uint64 nonce,bytes32 job,uint8 verdict,uint16 reason)");

    // Where what is named stands in the fields of a request (`Step`).
    uint256 private constant FIELD_ACCOUNT = 0;
    uint256 private constant FIELD_NONCE = 1;
    /// @dev Of signed kinds: what they name, an address, an id or the hash of ids.
    uint256 private constant FIELD_NAMED = 2;
    uint256 private constant FIELD_PAYOUT = 3; // of ProviderUpdate
    uint256 private constant FIELD_TOKEN = 3; // of Transfer and Withdraw
    /// @dev Of Transfer and Withdraw; the deposit of ChannelOpen.
    uint256 private constant FIELD_AMOUNT = 4;
    uint256 private constant FIELD_MAX_FEE = 5; // of Transfer and Withdraw
    uint256 private constant FIELD_METER_KEY = 6;
    uint256 private constant FIELD_ESCROW = 5;
    uint256 private constant FIELD_MODE = 6;
    uint256 private constant FIELD_MEMBER = 3;

    // Offsets in preimages (docs/protocol.md §3); an id comes first.
    /// @dev Payer of a channel, account of a provider, buyer of a job.
    uint256 private constant LEAF_FIRST_ACCOUNT = 32;
    /// @dev Payee of a channel, payout account of a provider.
    uint256 private constant LEAF_SECOND_ACCOUNT = 36;
    uint256 private constant PROVIDER_TOKEN = 58;
    /// @dev Of channels and jobs.
    uint256 private constant LEAF_TOKEN = 40;
    uint256 private constant JOB_PROVIDER = 36;
    uint256 private constant JOB_MODE = 41;
    uint256 private constant QUORUM_N = 4;
    uint256 private constant QUORUM_MEMBERS = 6;
    uint256 private constant MEMBER_LENGTH = 41;

    /// @dev Most leaves of a step but for heartbeat records: JobOpen in mode 2.
    uint256 private constant STEP_LEAVES_MAX = 7;
    uint256 private constant VERDICT_REFUSE = 1;
    uint256 private constant VERDICT_TIME_OUT = 3;

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
        uint256 channels;
        uint256 providers;
        uint256 jobs;
        uint256 quorums;
        // fees
        uint256 feeRecipient;
        uint256[4] fees;
        // seeds: memory address of the 108 bytes
        uint256 seeds;
        // proofs that are left, and the calldata address of the next one's length
        uint256 proofs;
        uint256 nextProof;
    }

    /// @dev What a request makes of the state: the module's argument and what is done here.
    struct Call {
        Step step;
        uint256 leaves; // of the step, so far
        uint256[] keys; // of its leaves
        uint256 signerIndex;
        uint256 signer; // entry of the account; 0 if nobody signs with a wallet
        bool opens; // an account for `recipient`
        uint256 token;
        uint256 amount;
        uint256 price;
    }

    /// @inheritdoc IChunkProver
    bytes32 public immutable genesisHash;
    /// @notice Whose batches are proven.
    IRollup public immutable rollup;
    /// @notice Whose messages the chunks consume.
    IInbox public immutable inbox;
    /// @notice EIP-712 domain separator (docs/protocol.md §1).
    bytes32 public immutable domainSeparator;

    /// @notice Kinds 3, 4, 5.
    IKindModule public immutable channelKinds;
    /// @notice Kinds 7, 10, 11, 12.
    IKindModule public immutable jobKinds;
    /// @notice Kinds 6, 9.
    IKindModule public immutable deviceKinds;

    uint256 private immutable committeeSizeLog2;
    uint256 private immutable feeUnit0;
    uint256 private immutable feeUnit1;
    uint256 private immutable feeUnit2;
    uint256 private immutable feeUnit3;
    /// @dev Bit t is set if token t is listed.
    uint256 private immutable listedTokens;

    constructor(
        Genesis memory genesis,
        IRollup rollup_,
        IInbox inbox_,
        IKindModule channelKinds_,
        IKindModule jobKinds_,
        IKindModule deviceKinds_
    ) {
        genesisHash = GenesisHash.hash(genesis);
        if (
            rollup_.genesisHash() != genesisHash || address(rollup_.inbox()) != address(inbox_)
                || !rollup_.isProver(address(this))
        ) revert WrongDeployment();
        rollup = rollup_;
        inbox = inbox_;
        domainSeparator = Domain.separator(address(rollup_));
        channelKinds = _ofThisDeployment(channelKinds_);
        jobKinds = _ofThisDeployment(jobKinds_);
        deviceKinds = _ofThisDeployment(deviceKinds_);
        committeeSizeLog2 = genesis.committeeSizeLog2;
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

    function _ofThisDeployment(IKindModule module) private view returns (IKindModule) {
        if (module.genesisHash() != genesisHash || module.domainSeparator() != domainSeparator) {
            revert WrongDeployment();
        }
        return module;
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
            Request memory r = RequestCodec.empty();
            (bool noOperation, uint256 witnessWeight, uint256 gasWeight, uint256 messages) = _weigh(payload, r);
            if (noOperation) return preRoot;

            Execution memory x;
            uint256 siblings;
            (x.table, x.leafCount, siblings) = Witness.readLeaves(witness, 1 << committeeSizeLog2);
            uint256 end;
            assembly ("memory-safe") {
                end := add(witness.offset, witness.length)
            }
            (x.messages, siblings) = Witness.readMessages(siblings, end);
            (x.proofs, x.nextProof, siblings) = Witness.readProofs(siblings, end);
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
                    _runBlocks(x, payload, r);
                    if (x.proofs != 0) revert WrongProofCount();
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
    function _weigh(bytes calldata payload, Request memory r)
        private
        view
        returns (bool noOperation, uint256 witnessWeight, uint256 gasWeight, uint256 messages)
    {
        unchecked {
            if (payload.length == 0 || payload.length > PAYLOAD_MAX) return (true, 0, 0, 0);
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
                    if (cursor >= end) return (true, 0, 0, 0);
                    uint256 next = RequestCodec.readPosted(r, cursor, end, 1 << committeeSizeLog2);
                    if (next == 0) return (true, 0, 0, 0);
                    witnessWeight += next - cursor + r.witnessWeight;
                    gasWeight += r.gasWeight;
                    if (r.kind == RequestCodec.RUN) messages += r.listLength;
                    cursor = next;
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

    function _runBlocks(Execution memory x, bytes calldata payload, Request memory r) private view {
        unchecked {
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
                    uint256 next = RequestCodec.readPosted(r, cursor, end, 1 << committeeSizeLog2);
                    leaves[i] = _hashCalldata(cursor, next - cursor);
                    cursor = next;
                    if (r.kind == RequestCodec.RUN) _runMessages(x, r, r.list, r.listLength);
                    else _transact(x, r);
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

    function _runMessages(Execution memory x, Request memory r, uint256 hints, uint256 count) private view {
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
                if (kind == MESSAGE_DEPOSIT) {
                    _deposit(x, message, hint);
                } else if (kind == MESSAGE_FORCED && RequestCodec.readWire(r, message, length)) {
                    r.subject = hint;
                    _transact(x, r);
                } else if (kind == MESSAGE_SEED) {
                    _shiftSeeds(x, message);
                }
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

    /// @dev Drops the oldest seed; payload and entry have one form: period u32 | seed x32.
    function _shiftSeeds(Execution memory x, uint256 payload) private pure {
        uint256 seeds = x.seeds;
        assembly ("memory-safe") {
            mcopy(seeds, add(seeds, 36), 72)
            calldatacopy(add(seeds, 72), payload, 36)
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

    function _transact(Execution memory x, Request memory r) private view {
        if (r.kind <= RequestCodec.WITHDRAW) _pay(x, r);
        else _request(x, r);
    }

    /// @dev Transfer and Withdraw (docs/protocol.md §6). Returning without an effect is a refusal; the order of the checks
    /// matters only to the refusal's number, which is no part of the state.
    function _pay(Execution memory x, Request memory r) private view {
        unchecked {
            if (r.account >= x.accounts) return;
            bool transfer = r.kind == RequestCodec.TRANSFER;
            uint256[] memory f = r.fields;
            uint256 sender = _account(x, r.account);
            uint256 identity = _load(sender + 0x80);
            uint256 nonce = uint64(identity >> 32);
            if (r.forced && f[FIELD_NONCE] != nonce) return;

            uint256 recipient; // its entry; 0: an account is opened (or none is needed)
            uint256 to = r.recipient;
            if (!r.named) {
                if (transfer) {
                    if (to >= x.accounts) return;
                    recipient = _account(x, to);
                    to = _load(recipient + 0x80) >> 96;
                } else {
                    to = identity >> 96;
                }
            }
            uint256 token = r.token;
            uint256 price = transfer ? _feeUnit(token) : 2 * _feeUnit(token);
            uint256 amount = f[FIELD_AMOUNT];
            f[FIELD_ACCOUNT] = r.account;
            f[FIELD_NONCE] = nonce;
            f[FIELD_NAMED] = to;
            f[FIELD_TOKEN] = token;
            if (r.priced) f[FIELD_MAX_FEE] = price;
            else if (price > f[FIELD_MAX_FEE]) return;
            bytes32 digest = _digest(transfer ? TRANSFER_TYPE : WITHDRAW_TYPE, r);
            if (!WalletSignature.isBy(identity >> 96, digest, r.signature)) return;
            if (listedTokens >> token & 1 == 0) return;
            if (!transfer && amount == 0) return;
            bool sweeps = r.account == x.feeRecipient;
            if (amount + price > _balance(sender, token) + (sweeps ? x.fees[token] : 0)) return;
            if (transfer) {
                if (r.forced) recipient = _ownedBy(x, r.subject, to);
                if (recipient == 0 && x.accounts == LEAVES_MAX) return;
            } else if (x.withdrawals == LEAVES_MAX) {
                return;
            }

            if (sweeps) _sweepFees(x, sender);
            _countNonce(sender, identity);
            _credit(sender, token, 0 - amount - price);
            x.fees[token] += price;
            if (transfer) _credit(recipient == 0 ? _open(x, to) : recipient, token, amount);
            else _appendWithdrawal(x, to, token, amount);
        }
    }

    function _countNonce(uint256 account, uint256 identity) private pure {
        unchecked {
            uint256 nonce = uint64((identity >> 32) + 1);
            _save(account + 0x80, identity & ~(uint256(type(uint64).max) << 32) | nonce << 32);
        }
    }

    /// @dev What the owner signs: the type and the request's fields.
    function _digest(bytes32 typeHash, Request memory r) private view returns (bytes32) {
        uint256[] memory f = r.fields;
        bytes32 structHash;
        assembly ("memory-safe") {
            // The type's hash in the place of the length for a moment.
            let length := mload(f)
            mstore(f, typeHash)
            structHash := keccak256(f, shl(5, add(length, 1)))
            mstore(f, length)
        }
        return Domain.digest(domainSeparator, structHash);
    }

    /// @dev A transaction of kinds 3–7, 9–12: what it names is gathered, what all kinds share is checked here, the rest by the module. A
    /// module's revert reverts the proof. What is allocated on the way is given back.
    function _request(Execution memory x, Request memory r) private view {
        uint256 mark = _load(0x40);
        bytes calldata proof = _takeProof(x, r.kind);
        Call memory c;
        if (_gather(x, r, c) && (!_isSigned(r) || _isAuthorized(x, r, c))) {
            _ask(x, r, c, proof);
        }
        _save(0x40, mark);
    }

    /// @dev The module's part, and what follows from it.
    function _ask(Execution memory x, Request memory r, Call memory c, bytes calldata proof) private view {
        Step memory s = c.step;
        s.kind = r.kind;
        s.variant = r.variant;
        s.clock = x.clock;
        s.fields = r.fields;
        uint256 leaves = c.leaves;
        uint256[] memory indices = s.indices;
        bytes[] memory preimages = s.leaves;
        assembly ("memory-safe") {
            mstore(indices, leaves)
            mstore(preimages, leaves)
        }
        bytes calldata data;
        uint256 dataAt = r.data;
        uint256 dataLength = r.dataLength;
        assembly ("memory-safe") {
            data.offset := dataAt
            data.length := dataLength
        }
        Effects memory e = _moduleOf(r.kind).run(s, data, proof);
        if (e.refusal != 0) return;
        _charge(x, r, c);
        unchecked {
            x.fees[e.token] += e.fee;
            for (uint256 i; i < e.credits.length; ++i) {
                Credit memory credit = e.credits[i];
                _credit(_account(x, credit.account), e.token, credit.amount);
            }
            for (uint256 i; i < e.leaves.length; ++i) {
                if (e.leaves[i].length != 0) _write(x, c, i, e.leaves[i]);
            }
        }
    }

    /// @dev The next proof, for kinds that have one.
    function _takeProof(Execution memory x, uint256 kind) private pure returns (bytes calldata proof) {
        unchecked {
            proof = msg.data[0:0];
            if (kind == RequestCodec.PROVIDER_REGISTER || kind == RequestCodec.HEARTBEAT_RECORD) {
                if (x.proofs == 0) revert WrongProofCount();
                --x.proofs;
                proof = Witness.proofAt(x.nextProof);
                x.nextProof += Witness.PROOF_HEAD + proof.length;
            }
        }
    }

    function _moduleOf(uint256 kind) private view returns (IKindModule) {
        if (kind <= RequestCodec.CHANNEL_CLOSE) return channelKinds;
        if (kind == RequestCodec.PROVIDER_REGISTER || kind == RequestCodec.HEARTBEAT_RECORD) return deviceKinds;
        return jobKinds;
    }

    /// @dev Whether a wallet signs it.
    function _isSigned(Request memory r) private pure returns (bool) {
        uint256 kind = r.kind;
        if (kind == RequestCodec.CHANNEL_CLOSE) return r.variant == 0;
        if (kind == RequestCodec.JOB_SETTLE) return r.variant <= VERDICT_REFUSE;
        return kind != RequestCodec.CHANNEL_CLAIM && kind != RequestCodec.HEARTBEAT_RECORD;
    }

    /// @dev Collects the leaves that the request names, in the order of `Step`, and completes its fields by addresses and ids.
    /// @return exists whether all that it names exists, what it appends finds room, and the account that a forced one names has a part in it
    function _gather(Execution memory x, Request memory r, Call memory c) private view returns (bool exists) {
        unchecked {
            uint256 kind = r.kind;
            uint256[] memory f = r.fields;
            c.signerIndex = r.account;
            c.token = r.token;
            uint256 most = STEP_LEAVES_MAX;
            uint256 cursor;
            if (kind == RequestCodec.HEARTBEAT_RECORD) {
                (most, cursor) = RequestCodec.attendances(r.data);
                most = 2 * most + 1;
            }
            c.step.indices = new uint256[](most);
            c.step.leaves = new bytes[](most);
            c.keys = new uint256[](most);
            if (kind == RequestCodec.HEARTBEAT_RECORD) return _gatherRecord(x, r, c, cursor);
            if (kind == RequestCodec.CHANNEL_OPEN) {
                c.amount = f[FIELD_AMOUNT];
                if (r.account >= x.accounts || !_recipient(x, r, c)) return false;
                return _reserve(c, LeafType.CHANNEL, x.channels);
            }
            if (kind == RequestCodec.PROVIDER_REGISTER) {
                if (r.account >= x.accounts || !_recipient(x, r, c)) return false;
                return _reserve(c, LeafType.PROVIDER, x.providers) && _slot(x, c);
            }
            if (kind == RequestCodec.JOB_OPEN) {
                if (r.account >= x.accounts) return false;
                c.amount = f[FIELD_ESCROW];
                return _gatherJob(x, r, c);
            }
            if (kind == RequestCodec.CHANNEL_CLAIM || kind == RequestCodec.CHANNEL_CLOSE) {
                (bool known, bytes memory channel) = _subject(x, r, c, LeafType.CHANNEL, x.channels);
                if (!known) return false;
                if (!_isSigned(r)) return true;
                uint256 payer = _field(channel, LEAF_FIRST_ACCOUNT, 4);
                if (r.forced) r.byPayee = f[FIELD_ACCOUNT] != payer;
                c.signerIndex = r.byPayee ? _field(channel, LEAF_SECOND_ACCOUNT, 4) : payer;
                c.token = _field(channel, LEAF_TOKEN, 1);
            } else if (kind == RequestCodec.PROVIDER_UPDATE) {
                (bool known, bytes memory provider) = _subject(x, r, c, LeafType.PROVIDER, x.providers);
                if (!known) return false;
                c.signerIndex = _field(provider, LEAF_FIRST_ACCOUNT, 4);
                c.token = _field(provider, PROVIDER_TOKEN, 1);
                // A forced one's payout account is the one that it has, if that is the address's.
                r.subject = _field(provider, LEAF_SECOND_ACCOUNT, 4);
                if (!_recipient(x, r, c)) return false;
            } else {
                (bool known, bytes memory job) = _subject(x, r, c, LeafType.JOB, x.jobs);
                if (!known) return false;
                c.token = _field(job, LEAF_TOKEN, 1);
                if (kind == RequestCodec.JOB_RESULT) {
                    if (!_gatherMember(x, c, job, f[FIELD_MEMBER])) return false;
                } else {
                    c.signerIndex = _field(job, LEAF_FIRST_ACCOUNT, 4);
                    uint256 provider = _field(job, JOB_PROVIDER, 4);
                    if (_field(job, JOB_MODE, 1) != RequestCodec.MODE_QUORUM) {
                        if (r.variant != VERDICT_TIME_OUT) _attach(x, c, LeafType.PROVIDER, provider);
                    } else if (r.variant == VERDICT_TIME_OUT) {
                        _attach(x, c, LeafType.QUORUM, provider);
                    }
                    if (!_isSigned(r)) return true;
                }
            }
            return !r.forced || f[FIELD_ACCOUNT] == c.signerIndex;
        }
    }

    /// @dev JobOpen: job, quorum, providers.
    function _gatherJob(Execution memory x, Request memory r, Call memory c) private pure returns (bool) {
        unchecked {
            if (!_reserve(c, LeafType.JOB, x.jobs)) return false;
            uint256[] memory f = r.fields;
            if (f[FIELD_MODE] == RequestCodec.MODE_QUORUM && !_reserve(c, LeafType.QUORUM, x.quorums)) return false;
            uint256 count = r.forced ? 1 : r.listLength;
            uint256 cursor = r.list;
            uint256[] memory ids = new uint256[](count);
            for (uint256 i; i < count; ++i) {
                uint256 provider = r.subject;
                if (!r.forced) (provider, cursor) = PostedCodec.varint(cursor);
                if (provider >= x.providers) return false;
                ids[i] = _field(_attach(x, c, LeafType.PROVIDER, provider), 0, 32);
            }
            if (r.forced && ids[0] != f[FIELD_NAMED]) return false;
            f[FIELD_NAMED] = uint256(keccak256(abi.encodePacked(ids)));
            return true;
        }
    }

    /// @dev JobResult: the provider that gives it, and the quorum that it is of.
    function _gatherMember(Execution memory x, Call memory c, bytes memory job, uint256 member)
        private
        pure
        returns (bool)
    {
        unchecked {
            uint256 provider = _field(job, JOB_PROVIDER, 4);
            if (_field(job, JOB_MODE, 1) != RequestCodec.MODE_QUORUM) {
                if (member != 0) return false;
                c.signerIndex = _field(_attach(x, c, LeafType.PROVIDER, provider), LEAF_FIRST_ACCOUNT, 4);
                return true;
            }
            uint256 key = Multiproof.key(LeafType.QUORUM, provider);
            bytes memory quorum = _preimage(_existing(x, key));
            if (member >= _field(quorum, QUORUM_N, 1)) return false;
            uint256 named = _field(quorum, QUORUM_MEMBERS + member * MEMBER_LENGTH, 4);
            c.signerIndex = _field(_attach(x, c, LeafType.PROVIDER, named), LEAF_FIRST_ACCOUNT, 4);
            _attach(x, c, LeafType.QUORUM, provider);
            return true;
        }
    }

    /// @dev Heartbeat record: seeds, then committee and counters of each committee.
    function _gatherRecord(Execution memory x, Request memory r, Call memory c, uint256 cursor)
        private
        view
        returns (bool)
    {
        unchecked {
            uint256 log2 = committeeSizeLog2;
            uint256 end = r.data + r.dataLength;
            uint256 last = c.keys.length;
            _attach(x, c, LeafType.META, Witness.SEEDS);
            while (c.leaves < last) {
                uint256 committee;
                (committee,, cursor) = RequestCodec.readAttendance(cursor, end, 1 << log2);
                if (committee << log2 >= x.providers) return false;
                _attach(x, c, LeafType.COMMITTEE, committee);
                _attach(x, c, LeafType.COUNTERS, committee);
            }
            return true;
        }
    }

    /// @dev Committee and counters of the next provider.
    function _slot(Execution memory x, Call memory c) private view returns (bool) {
        unchecked {
            uint256 committee = x.providers >> committeeSizeLog2;
            if (committee << committeeSizeLog2 == x.providers) {
                return _reserve(c, LeafType.COMMITTEE, committee) && _reserve(c, LeafType.COUNTERS, committee);
            }
            _attach(x, c, LeafType.COMMITTEE, committee);
            _attach(x, c, LeafType.COUNTERS, committee);
            return true;
        }
    }

    /// @dev The account of payee or payout: of an index, of the hint (`subject`) of a forced one, or a new one.
    function _recipient(Execution memory x, Request memory r, Call memory c) private pure returns (bool) {
        if (!r.named) {
            if (r.recipient >= x.accounts) return false;
            uint256 place = r.kind == RequestCodec.PROVIDER_UPDATE ? FIELD_PAYOUT : FIELD_NAMED;
            r.fields[place] = _load(_account(x, r.recipient) + 0x80) >> 96;
            c.step.recipient = r.recipient;
            return true;
        }
        if (r.forced && _ownedBy(x, r.subject, r.recipient) != 0) {
            c.step.recipient = r.subject;
            return true;
        }
        c.opens = true;
        c.step.recipient = x.accounts;
        return x.accounts != LEAVES_MAX;
    }

    /// @dev The channel, provider or job that is named by its index, or by its id and a hint.
    function _subject(Execution memory x, Request memory r, Call memory c, uint8 leafType, uint256 count)
        private
        pure
        returns (bool known, bytes memory leaf)
    {
        if (r.subject >= count) return (false, leaf);
        leaf = _attach(x, c, leafType, r.subject);
        uint256 id = _field(leaf, 0, 32);
        uint256 place = _isSigned(r) ? FIELD_NAMED : 0;
        if (r.forced) return (r.fields[place] == id, leaf);
        r.fields[place] = id;
        return (true, leaf);
    }

    /// @dev Steps 2 to 5 and 7 of docs/protocol.md §6.1.
    function _isAuthorized(Execution memory x, Request memory r, Call memory c) private view returns (bool) {
        unchecked {
            uint256[] memory f = r.fields;
            uint256 kind = r.kind;
            uint256 signer = _account(x, c.signerIndex);
            uint256 identity = _load(signer + 0x80);
            uint256 owner = identity >> 96;
            uint256 nonce = uint64(identity >> 32);
            c.signer = signer;
            c.step.owner = address(uint160(owner));
            if (r.forced && f[FIELD_NONCE] != nonce) return false;
            f[FIELD_ACCOUNT] = c.signerIndex;
            f[FIELD_NONCE] = nonce;
            if (kind == RequestCodec.CHANNEL_OPEN && r.keyIsOwner) f[FIELD_METER_KEY] = owner;
            if (kind != RequestCodec.JOB_SETTLE) {
                uint256 price = _feeUnit(c.token) * _multiplier(kind);
                uint256 last = f.length - 1;
                if (r.priced) f[last] = price;
                if (price > f[last] || listedTokens >> c.token & 1 == 0) return false;
                uint256 collected = c.signerIndex == x.feeRecipient ? x.fees[c.token] : 0;
                if (c.amount + price > _balance(signer, c.token) + collected) return false;
                c.price = price;
            }
            bytes32 digest = _digest(_typeHash(r), r);
            c.step.id = keccak256(abi.encode(owner, digest));
            return WalletSignature.isBy(owner, digest, r.signature);
        }
    }

    function _multiplier(uint256 kind) private pure returns (uint256) {
        if (kind == RequestCodec.CHANNEL_OPEN || kind == RequestCodec.JOB_OPEN) return 2;
        return kind == RequestCodec.PROVIDER_REGISTER ? 8 : 1;
    }

    function _typeHash(Request memory r) private pure returns (bytes32) {
        uint256 kind = r.kind;
        if (kind == RequestCodec.CHANNEL_OPEN) return CHANNEL_OPEN_TYPE;
        if (kind == RequestCodec.CHANNEL_CLOSE) return CHANNEL_CLOSE_TYPE;
        if (kind == RequestCodec.PROVIDER_REGISTER) return PROVIDER_REGISTER_TYPE;
        if (kind == RequestCodec.PROVIDER_UPDATE) return PROVIDER_UPDATE_TYPE;
        if (kind == RequestCodec.JOB_OPEN) return JOB_OPEN_TYPE;
        if (kind == RequestCodec.JOB_SETTLE) return JOB_SETTLE_TYPE;
        return r.variant == 0 ? JOB_RESULT_TYPE : JOB_REVEAL_TYPE;
    }

    /// @dev The transaction applies: what it costs its signer, and a new account.
    function _charge(Execution memory x, Request memory r, Call memory c) private pure {
        unchecked {
            uint256 signer = c.signer;
            if (signer != 0) {
                if (r.kind != RequestCodec.JOB_SETTLE) {
                    if (c.signerIndex == x.feeRecipient) _sweepFees(x, signer);
                    x.fees[c.token] += c.price;
                }
                _credit(signer, c.token, 0 - c.amount - c.price);
                _countNonce(signer, _load(signer + 0x80));
            }
            if (c.opens) _open(x, r.recipient);
        }
    }

    /// @dev Changes or appends a leaf of the step.
    function _write(Execution memory x, Call memory c, uint256 i, bytes memory leaf) private pure {
        unchecked {
            uint256 key = c.keys[i];
            uint256 entry = Witness.find(x.table, x.leafCount, key);
            if (c.step.leaves[i].length == 0) {
                if (_load(entry + 0x60) != 0) revert WitnessLeafMissing(key);
                uint256 leafType = key >> 32;
                if (leafType == LeafType.CHANNEL) ++x.channels;
                else if (leafType == LeafType.PROVIDER) ++x.providers;
                else if (leafType == LeafType.JOB) ++x.jobs;
                else if (leafType == LeafType.QUORUM) ++x.quorums;
            }
            bytes memory room = _preimage(entry);
            if (room.length != leaf.length) revert WitnessLeafInvalid(key);
            assembly ("memory-safe") {
                mcopy(add(room, 0x20), add(leaf, 0x20), mload(leaf))
            }
            _save(entry + 0x60, Witness.CHANGED);
        }
    }

    /// @dev Adds a leaf that exists to the step.
    function _attach(Execution memory x, Call memory c, uint8 leafType, uint256 index)
        private
        pure
        returns (bytes memory leaf)
    {
        uint256 key = Multiproof.key(leafType, index);
        leaf = _preimage(_existing(x, key));
        uint256 i = c.leaves++;
        c.keys[i] = key;
        c.step.indices[i] = index;
        c.step.leaves[i] = leaf;
    }

    /// @dev Adds a leaf that the transaction may append.
    /// @return room whether it may
    function _reserve(Call memory c, uint8 leafType, uint256 index) private pure returns (bool room) {
        uint256 i = c.leaves++;
        c.keys[i] = Multiproof.key(leafType, index);
        c.step.indices[i] = index;
        return index != LEAVES_MAX;
    }

    /// @dev Entry of a leaf that exists.
    function _existing(Execution memory x, uint256 key) private pure returns (uint256 entry) {
        entry = Witness.find(x.table, x.leafCount, key);
        if (_load(entry + 0x60) == 0) revert WitnessLeafMissing(key);
    }

    /// @dev Of an entry that is no account's.
    function _preimage(uint256 entry) private pure returns (bytes memory leaf) {
        assembly ("memory-safe") {
            leaf := mload(add(entry, 0x80))
        }
    }

    /// @dev Big-endian number of 1…32 bytes in a preimage.
    function _field(bytes memory leaf, uint256 offset, uint256 bytesCount) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(sub(256, shl(3, bytesCount)), mload(add(add(leaf, 0x20), offset)))
        }
    }

    /// @dev Entry of an account that exists.
    function _account(Execution memory x, uint256 index) private pure returns (uint256 entry) {
        return _existing(x, Multiproof.key(LeafType.ACCOUNT, index));
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
            uint256 meta = _load(x.table + 0x80) + 32;
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
            x.channels = uint32(counts >> 160);
            x.providers = uint32(counts >> 128);
            x.jobs = uint32(counts >> 96);
            x.quorums = uint32(counts >> 64);
        }
    }

    function _loadFeesAndSeeds(Execution memory x) private pure {
        unchecked {
            // Keys ascend, so the third is that of the seeds only if all three are there.
            if (x.leafCount < 3 || _load(x.table + 2 * Witness.STRIDE) != Witness.SEEDS) {
                revert WitnessLeafMissing(Witness.SEEDS);
            }
            uint256 fees = _load(x.table + Witness.STRIDE + 0x80) + 32;
            x.feeRecipient = _load(fees) >> 224;
            for (uint256 token; token < 4; ++token) {
                x.fees[token] = _load(fees + 4 + 16 * token) >> 128;
            }
            x.seeds = _load(x.table + 2 * Witness.STRIDE + 0x80) + 32;
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
                uint32(x.channels),
                uint32(x.providers),
                uint32(x.jobs),
                uint32(x.quorums)
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
