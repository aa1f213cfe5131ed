// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {ChunkData} from "../../src/libraries/ChunkData.sol";
import {Merkle} from "../../src/libraries/Merkle.sol";
import {Multiproof} from "../../src/libraries/Multiproof.sol";
import {PostedCodec, PostedTransaction} from "../../src/libraries/PostedCodec.sol";
import {Witness} from "../../src/libraries/Witness.sol";
import {SluiceTest} from "../SluiceTest.sol";

/// @notice The golden vectors that the Java code reads too (primitives/vectors/*.json), through the libraries of the contracts.
contract VectorsTest is SluiceTest {
    string private json;

    function _read(string memory name) private {
        json = vm.readFile(string.concat(vm.projectRoot(), "/../primitives/vectors/", name, ".json"));
    }

    function _case(string memory list, uint256 i) private pure returns (string memory) {
        return string.concat(".", list, "[", vm.toString(i), "]");
    }

    function _has(string memory path) private view returns (bool) {
        return vm.keyExistsJson(json, path);
    }

    function _bytes(string memory path, string memory field) private view returns (bytes memory) {
        return vm.parseJsonBytes(json, string.concat(path, ".", field));
    }

    function _word(string memory path, string memory field) private view returns (bytes32) {
        return vm.parseJsonBytes32(json, string.concat(path, ".", field));
    }

    function _uint(string memory path, string memory field) private view returns (uint256) {
        return vm.parseJsonUint(json, string.concat(path, ".", field));
    }

    // --- the libraries take calldata

    function read(bytes calldata posted) external pure returns (PostedTransaction memory t, uint256 length) {
        uint256 start;
        assembly {
            start := posted.offset
        }
        uint256 next = PostedCodec.read(t, start, start + posted.length);
        length = next == 0 ? 0 : next - start;
        t.signature -= next == 0 ? t.signature : start;
    }

    function commit(bytes32 preRoot, bytes calldata data) external pure returns (bytes32, bytes32, uint32) {
        return ChunkData.commit(preRoot, data);
    }

    function link(bytes32 accumulator, bytes calldata message) external pure returns (bytes32) {
        uint256 start;
        assembly {
            start := message.offset
        }
        return Witness.link(accumulator, start);
    }

    function rootBefore(bytes calldata witness) external pure returns (bytes32 root, uint256 leaves, uint256 messages) {
        (uint256 table, uint256 count, uint256 cursor) = Witness.readLeaves(witness);
        uint256 end;
        assembly {
            end := add(witness.offset, witness.length)
        }
        uint256[] memory list;
        (list, cursor) = Witness.readMessages(cursor, end);
        (root,) = Witness.roots(table, count, cursor, end);
        return (root, count, list.length);
    }

    function roots(uint256[] memory entries, bytes calldata siblings) external pure returns (bytes32 root) {
        uint256 table;
        uint256 start;
        assembly {
            table := add(entries, 0x20)
            start := siblings.offset
        }
        (root,) = Multiproof.roots(table, entries.length / 4, Multiproof.ENTRY, start, start + siblings.length);
    }

    // --- vectors

    function test_posted_isTakenApart() public {
        _read("posted");
        uint256 seen;
        for (uint256 i; _has(_case("cases", i)); ++i) {
            string memory path = _case("cases", i);
            bytes memory posted = _bytes(path, "posted");
            uint256 kind = uint8(posted[0]) >> 4;
            if (kind > 2) continue;
            ++seen;
            assertEq(keccak256(posted), _word(path, "hash"), "hash");
            (PostedTransaction memory t, uint256 length) = this.read(posted);
            assertEq(length, posted.length, "length");
            assertEq(t.kind, kind, "kind");
            uint256 witness = kind == 0 ? 0 : kind == 1 ? 1_940 : 1_881;
            assertEq(length + witness, _uint(path, "witnessWeight"), "witness weight");
            assertEq(kind == 0 ? 8_000 : 38_000, _uint(path, "gasWeight"), "gas weight");
            if (kind == 0) continue;
            string memory fields = string.concat(path, ".transaction");
            assertEq(t.account, _uint(fields, "account"), "account");
            assertEq(t.amount, _uint(fields, "amount"), "amount");
            assertEq(t.flags >> 2, _uint(fields, "token"), "token");
            assertEq(t.signature + 64, length, "signature");
        }
        assertTrue(seen >= 12, "all forms");
    }

    function test_multiproofs_lead_toTheirRoots() public {
        _read("multiproofs");
        uint256 seen;
        for (uint256 i; _has(_case("cases", i)); ++i) {
            string memory path = _case("cases", i);
            if (_uint(path, "depth") != 40) continue;
            ++seen;
            assertEq(this.roots(_entries(path), _siblings(path)), _word(path, "root"), "root");
        }
        assertTrue(seen != 0, "some of depth 40");
    }

    function _entries(string memory path) private view returns (uint256[] memory entries) {
        uint256 count;
        while (_has(string.concat(path, ".leaves[", vm.toString(count), "]"))) ++count;
        entries = new uint256[](4 * count);
        for (uint256 k; k < count; ++k) {
            string memory leaf = string.concat(path, ".leaves[", vm.toString(k), "]");
            entries[4 * k] = _uint(leaf, "index");
            entries[4 * k + 1] = _uint(leaf, "mask");
            entries[4 * k + 2] = uint256(_word(leaf, "hash"));
        }
    }

    function _siblings(string memory path) private view returns (bytes memory siblings) {
        for (uint256 k; _has(string.concat(path, ".siblings[", vm.toString(k), "]")); ++k) {
            siblings = abi.encodePacked(
                siblings, vm.parseJsonBytes32(json, string.concat(path, ".siblings[", vm.toString(k), "]"))
            );
        }
    }

    function test_witnesses_lead_toTheirRoots() public {
        _read("witnesses");
        uint256 seen;
        for (uint256 i; _has(_case("cases", i)); ++i) {
            string memory path = _case("cases", i);
            if (!vm.parseJsonBool(json, string.concat(path, ".accountsOnly"))) continue;
            ++seen;
            (bytes32 root, uint256 leaves, uint256 messages) = this.rootBefore(_bytes(path, "witness"));
            assertEq(root, _word(path, "preRoot"), "root");
            assertEq(leaves, _uint(path, "leafCount"), "leaves");
            assertEq(messages, _uint(path, "messageCount"), "messages");
        }
        assertTrue(seen != 0, "some of accounts only");
    }

    function test_inbox_links() public {
        _read("inbox");
        bytes32 accumulator;
        uint256 i;
        for (; _has(_case("cases", i)); ++i) {
            string memory path = _case("cases", i);
            bytes memory payload = _bytes(path, "payload");
            bytes memory message = abi.encodePacked(
                uint64(_uint(path, "time")),
                uint64(_uint(path, "witnessWeight")),
                uint64(_uint(path, "gasWeight")),
                uint8(_uint(path, "kind")),
                uint16(payload.length),
                payload
            );
            accumulator = this.link(accumulator, message);
            assertEq(accumulator, _word(path, "accumulator"), "accumulator");
        }
        assertTrue(i != 0, "some");
    }

    function test_batches_commitToTheirChunks() public {
        _read("batches");
        uint256 i;
        for (; _has(_case("cases", i)); ++i) {
            string memory path = _case("cases", i);
            (bytes32 dataHash, bytes32 postRoot, uint32 count) =
                this.commit(_word(path, "preRoot"), _bytes(path, "data"));
            assertEq(dataHash, _word(path, "dataHash"), "dataHash");
            assertEq(postRoot, _word(path, "header.postRoot"), "postRoot");
            assertEq(count, _uint(path, "header.chunkCount"), "chunkCount");
            assertEq(keccak256(_bytes(path, "headerEncoding")), _word(path, "headerHash"), "header");
        }
        assertTrue(i != 0, "some");
        for (i = 0; _has(_case("malformed", i)); ++i) {
            vm.expectRevert();
            this.commit(bytes32(uint256(1)), _bytes(_case("malformed", i), "data"));
        }
        assertTrue(i != 0, "some malformed");
    }

    function test_blocks_commitToTheirTransactions() public {
        _read("blocks");
        uint256 i;
        for (; _has(_case("cases", i)); ++i) {
            string memory path = _case("cases", i);
            uint256 count = _uint(path, "txCount");
            bytes32[] memory nodes = new bytes32[](count + 1);
            for (uint256 k; k < count; ++k) {
                nodes[k] = vm.parseJsonBytes32(json, string.concat(path, ".txHashes[", vm.toString(k), "]"));
            }
            assertEq(Merkle.root(nodes, count), _word(path, "txRoot"), "txRoot");
            bytes32 commitment = keccak256(_bytes(path, "commitmentPreimage"));
            assertEq(commitment, _word(path, "commitment"), "commitment");
            assertEq(
                keccak256(abi.encodePacked(_word(path, "accumulatorBefore"), commitment)),
                _word(path, "accumulator"),
                "accumulator"
            );
        }
        assertTrue(i != 0, "some");
    }

    function test_transfers_haveTheDigestsOfAWallet() public {
        _read("typed-data");
        uint256 seen;
        bytes32 domain = vm.parseJsonBytes32(json, ".domainSeparator");
        address signer = address(uint160(uint256(bytes32(vm.parseJsonBytes(json, ".signer")) >> 96)));
        for (uint256 i; _has(_case("cases", i)); ++i) {
            string memory path = _case("cases", i);
            bytes32 typeHash = keccak256(bytes(vm.parseJsonString(json, string.concat(path, ".type"))));
            if (
                typeHash
                        != keccak256(
                            "Transfer(uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee)"
                        )
                    && typeHash
                        != keccak256(
                            "Withdraw(uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee)"
                        )
            ) continue;
            ++seen;
            string memory m = string.concat(path, ".message");
            bytes32 structHash = keccak256(
                abi.encode(
                    typeHash,
                    _uint(m, "account"),
                    _uint(m, "nonce"),
                    uint256(bytes32(_bytes(m, "to"))) >> 96,
                    _uint(m, "token"),
                    _uint(m, "amount"),
                    _uint(m, "maxFee")
                )
            );
            bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain, structHash));
            assertEq(digest, _word(path, "digest"), "digest");
            bytes memory signature = _bytes(path, "signature");
            bytes32 r;
            uint256 vs;
            assembly {
                r := mload(add(signature, 0x20))
                vs := mload(add(signature, 0x40))
            }
            address recovered = ecrecover(digest, uint8(27 + (vs >> 255)), r, bytes32(vs << 1 >> 1));
            assertEq(recovered, signer, "signer");
        }
        assertTrue(seen >= 2, "transfer and withdraw");
    }
}
