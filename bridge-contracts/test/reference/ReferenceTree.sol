// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice The state tree by its definition (docs/protocol.md §3): recursion from the root, no stack, no masks while hashing.
/// @dev With `filled` > 0 all accounts and withdrawals of indices below it exist: those that are not among the known leaves are
/// alike (one owner's many accounts and withdrawals), so that a tree of 2^32 of them takes no longer than one of a few.
library ReferenceTree {
    uint256 private constant ACCOUNT = 1;
    uint256 private constant WITHDRAWAL = 2;

    struct Leaf {
        uint256 key;
        bytes preimage; // before; empty if absent
        bytes32 before;
        bytes32 afterwards;
        bool selected;
    }

    struct Proof {
        uint40[] masks; // by leaf
        bytes32[] siblings;
        uint256 siblingCount;
    }

    function root(Leaf[] memory leaves, uint256 filled, bool afterwards) internal pure returns (bytes32) {
        return _hash(leaves, 0, leaves.length, 40, 0, filled, afterwards);
    }

    /// @notice Masks and siblings for the selected leaves.
    function prove(Leaf[] memory leaves, uint256 filled) internal pure returns (Proof memory proof) {
        proof.masks = new uint40[](leaves.length);
        proof.siblings = new bytes32[](40 * leaves.length);
        _prove(proof, leaves, 0, leaves.length, 40, 0, filled);
    }

    function _hash(
        Leaf[] memory leaves,
        uint256 from,
        uint256 to,
        uint256 level,
        uint256 prefix,
        uint256 filled,
        bool afterwards
    ) private pure returns (bytes32) {
        if (from == to) return _filler(level, prefix, filled);
        if (level == 0) return afterwards ? leaves[from].afterwards : leaves[from].before;
        uint256 middle = _middle(leaves, from, to, level);
        bytes32 left = _hash(leaves, from, middle, level - 1, prefix * 2, filled, afterwards);
        bytes32 right = _hash(leaves, middle, to, level - 1, prefix * 2 + 1, filled, afterwards);
        return left == 0 && right == 0 ? bytes32(0) : keccak256(abi.encodePacked(left, right));
    }

    /// @dev The root of a subtree without known leaves.
    function _filler(uint256 level, uint256 prefix, uint256 filled) private pure returns (bytes32 hash) {
        uint256 first = prefix << level;
        uint256 leafType = first >> 32;
        uint256 index = uint32(first);
        if (level > 32 || leafType != ACCOUNT && leafType != WITHDRAWAL) {
            // Of several types: empty, unless those two are among them.
            if (level < 33 || first > WITHDRAWAL << 32 || filled == 0) return 0;
        } else if (index >= filled) {
            return 0;
        } else if (index + (1 << level) <= filled) {
            hash = keccak256(leafType == ACCOUNT ? fillerAccount() : fillerWithdrawal());
            for (uint256 i; i < level; ++i) {
                hash = keccak256(abi.encodePacked(hash, hash));
            }
            return hash;
        }
        bytes32 left = _filler(level - 1, prefix * 2, filled);
        bytes32 right = _filler(level - 1, prefix * 2 + 1, filled);
        return left == 0 && right == 0 ? bytes32(0) : keccak256(abi.encodePacked(left, right));
    }

    /// @notice owner, nonce, flags, four balances (docs/protocol.md §3).
    function fillerAccount() internal pure returns (bytes memory) {
        return abi.encodePacked(
            address(0xf111), uint64(7), uint32(0), uint128(1 ether), uint128(1e9), uint128(1e12), uint128(1)
        );
    }

    /// @notice recipient, token, amount (docs/protocol.md §3).
    function fillerWithdrawal() internal pure returns (bytes memory) {
        return abi.encodePacked(address(0xf111), uint8(0), uint128(1 ether));
    }

    function _middle(Leaf[] memory leaves, uint256 from, uint256 to, uint256 level)
        private
        pure
        returns (uint256 middle)
    {
        middle = from;
        while (middle < to && leaves[middle].key >> (level - 1) & 1 == 0) ++middle;
    }

    /// @dev A sibling is used after everything below its neighbour, by the last leaf there.
    function _prove(
        Proof memory proof,
        Leaf[] memory leaves,
        uint256 from,
        uint256 to,
        uint256 level,
        uint256 prefix,
        uint256 filled
    ) private pure {
        if (level == 0) return;
        uint256 middle = _middle(leaves, from, to, level);
        uint256 lastLeft = _lastSelected(leaves, from, middle);
        uint256 lastRight = _lastSelected(leaves, middle, to);
        if (lastLeft != type(uint256).max) _prove(proof, leaves, from, middle, level - 1, prefix * 2, filled);
        if (lastRight != type(uint256).max) _prove(proof, leaves, middle, to, level - 1, prefix * 2 + 1, filled);
        if (lastLeft != type(uint256).max && lastRight == type(uint256).max) {
            _use(proof, lastLeft, level, _hash(leaves, middle, to, level - 1, prefix * 2 + 1, filled, false));
        } else if (lastLeft == type(uint256).max && lastRight != type(uint256).max) {
            _use(proof, lastRight, level, _hash(leaves, from, middle, level - 1, prefix * 2, filled, false));
        }
    }

    function _lastSelected(Leaf[] memory leaves, uint256 from, uint256 to) private pure returns (uint256) {
        while (to > from) if (leaves[--to].selected) return to;
        return type(uint256).max;
    }

    function _use(Proof memory proof, uint256 leaf, uint256 level, bytes32 sibling) private pure {
        if (sibling == 0) return;
        proof.masks[leaf] |= uint40(1 << (level - 1));
        proof.siblings[proof.siblingCount++] = sibling;
    }
}
