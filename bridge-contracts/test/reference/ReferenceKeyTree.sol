// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice The key tree of a committee by its definition (docs/protocol.md §3, §10): recursion from the root.
library ReferenceKeyTree {
    /// @param keys of the members; every later slot is empty
    function root(bytes[] memory keys, uint256 depth) internal pure returns (bytes32) {
        return _hash(keys, depth, 0);
    }

    /// @notice Siblings of a slot from the leaf up, zeros included.
    function path(bytes[] memory keys, uint256 depth, uint256 slot) internal pure returns (bytes memory siblings) {
        for (uint256 level; level < depth; ++level) {
            siblings = abi.encodePacked(siblings, _hash(keys, level, slot >> level ^ 1));
        }
    }

    /// @notice The keys of the selected slots, then the siblings of their multiproof.
    function prove(bytes[] memory keys, uint256 depth, bool[] memory selected) internal pure returns (bytes memory) {
        bytes memory out;
        for (uint256 i; i < keys.length; ++i) {
            if (selected[i]) out = abi.encodePacked(out, keys[i]);
        }
        return abi.encodePacked(out, _siblings(keys, selected, depth, 0));
    }

    function _hash(bytes[] memory keys, uint256 level, uint256 prefix) private pure returns (bytes32) {
        if (prefix << level >= keys.length) return 0;
        if (level == 0) return keccak256(keys[prefix]);
        return keccak256(abi.encodePacked(_hash(keys, level - 1, 2 * prefix), _hash(keys, level - 1, 2 * prefix + 1)));
    }

    function _siblings(bytes[] memory keys, bool[] memory selected, uint256 level, uint256 prefix)
        private
        pure
        returns (bytes memory)
    {
        if (level == 0 || !_any(selected, level, prefix)) return "";
        bytes memory below = abi.encodePacked(
            _siblings(keys, selected, level - 1, 2 * prefix), _siblings(keys, selected, level - 1, 2 * prefix + 1)
        );
        for (uint256 child = 2 * prefix; child < 2 * prefix + 2; ++child) {
            if (_any(selected, level - 1, child)) continue;
            bytes32 hash = _hash(keys, level - 1, child);
            if (hash != 0) below = abi.encodePacked(below, hash);
        }
        return below;
    }

    function _any(bool[] memory selected, uint256 level, uint256 prefix) private pure returns (bool) {
        for (uint256 i = prefix << level; i < selected.length && i < (prefix + 1) << level; ++i) {
            if (selected[i]) return true;
        }
        return false;
    }
}
