// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {ReferenceTree} from "./ReferenceTree.sol";

/// @notice A second, naive reading of docs/protocol.md §5, §6, §8, §9 for kinds 0–2, and the maker of witnesses (§10). It shares
/// no code with the prover: it decodes byte by byte into structs, keeps the state in storage and hashes the whole tree.
contract ReferenceState {
    error Malformed();
    error Foreign();

    struct Account {
        address owner;
        uint64 nonce;
        uint128[4] balance;
    }

    struct Message {
        uint8 kind;
        bytes payload;
        uint64 time;
        uint64 witnessWeight;
        uint64 gasWeight;
        bytes32 accumulator; // after it
    }

    struct Operation {
        uint256 kind;
        uint32 account;
        bool named;
        uint32 index;
        address recipient;
        uint8 token;
        uint128 amount;
        bool priced;
        uint128 maxFee;
        bytes32 r;
        bytes32 vs;
        uint32[] hints;
        bytes posted;
    }

    struct Block {
        uint32 clockDelta;
        Operation[] operations;
    }

    enum Outcome {
        Applied,
        Malformed,
        OverWeight,
        OverRun
    }

    bytes32 public immutable domain;
    uint256[4] public feeUnits;
    bool[4] public listed;
    Message[] public messages;

    uint64 public inboxPosition;
    uint64 public inboxWitnessWeight;
    uint64 public inboxGasWeight;
    uint64 public clock;
    uint64 public blockNumber;
    bytes32 public inboxAccumulator;
    bytes32 public blockAccumulator;
    uint32 public accountCount;
    uint32 public feeRecipient;
    uint128[4] public fees;
    bytes public seeds = new bytes(108);
    bytes[] public withdrawals;

    /// @notice Indices whose leaves are known, ascending; all unless the tree is a filled one.
    uint32[] public known;
    /// @notice How many accounts and withdrawals a filled tree had from the beginning.
    uint256 public filled;
    mapping(uint32 index => Account) internal accounts;
    mapping(uint256 key => bool) private touched;

    constructor(bytes32 domain_, uint256[4] memory feeUnits_, bool[4] memory listed_, uint64 time, address owner) {
        domain = domain_;
        feeUnits = feeUnits_;
        listed = listed_;
        clock = time;
        _open(owner);
    }

    /// @notice Gives somebody an account with a balance, out of nothing, for tests that do not go through the Inbox.
    function seedAccount(address owner, uint8 token, uint128 balance) external returns (uint32 index) {
        index = _open(owner);
        accounts[index].balance[token] = balance;
    }

    function setBalance(uint32 index, uint8 token, uint128 balance) external {
        accounts[index].balance[token] = balance;
    }

    function setFees(uint8 token, uint128 amount) external {
        fees[token] = amount;
    }

    function setAccountCount(uint32 count) external {
        accountCount = count;
    }

    function account(uint32 index) external view returns (Account memory) {
        return accounts[index];
    }

    function messageCount() external view returns (uint256) {
        return messages.length;
    }

    function withdrawalCount() external view returns (uint256) {
        return withdrawals.length;
    }

    /// @notice Records a message as the Inbox must have queued it (§7).
    function queue(uint8 kind, bytes memory payload, uint64 time) external returns (bytes32 accumulator) {
        Message memory m;
        if (messages.length != 0) m = messages[messages.length - 1];
        bytes32 beforeIt = m.accumulator;
        m.kind = kind;
        m.payload = payload;
        m.time = time;
        m.witnessWeight += kind == 1 ? 2_020 : kind == 2 ? 28_000 : 200;
        m.gasWeight += kind == 1 ? 40_000 : kind == 2 ? 2_500_000 : 10_000;
        m.accumulator = keccak256(
            abi.encodePacked(beforeIt, keccak256(abi.encodePacked(kind, payload)), time, m.witnessWeight, m.gasWeight)
        );
        messages.push(m);
        return m.accumulator;
    }

    // --- execution

    /// @notice Executes a chunk and makes the witness for it.
    function run(bytes memory payload, uint64 inboxPositionEnd)
        external
        returns (Outcome outcome, bytes32 preRoot, bytes32 postRoot, bytes memory witness)
    {
        ReferenceTree.Leaf[] memory leavesBefore = _leaves();
        preRoot = ReferenceTree.root(leavesBefore, filled, false);
        uint64 from = inboxPosition;
        uint64 consumed;
        (outcome, consumed) = _execute(payload, inboxPositionEnd);
        if (outcome == Outcome.Malformed) return (outcome, preRoot, preRoot, hex"000000000000");
        if (outcome != Outcome.Applied) {
            for (uint256 i; i < leavesBefore.length; ++i) {
                leavesBefore[i].selected = i == 0;
                leavesBefore[i].afterwards = leavesBefore[i].before;
            }
            witness = _witness(leavesBefore, from, outcome == Outcome.OverRun ? 0 : consumed);
            return (outcome, preRoot, outcome == Outcome.OverRun ? bytes32(0) : preRoot, witness);
        }
        ReferenceTree.Leaf[] memory leaves = _leaves();
        uint256 j;
        for (uint256 i; i < leaves.length; ++i) {
            leaves[i].afterwards = leaves[i].before;
            leaves[i].selected = leaves[i].key < 3 || touched[leaves[i].key];
            touched[leaves[i].key] = false;
            if (j < leavesBefore.length && leavesBefore[j].key == leaves[i].key) {
                leaves[i].before = leavesBefore[j].before;
                leaves[i].preimage = leavesBefore[j].preimage;
                ++j;
            } else {
                leaves[i].before = 0;
                leaves[i].preimage = "";
                leaves[i].selected = true;
            }
        }
        postRoot = ReferenceTree.root(leaves, filled, true);
        witness = _witness(leaves, from, consumed);
    }

    function root() external view returns (bytes32) {
        return ReferenceTree.root(_leaves(), filled, false);
    }

    /// @notice Multiproof of leaves of the present state, by their keys.
    function prove(uint256[] memory keys) external view returns (uint40[] memory masks, bytes32[] memory siblings) {
        ReferenceTree.Leaf[] memory leaves = _leaves();
        masks = new uint40[](keys.length);
        for (uint256 i; i < leaves.length; ++i) {
            for (uint256 k; k < keys.length; ++k) {
                if (leaves[i].key == keys[k]) leaves[i].selected = true;
            }
        }
        ReferenceTree.Proof memory proof = ReferenceTree.prove(leaves, filled);
        for (uint256 i; i < leaves.length; ++i) {
            for (uint256 k; k < keys.length; ++k) {
                if (leaves[i].key == keys[k]) masks[k] = proof.masks[i];
            }
        }
        siblings = new bytes32[](proof.siblingCount);
        for (uint256 i; i < siblings.length; ++i) {
            siblings[i] = proof.siblings[i];
        }
    }

    function metaLeaf() public view returns (bytes memory) {
        return abi.encodePacked(
            inboxPosition,
            inboxWitnessWeight,
            inboxGasWeight,
            clock,
            blockNumber,
            inboxAccumulator,
            blockAccumulator,
            accountCount,
            uint32(filled + withdrawals.length),
            uint128(0)
        );
    }

    function _execute(bytes memory payload, uint64 inboxPositionEnd) private returns (Outcome, uint64 consumed) {
        if (payload.length == 0 || payload.length > 3_934) return (Outcome.Malformed, 0);
        Block[] memory blocks;
        try this.decode(payload) returns (Block[] memory decoded) {
            blocks = decoded;
        } catch (bytes memory reason) {
            if (bytes4(reason) == Malformed.selector) return (Outcome.Malformed, 0);
            revert Foreign();
        }
        uint256 witnessBytes = 6_000;
        uint256 gasUnits = 400_000;
        for (uint256 b; b < blocks.length; ++b) {
            gasUnits += 2_000;
            for (uint256 i; i < blocks[b].operations.length; ++i) {
                Operation memory o = blocks[b].operations[i];
                witnessBytes += o.posted.length + (o.kind == 1 ? 1_940 : o.kind == 2 ? 1_881 : 0);
                gasUnits += 8_000 + (o.kind == 0 ? 0 : 30_000);
                consumed += uint64(o.hints.length);
            }
        }
        if (witnessBytes > 115_000 || gasUnits > 10_000_000) return (Outcome.OverWeight, 0);
        if (inboxPosition + consumed > inboxPositionEnd) return (Outcome.OverRun, 0);
        if (consumed != 0) {
            Message memory last = messages[inboxPosition + consumed - 1];
            witnessBytes += last.witnessWeight - inboxWitnessWeight;
            gasUnits += last.gasWeight - inboxGasWeight;
        }
        if (witnessBytes > 115_000 || gasUnits > 10_000_000) return (Outcome.OverWeight, consumed);
        for (uint256 b; b < blocks.length; ++b) {
            _executeBlock(blocks[b]);
        }
        return (Outcome.Applied, consumed);
    }

    function _executeBlock(Block memory b) private {
        blockNumber += 1;
        clock += b.clockDelta;
        uint256 width = 1;
        while (width < b.operations.length) width *= 2;
        bytes32[] memory nodes = new bytes32[](width);
        for (uint256 i; i < b.operations.length; ++i) {
            Operation memory o = b.operations[i];
            nodes[i] = keccak256(o.posted);
            if (o.kind == 0) {
                for (uint256 h; h < o.hints.length; ++h) {
                    _consume(o.hints[h]);
                }
            } else {
                _pay(o, type(uint32).max, false, 0);
            }
        }
        for (; width > 1; width /= 2) {
            for (uint256 i; i < width / 2; ++i) {
                bool empty = nodes[2 * i] == 0 && nodes[2 * i + 1] == 0;
                nodes[i] = empty ? bytes32(0) : keccak256(abi.encodePacked(nodes[2 * i], nodes[2 * i + 1]));
            }
        }
        bytes32 commitment = keccak256(
            abi.encodePacked(blockNumber, clock, inboxPosition, inboxAccumulator, uint16(b.operations.length), nodes[0])
        );
        blockAccumulator = keccak256(abi.encodePacked(blockAccumulator, commitment));
    }

    function _consume(uint32 hint) private {
        Message memory m = messages[inboxPosition];
        inboxPosition += 1;
        inboxAccumulator = m.accumulator;
        inboxWitnessWeight = m.witnessWeight;
        inboxGasWeight = m.gasWeight;
        if (hint < accountCount) _touch(hint);
        if (m.kind == 1) {
            uint8 token = uint8(m.payload[0]);
            uint128 amount = uint128(_number(m.payload, 1, 16));
            address owner = address(uint160(_number(m.payload, 17, 20)));
            uint32 index = hint;
            if (hint >= accountCount || accounts[hint].owner != owner) {
                if (accountCount == type(uint32).max || !listed[token]) index = 0;
                else index = _open(owner);
            }
            _touch(index);
            accounts[index].balance[token] += amount;
        } else if (m.kind == 2) {
            _force(m.payload, hint);
        } else {
            bytes memory old = seeds;
            bytes memory shifted = new bytes(108);
            for (uint256 i; i < 72; ++i) {
                shifted[i] = old[i + 36];
            }
            for (uint256 i; i < 36; ++i) {
                shifted[72 + i] = m.payload[i];
            }
            seeds = shifted;
        }
    }

    function _force(bytes memory wire, uint32 hint) private {
        uint8 kind = uint8(wire[0]);
        if (kind != 1 && kind != 2) return;
        if (wire.length != 130 || uint8(wire[33]) > 3) return;
        Operation memory o;
        o.kind = kind;
        o.account = uint32(_number(wire, 1, 4));
        o.named = true;
        o.recipient = address(uint160(_number(wire, 13, 20)));
        o.token = uint8(wire[33]);
        o.amount = uint128(_number(wire, 34, 16));
        o.maxFee = uint128(_number(wire, 50, 16));
        o.r = bytes32(_number(wire, 66, 32));
        o.vs = bytes32(_number(wire, 98, 32));
        _pay(o, hint, true, uint64(_number(wire, 5, 8)));
    }

    function _pay(Operation memory o, uint32 hint, bool forced, uint64 forcedNonce) private {
        if (o.account < accountCount) _touch(o.account);
        if (!o.named && o.index < accountCount) _touch(o.index);
        if (o.account >= accountCount) return; // UNKNOWN_ACCOUNT
        if (o.kind == 1 && !o.named && o.index >= accountCount) return; // UNKNOWN_RECIPIENT
        Account storage sender = accounts[o.account];
        if (forced && forcedNonce != sender.nonce) return; // BAD_NONCE
        address to = o.named ? o.recipient : o.kind == 1 ? accounts[o.index].owner : sender.owner;
        uint256 price = feeUnits[o.token] * (o.kind == 1 ? 1 : 2);
        uint256 maxFee = o.priced ? price : o.maxFee;
        if (!_signed(o, sender, to, maxFee)) return; // BAD_SIGNATURE
        if (!listed[o.token]) return; // TOKEN_NOT_LISTED
        if (price > maxFee) return; // FEE_ABOVE_MAXIMUM
        if (o.kind == 2 && o.amount == 0) return; // ZERO_AMOUNT
        uint256 available = sender.balance[o.token];
        if (o.account == feeRecipient) available += fees[o.token];
        if (uint256(o.amount) + price > available) return; // INSUFFICIENT_BALANCE
        bool toExisting = o.kind == 1 && (forced ? hint < accountCount && accounts[hint].owner == to : !o.named);
        if (o.kind == 1 && !toExisting && accountCount == type(uint32).max) return; // CAPACITY_EXHAUSTED

        if (o.account == feeRecipient) {
            for (uint256 t; t < 4; ++t) {
                sender.balance[t] += fees[t];
                fees[t] = 0;
            }
        }
        sender.nonce += 1;
        sender.balance[o.token] -= uint128(o.amount + price);
        fees[o.token] += uint128(price);
        if (o.kind == 2) {
            withdrawals.push(abi.encodePacked(to, o.token, o.amount));
        } else {
            uint32 index = !toExisting ? _open(to) : forced ? hint : o.index;
            _touch(index);
            accounts[index].balance[o.token] += o.amount;
        }
    }

    function _signed(Operation memory o, Account storage sender, address to, uint256 maxFee)
        private
        view
        returns (bool)
    {
        bytes32 typeHash = o.kind == 1
            ? keccak256("Transfer(uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee)")
            : keccak256("Withdraw(uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee)");
        bytes32 structHash = keccak256(abi.encode(typeHash, o.account, sender.nonce, to, o.token, o.amount, maxFee));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain, structHash));
        uint256 s = uint256(o.vs) & ~(uint256(1) << 255);
        if (s > 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0) return false;
        address signer = ecrecover(digest, uint8(27 + (uint256(o.vs) >> 255)), o.r, bytes32(s));
        return signer != address(0) && signer == sender.owner;
    }

    function _open(address owner) internal returns (uint32 index) {
        index = accountCount;
        accountCount += 1;
        accounts[index].owner = owner;
        known.push(index);
        _touch(index);
    }

    function _touch(uint32 index) private {
        touched[1 << 32 | uint256(index)] = true;
    }

    // --- decoding

    /// @notice Takes a payload apart; reverts if it is malformed.
    function decode(bytes memory payload) external pure returns (Block[] memory blocks) {
        blocks = new Block[](payload.length);
        uint256 count;
        uint256 cursor;
        while (cursor < payload.length) {
            uint256 operations = _number(payload, cursor, 2);
            if (operations == 0) revert Malformed();
            Block memory b = blocks[count++];
            b.clockDelta = uint32(_number(payload, cursor + 2, 4));
            cursor += 6;
            // Each operation has three bytes at least.
            if (operations * 3 > payload.length - cursor) operations = (payload.length - cursor) / 3 + 1;
            b.operations = new Operation[](operations);
            for (uint256 i; i < operations; ++i) {
                cursor = _decodeOperation(payload, cursor, b.operations[i]);
            }
        }
        assembly {
            mstore(blocks, count)
        }
    }

    function _decodeOperation(bytes memory payload, uint256 cursor, Operation memory o) private pure returns (uint256) {
        uint256 start = cursor;
        uint256 head = _number(payload, cursor++, 1);
        o.kind = head / 16;
        bool flag1 = head & 1 != 0;
        bool flag2 = head & 2 != 0;
        uint256 value;
        if (o.kind == 0) {
            if (head & 15 != 0) revert Malformed();
            (value, cursor) = _varint(payload, cursor);
            if (value < 1 || value > 64) revert Malformed();
            o.hints = new uint32[](value);
            for (uint256 i; i < o.hints.length; ++i) {
                (o.hints[i], cursor) = _index(payload, cursor);
            }
        } else if (o.kind == 1 || o.kind == 2) {
            o.token = uint8(head >> 2 & 3);
            o.named = flag1;
            o.priced = !flag2;
            (o.account, cursor) = _index(payload, cursor);
            if (flag1) {
                o.recipient = address(uint160(_number(payload, cursor, 20)));
                cursor += 20;
            } else if (o.kind == 1) {
                (o.index, cursor) = _index(payload, cursor);
            }
            (o.amount, cursor) = _amount(payload, cursor);
            if (flag2) (o.maxFee, cursor) = _amount(payload, cursor);
            o.r = bytes32(_number(payload, cursor, 32));
            o.vs = bytes32(_number(payload, cursor + 32, 32));
            cursor += 64;
        } else if (o.kind == 7 || o.kind == 8 || o.kind > 12) {
            revert Malformed();
        } else {
            revert Foreign();
        }
        o.posted = new bytes(cursor - start);
        for (uint256 i; i < o.posted.length; ++i) {
            o.posted[i] = payload[start + i];
        }
        return cursor;
    }

    function _index(bytes memory data, uint256 cursor) private pure returns (uint32, uint256) {
        (uint256 value, uint256 next) = _varint(data, cursor);
        if (value > type(uint32).max) revert Malformed();
        return (uint32(value), next);
    }

    function _varint(bytes memory data, uint256 cursor) private pure returns (uint256 value, uint256 next) {
        uint256 length = _number(data, cursor, 1) / 32 + 1;
        value = _number(data, cursor, length) % (1 << (8 * length - 3));
        next = cursor + length;
    }

    function _amount(bytes memory data, uint256 cursor) private pure returns (uint128, uint256) {
        uint256 exponent = _number(data, cursor, 1);
        if (exponent == 255) return (uint128(_number(data, cursor + 1, 16)), cursor + 17);
        if (exponent > 38) revert Malformed();
        (uint256 mantissa, uint256 next) = _varint(data, cursor + 1);
        uint256 value = mantissa * 10 ** exponent;
        if (value > type(uint128).max) revert Malformed();
        return (uint128(value), next);
    }

    function _number(bytes memory data, uint256 cursor, uint256 length) private pure returns (uint256 value) {
        if (cursor + length > data.length) revert Malformed();
        for (uint256 i; i < length; ++i) {
            value = value << 8 | uint8(data[cursor + i]);
        }
    }

    // --- leaves and witness

    function _leaves() private view returns (ReferenceTree.Leaf[] memory leaves) {
        leaves = new ReferenceTree.Leaf[](3 + known.length + withdrawals.length);
        leaves[0].preimage = metaLeaf();
        leaves[1].preimage = abi.encodePacked(feeRecipient, fees[0], fees[1], fees[2], fees[3]);
        leaves[2].preimage = seeds;
        for (uint256 i; i < 3; ++i) {
            leaves[i].key = i;
        }
        for (uint256 i; i < known.length; ++i) {
            Account storage a = accounts[known[i]];
            leaves[3 + i].key = 1 << 32 | uint256(known[i]);
            leaves[3 + i].preimage =
                abi.encodePacked(a.owner, a.nonce, uint32(0), a.balance[0], a.balance[1], a.balance[2], a.balance[3]);
        }
        for (uint256 i; i < withdrawals.length; ++i) {
            leaves[3 + known.length + i].key = 2 << 32 | filled + i;
            leaves[3 + known.length + i].preimage = withdrawals[i];
        }
        for (uint256 i; i < leaves.length; ++i) {
            leaves[i].before = keccak256(leaves[i].preimage);
        }
    }

    function _witness(ReferenceTree.Leaf[] memory leaves, uint64 from, uint64 consumed)
        private
        view
        returns (bytes memory out)
    {
        ReferenceTree.Proof memory proof = ReferenceTree.prove(leaves, filled);
        uint16 selected;
        for (uint256 i; i < leaves.length; ++i) {
            if (!leaves[i].selected) continue;
            ++selected;
            bool absent = leaves[i].preimage.length == 0;
            out = bytes.concat(
                out,
                abi.encodePacked(
                    uint8(leaves[i].key >> 32) | (absent ? 0x80 : 0),
                    uint32(leaves[i].key),
                    proof.masks[i],
                    leaves[i].preimage
                )
            );
        }
        out = abi.encodePacked(selected, out, uint16(consumed));
        for (uint256 i = from; i < from + consumed; ++i) {
            Message memory m = messages[i];
            out = abi.encodePacked(
                out, m.time, m.witnessWeight, m.gasWeight, m.kind, uint16(m.payload.length), m.payload
            );
        }
        out = abi.encodePacked(out, uint16(0)); // no proofs
        bytes32[] memory siblings = proof.siblings;
        uint256 count = proof.siblingCount;
        assembly {
            mstore(siblings, count)
        }
        out = abi.encodePacked(out, siblings);
    }
}
