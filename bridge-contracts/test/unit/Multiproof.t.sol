// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Multiproof} from "../../src/libraries/Multiproof.sol";
import {SluiceTest} from "../SluiceTest.sol";
import {ReferenceTree} from "../reference/ReferenceTree.sol";

contract MultiproofCaller {
    /// @param entries key, mask, hash before, hash after of each leaf
    function roots(uint256[] memory entries, bytes32[] calldata siblings)
        external
        pure
        returns (bytes32 before, bytes32 afterwards)
    {
        uint256 first;
        uint256 stream;
        assembly {
            first := add(entries, 0x20)
            stream := siblings.offset
        }
        return Multiproof.roots(first, entries.length / 4, Multiproof.ENTRY, stream, stream + 32 * siblings.length);
    }
}

/// @notice The library against the tree by its definition.
contract MultiproofTest is SluiceTest {
    MultiproofCaller private caller;

    function setUp() public {
        caller = new MultiproofCaller();
    }

    /// @dev Ascending keys, near and far from one another; some leaves appear, some change, some are only siblings.
    function _leaves(uint256 random, uint256 count) private pure returns (ReferenceTree.Leaf[] memory leaves) {
        leaves = new ReferenceTree.Leaf[](count);
        uint256 key;
        for (uint256 i; i < count; ++i) {
            random = uint256(keccak256(abi.encode(random)));
            key += 1 + (random >> 8) % (1 << (random % 36));
            leaves[i].key = key;
            leaves[i].selected = i == 0 || random >> 64 & 3 != 0;
            bool appears = leaves[i].selected && random >> 72 & 3 == 0;
            leaves[i].before = appears ? bytes32(0) : keccak256(abi.encode("before", i));
            bool changes = leaves[i].selected && random >> 80 & 1 == 0;
            leaves[i].afterwards = appears || changes ? keccak256(abi.encode("after", i)) : leaves[i].before;
        }
    }

    function _entries(ReferenceTree.Leaf[] memory leaves, ReferenceTree.Proof memory proof)
        private
        pure
        returns (uint256[] memory entries, bytes32[] memory siblings)
    {
        entries = new uint256[](4 * leaves.length);
        uint256 n;
        for (uint256 i; i < leaves.length; ++i) {
            if (!leaves[i].selected) continue;
            entries[n++] = leaves[i].key;
            entries[n++] = proof.masks[i];
            entries[n++] = uint256(leaves[i].before);
            entries[n++] = uint256(leaves[i].afterwards);
        }
        siblings = proof.siblings;
        uint256 count = proof.siblingCount;
        assembly {
            mstore(entries, n)
            mstore(siblings, count)
        }
    }

    function testFuzz_roots_areThoseOfTheDefinition(uint256 random) public view {
        ReferenceTree.Leaf[] memory leaves = _leaves(random, 1 + random % 12);
        (uint256[] memory entries, bytes32[] memory siblings) = _entries(leaves, ReferenceTree.prove(leaves, 0));
        (bytes32 before, bytes32 afterwards) = caller.roots(entries, siblings);
        assertEq(before, ReferenceTree.root(leaves, 0, false), "before");
        assertEq(afterwards, ReferenceTree.root(leaves, 0, true), "after");
    }

    function testFuzz_roots_ofAMutatedProof_differOrRevert(uint256 random, uint256 place, uint256 bit) public view {
        ReferenceTree.Leaf[] memory leaves = _leaves(random, 2 + random % 8);
        (uint256[] memory entries, bytes32[] memory siblings) = _entries(leaves, ReferenceTree.prove(leaves, 0));
        bytes32 root = ReferenceTree.root(leaves, 0, false);
        place = bound(place, 0, entries.length + siblings.length - 1);
        if (place >= entries.length) siblings[place - entries.length] ^= bytes32(1 << bit % 256);
        else if (place & 3 == 3) return; // the hash after is no part of what is proven
        else if (entries[place & ~uint256(3) | 2] == 0) return; // what is absent may have absent neighbours
        else entries[place] ^= 1 << bit % (place & 3 == 2 ? 256 : 40);
        try caller.roots(entries, siblings) returns (bytes32 before, bytes32) {
            assertTrue(before != root, "a mutant leads to the root");
        } catch (bytes memory reason) {
            assertEq(reason, abi.encodeWithSelector(Multiproof.MultiproofMalformed.selector), "reason");
        }
    }

    function testFuzz_roots_withSiblingsTooManyOrTooFew_revert(uint256 random) public {
        ReferenceTree.Leaf[] memory leaves = _leaves(random, 2 + random % 8);
        leaves[1].selected = false;
        leaves[1].before = leaves[1].afterwards = keccak256("a sibling");
        (uint256[] memory entries, bytes32[] memory siblings) = _entries(leaves, ReferenceTree.prove(leaves, 0));
        bytes32[] memory more = new bytes32[](siblings.length + 1);
        for (uint256 i; i < siblings.length; ++i) {
            more[i] = siblings[i];
        }
        more[siblings.length] = keccak256("one more");
        vm.expectRevert(Multiproof.MultiproofMalformed.selector);
        caller.roots(entries, more);
        assembly {
            mstore(siblings, sub(mload(siblings), 1))
        }
        vm.expectRevert(Multiproof.MultiproofMalformed.selector);
        caller.roots(entries, siblings);
    }
}
