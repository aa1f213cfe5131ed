// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Bls12381} from "../../src/libraries/Bls12381.sol";
import {KeyTree} from "../../src/libraries/KeyTree.sol";
import {SluiceTest} from "../SluiceTest.sol";
import {Devices} from "../reference/Devices.sol";
import {ReferenceKeyTree} from "../reference/ReferenceKeyTree.sol";

contract KeyTreeCaller {
    function join(uint256 slot, bytes32 leaf, bytes calldata path) external pure returns (bytes32, bytes32) {
        uint256 cursor;
        assembly {
            cursor := path.offset
        }
        return KeyTree.join(slot, leaf, cursor, path.length / 32);
    }

    function climb(uint256[] memory slots, uint256 members, bytes calldata proof)
        external
        view
        returns (bytes32 root, uint256 used, bytes memory sum)
    {
        uint256 cursor;
        uint256 first;
        uint256 point;
        assembly {
            cursor := proof.offset
            first := add(slots, 0x20)
            point := mload(0x40)
            mstore(0x40, add(point, 0x100))
            calldatacopy(point, calldatasize(), 0x100)
        }
        (root, used) = KeyTree.climb(first, slots.length - 1, members, cursor, point);
        used -= cursor;
        sum = new bytes(96);
        assembly {
            cursor := add(sum, 0x20)
        }
        Bls12381.storeKey(point, cursor);
    }
}

contract KeyTreeTest is SluiceTest {
    KeyTreeCaller private tree;
    uint256[] private secrets;
    bytes[] private keys;

    function setUp() public {
        tree = new KeyTreeCaller();
        for (uint256 i; i < 16; ++i) {
            secrets.push(Devices.secret(i));
            keys.push(Devices.key(secrets[i]));
        }
    }

    function _members(uint256 count) private view returns (bytes[] memory members) {
        members = new bytes[](count);
        for (uint256 i; i < count; ++i) {
            members[i] = keys[i];
        }
    }

    function testFuzz_climb_findsTheRootAndTheSum(uint256 count, uint256 depth, uint256 chosen) public view {
        depth = bound(depth, 3, 4);
        count = bound(count, 1, 1 << depth);
        chosen = bound(chosen, 1, (1 << count) - 1);
        bytes[] memory members = _members(count);
        bool[] memory selected = new bool[](count);
        uint256[] memory slots = new uint256[](count + 1);
        uint256 n;
        uint256 secret;
        for (uint256 i; i < count; ++i) {
            if (chosen >> i & 1 == 0) continue;
            selected[i] = true;
            slots[n++] = i;
            secret = Devices.sum(secret, secrets[i]);
        }
        slots[n] = 1 << depth;
        assembly {
            mstore(slots, add(n, 1))
        }
        bytes memory proof = ReferenceKeyTree.prove(members, depth, selected);
        (bytes32 root, uint256 used, bytes memory sum) = tree.climb(slots, count, proof);
        assertEq(root, ReferenceKeyTree.root(members, depth), "root");
        assertEq(used, proof.length, "siblings");
        assertEq(sum, Devices.key(secret), "sum");
    }

    function testFuzz_join_findsBothRoots(uint256 slot, uint256 depth) public view {
        depth = bound(depth, 3, 4);
        slot = bound(slot, 0, (1 << depth) - 1);
        bytes memory path = ReferenceKeyTree.path(_members(slot), depth, slot);
        (bytes32 before, bytes32 afterwards) = tree.join(slot, keccak256(keys[slot]), path);
        assertEq(before, ReferenceKeyTree.root(_members(slot), depth), "before");
        assertEq(afterwards, ReferenceKeyTree.root(_members(slot + 1), depth), "after");
    }
}
