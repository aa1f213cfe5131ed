// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {BatchHeader} from "../../src/interfaces/IRollup.sol";
import {BatchHeaders} from "../../src/libraries/BatchHeaders.sol";
import {ChunkData} from "../../src/libraries/ChunkData.sol";
import {Genesis, GenesisHash} from "../../src/libraries/Genesis.sol";
import {Merkle} from "../../src/libraries/Merkle.sol";
import {Multiproof} from "../../src/libraries/Multiproof.sol";
import {PostedCodec} from "../../src/libraries/PostedCodec.sol";
import {Request, RequestCodec} from "../../src/libraries/RequestCodec.sol";
import {Weights} from "../../src/libraries/Weights.sol";
import {Witness} from "../../src/libraries/Witness.sol";
import {SluiceTest} from "../SluiceTest.sol";

/// @notice The libraries, callable with calldata.
contract Libraries {
    function commit(bytes32 preRoot, bytes calldata data) external pure returns (bytes32, bytes32, uint32) {
        return ChunkData.commit(preRoot, data);
    }

    /// @param entries key, mask, hash of each leaf
    /// @return before the only root that siblings and hashes lead to
    function root(uint256[3][] calldata entries, bytes calldata siblings) external pure returns (bytes32 before) {
        uint256 count = entries.length;
        uint256[] memory table = new uint256[](4 * count);
        for (uint256 i; i < count; ++i) {
            for (uint256 k; k < 3; ++k) {
                table[4 * i + k] = entries[i][k];
            }
        }
        uint256 place;
        uint256 from;
        assembly ("memory-safe") {
            place := add(table, 0x20)
            from := siblings.offset
        }
        (before,) = Multiproof.roots(place, count, Multiproof.ENTRY, from, from + siblings.length);
    }

    /// @param message time u64 | witnessWeight u64 | gasWeight u64 | kind u8 | length u16 | payload
    function link(bytes32 accumulator, bytes calldata message) external pure returns (bytes32) {
        uint256 place;
        assembly ("memory-safe") {
            place := message.offset
        }
        return Witness.link(accumulator, place);
    }

    /// @param committeeSize C
    /// @return root_ before the chunk
    /// @return leaves counted
    /// @return messages counted
    /// @return proofs counted
    function witness(bytes calldata data, uint256 committeeSize)
        external
        pure
        returns (bytes32 root_, uint256 leaves, uint256 messages, uint256 proofs)
    {
        (uint256 table, uint256 count, uint256 cursor) = Witness.readLeaves(data, committeeSize);
        uint256 end;
        assembly ("memory-safe") {
            end := add(data.offset, data.length)
        }
        uint256[] memory heads;
        (heads, cursor) = Witness.readMessages(cursor, end);
        (proofs,, cursor) = Witness.readProofs(cursor, end);
        if (count != 0) (root_,) = Witness.roots(table, count, cursor, end);
        return (root_, count, heads.length, proofs);
    }

    function varint(bytes calldata data) external pure returns (uint256 value, uint256 length) {
        uint256 place;
        assembly ("memory-safe") {
            place := data.offset
        }
        (value, length) = PostedCodec.varint(place);
        length -= place;
    }

    function amount(bytes calldata data) external pure returns (uint256 value, uint256 length) {
        uint256 place;
        assembly ("memory-safe") {
            place := data.offset
        }
        (value, length) = PostedCodec.amount(place);
        length -= place;
    }

    /// @param committeeSize C
    /// @return r the transaction
    /// @return length of what was read; 0 if malformed
    function posted(bytes calldata data, uint256 committeeSize)
        external
        pure
        returns (Request memory r, uint256 length)
    {
        uint256 place;
        assembly ("memory-safe") {
            place := data.offset
        }
        r = RequestCodec.empty();
        uint256 next = RequestCodec.readPosted(r, place, place + data.length, committeeSize);
        length = next == 0 ? 0 : next - place;
    }

    function wire(bytes calldata data) external pure returns (Request memory r, bool wellFormed) {
        uint256 place;
        assembly ("memory-safe") {
            place := data.offset
        }
        r = RequestCodec.empty();
        wellFormed = RequestCodec.readWire(r, place, data.length);
    }
}

/// @notice The golden vectors, which Java writes and reads, read by the contracts' own libraries.
contract VectorsTest is SluiceTest {
    Libraries private immutable _libraries = new Libraries();

    function test_genesis_hasTheHashOfTheVectors() public view {
        string memory json = _read("genesis");
        uint256 i;
        for (; vm.keyExistsJson(json, _at("cases", i)); ++i) {
            string memory place = _at("cases", i);
            bytes memory encoding = _bytes(json, place, ".encoding");
            Genesis memory genesis = abi.decode(encoding, (Genesis));
            assertEq(abi.encode(genesis), encoding, "encoding");
            assertEq(GenesisHash.hash(genesis), _word(json, place, ".hash"), "hash");
            assertEq(genesis.bond, _uint(json, place, ".genesis.bond"), "bond");
            assertEq(genesis.graceSeconds, _uint(json, place, ".genesis.graceSeconds"), "graceSeconds");
            assertEq(genesis.feeUnits[1], _uint(json, place, ".genesis.feeUnits[1]"), "feeUnits[1]");
        }
        assertEq(i, 2, "cases");
    }

    function test_batches_haveTheDataAndHeaderHashesOfTheVectors() public view {
        string memory json = _read("batches");
        uint256 i;
        for (; vm.keyExistsJson(json, _at("cases", i)); ++i) {
            string memory place = _at("cases", i);
            BatchHeader memory header = abi.decode(_bytes(json, place, ".headerEncoding"), (BatchHeader));
            assertEq(BatchHeaders.hash(header), _word(json, place, ".headerHash"), "headerHash");
            assertEq(header.l1Time, _uint(json, place, ".header.l1Time"), "l1Time");
            (bytes32 dataHash, bytes32 postRoot, uint32 chunkCount) =
                _libraries.commit(_word(json, place, ".preRoot"), _bytes(json, place, ".data"));
            assertEq(dataHash, _word(json, place, ".dataHash"), "dataHash");
            assertEq(postRoot, header.postRoot, "postRoot");
            assertEq(chunkCount, header.chunkCount, "chunkCount");
        }
        assertEq(i, 4, "cases");
        for (i = 0; vm.keyExistsJson(json, _at("malformed", i)); ++i) {
            bytes memory data = _bytes(json, _at("malformed", i), ".data");
            try _libraries.commit(0, data) {
                assertTrue(false, string.concat("accepted malformed data ", vm.toString(i)));
            } catch {}
        }
        assertEq(i, 6, "malformed");
    }

    function test_multiproofs_giveTheRootsOfTheVectors_orNone() public view {
        string memory json = _read("multiproofs");
        uint256 proofs;
        for (uint256 i; vm.keyExistsJson(json, _at("cases", i)); ++i) {
            string memory place = _at("cases", i);
            if (_uint(json, place, ".depth") != Multiproof.DEPTH) continue;
            bytes32 root = _libraries.root(_entries(json, place), _siblings(json, place));
            assertEq(root, _word(json, place, ".root"), "root");
            ++proofs;
        }
        assertEq(proofs, 5, "cases");
        for (uint256 i; vm.keyExistsJson(json, _at("refused", i)); ++i) {
            string memory place = _at("refused", i);
            if (_uint(json, place, ".depth") != Multiproof.DEPTH) continue;
            try _libraries.root(_entries(json, place), _siblings(json, place)) returns (bytes32 root) {
                assertTrue(root != _word(json, place, ".root"), "a refused proof gives the root");
            } catch {}
            ++proofs;
        }
        assertTrue(proofs >= 15, "refused");
    }

    function test_inbox_accumulatesAsTheVectors() public view {
        string memory json = _read("inbox");
        bytes32 accumulator;
        uint256 witnessWeight;
        uint256 gasWeight;
        uint256 i;
        for (; vm.keyExistsJson(json, _at("cases", i)); ++i) {
            string memory place = _at("cases", i);
            uint256 kind = _uint(json, place, ".kind");
            bytes memory payload = _bytes(json, place, ".payload");
            witnessWeight += kind == 1
                ? Weights.DEPOSIT_WITNESS
                : kind == 2 ? Weights.FORCED_WITNESS : Weights.SEED_WITNESS;
            gasWeight += kind == 1 ? Weights.DEPOSIT_GAS : kind == 2 ? Weights.FORCED_GAS : Weights.SEED_GAS;
            assertEq(witnessWeight, _uint(json, place, ".witnessWeight"), "witnessWeight");
            assertEq(gasWeight, _uint(json, place, ".gasWeight"), "gasWeight");
            bytes memory message = abi.encodePacked(
                uint64(_uint(json, place, ".time")),
                uint64(witnessWeight),
                uint64(gasWeight),
                uint8(kind),
                uint16(payload.length),
                payload
            );
            accumulator = _libraries.link(accumulator, message);
            assertEq(accumulator, _word(json, place, ".accumulator"), "accumulator");
        }
        assertEq(i, 5, "cases");
    }

    function test_blocks_haveTheRootsAndAccumulatorsOfTheVectors() public view {
        string memory json = _read("blocks");
        uint256 i;
        for (; vm.keyExistsJson(json, _at("cases", i)); ++i) {
            string memory place = _at("cases", i);
            uint256 count = _uint(json, place, ".txCount");
            bytes32[] memory nodes = new bytes32[](count + 1);
            for (uint256 k; k < count; ++k) {
                nodes[k] = _word(json, place, string.concat(".txHashes[", vm.toString(k), "]"));
            }
            assertEq(Merkle.root(nodes, count), _word(json, place, ".txRoot"), "txRoot");
            bytes32 commitment = keccak256(_bytes(json, place, ".commitmentPreimage"));
            assertEq(commitment, _word(json, place, ".commitment"), "commitment");
            assertEq(
                keccak256(abi.encode(_word(json, place, ".accumulatorBefore"), commitment)),
                _word(json, place, ".accumulator"),
                "accumulator"
            );
        }
        assertEq(i, 6, "cases");
    }

    function test_witnesses_giveTheRootsOfTheVectors() public view {
        string memory json = _read("witnesses");
        uint256 committeeSize = 1 << vm.parseJsonUint(json, ".committeeSizeLog2");
        uint256 i;
        for (; vm.keyExistsJson(json, _at("cases", i)); ++i) {
            string memory place = _at("cases", i);
            (bytes32 root, uint256 leaves, uint256 messages, uint256 proofs) =
                _libraries.witness(_bytes(json, place, ".witness"), committeeSize);
            assertEq(leaves, _uint(json, place, ".leafCount"), "leaves");
            assertEq(messages, _uint(json, place, ".messageCount"), "messages");
            if (proofs != 0) {
                string memory last = string.concat(place, ".proofs[", vm.toString(proofs - 1), "]");
                assertTrue(vm.keyExistsJson(json, last), "a proof");
            }
            assertTrue(
                !vm.keyExistsJson(json, string.concat(place, ".proofs[", vm.toString(proofs), "]")), "all proofs"
            );
            if (leaves != 0) assertEq(root, _word(json, place, ".preRoot"), "root");
        }
        assertTrue(i > 3, "cases");
    }

    function test_numbers_readAsTheVectors() public view {
        string memory json = _read("numbers");
        uint256 i;
        for (; vm.keyExistsJson(json, _at("varints", i)); ++i) {
            bytes memory data = _bytes(json, _at("varints", i), ".bytes");
            (uint256 value, uint256 length) = _libraries.varint(data);
            assertEq(value, _uint(json, _at("varints", i), ".value"), "varint");
            assertEq(length, data.length, "varint length");
        }
        assertTrue(i > 20, "varints");
        for (i = 0; vm.keyExistsJson(json, _at("amounts", i)); ++i) {
            bytes memory data = _bytes(json, _at("amounts", i), ".bytes");
            (uint256 value, uint256 length) = _libraries.amount(data);
            assertEq(value, _uint(json, _at("amounts", i), ".value"), "amount");
            assertEq(length, data.length, "amount length");
        }
        assertTrue(i > 10, "amounts");
    }

    function test_posted_readsAsTheVectors() public view {
        string memory json = _read("posted");
        uint256 committeeSize = 1 << vm.parseJsonUint(json, ".committeeSizeLog2");
        uint256 transfers;
        uint256 i;
        for (; vm.keyExistsJson(json, _at("cases", i)); ++i) {
            string memory place = _at("cases", i);
            bytes memory data = _bytes(json, place, ".posted");
            (Request memory r, uint256 length) = _libraries.posted(data, committeeSize);
            assertEq(length, data.length, "length");
            assertEq(r.kind, uint8(data[0]) >> 4, "kind");
            assertEq(length + r.witnessWeight, _uint(json, place, ".witnessWeight"), "witnessWeight");
            assertEq(Weights.TRANSACTION_GAS + r.gasWeight, _uint(json, place, ".gasWeight"), "gasWeight");
            if (r.kind != RequestCodec.TRANSFER && r.kind != RequestCodec.WITHDRAW) continue;
            ++transfers;
            assertEq(r.account, _uint(json, place, ".transaction.account"), "account");
            assertEq(r.fields[4], _uint(json, place, ".transaction.amount"), "amount");
            assertEq(r.token, _uint(json, place, ".transaction.token"), "token");
            if (!r.priced) assertEq(r.fields[5], _uint(json, place, ".transaction.maxFee"), "maxFee");
        }
        assertTrue(i > 80 && transfers > 7, "cases");
        for (i = 0; vm.keyExistsJson(json, _at("malformed", i)); ++i) {
            bytes memory data = _bytes(json, _at("malformed", i), ".bytes");
            (, uint256 length) = _libraries.posted(data, committeeSize);
            assertTrue(length == 0 || length != data.length, string.concat("accepted ", vm.toString(i)));
        }
        assertTrue(i > 30, "malformed");
    }

    function test_wire_readsAsTheVectors() public view {
        string memory json = _read("wire");
        uint256 i;
        for (; vm.keyExistsJson(json, _at("cases", i)); ++i) {
            bytes memory data = _bytes(json, _at("cases", i), ".wire");
            (Request memory r, bool wellFormed) = _libraries.wire(data);
            uint256 kind = uint8(data[0]);
            // JobOpen's mode stands behind its providers, quorum, token and escrow; mode 2 is not taken apart.
            bool ofMany = kind == RequestCodec.JOB_OPEN && (data[13] != 0x01 || uint8(data[64]) == 2);
            assertTrue(wellFormed != ofMany, string.concat("refused ", vm.toString(i)));
            assertEq(r.kind == kind || ofMany ? 1 : 0, 1, "kind");
        }
        assertTrue(i > 40, "cases");
        for (i = 0; vm.keyExistsJson(json, _at("malformed", i)); ++i) {
            (, bool wellFormed) = _libraries.wire(_bytes(json, _at("malformed", i), ".bytes"));
            assertTrue(!wellFormed, string.concat("accepted ", vm.toString(i)));
        }
        assertTrue(i > 30, "malformed");
    }

    function _entries(string memory json, string memory place) private view returns (uint256[3][] memory entries) {
        uint256 count;
        while (vm.keyExistsJson(json, string.concat(place, ".leaves[", vm.toString(count), "]"))) ++count;
        entries = new uint256[3][](count);
        for (uint256 i; i < count; ++i) {
            string memory leaf = string.concat(place, ".leaves[", vm.toString(i), "]");
            entries[i] = [_uint(json, leaf, ".index"), _uint(json, leaf, ".mask"), uint256(_word(json, leaf, ".hash"))];
        }
    }

    function _siblings(string memory json, string memory place) private view returns (bytes memory siblings) {
        for (uint256 i; vm.keyExistsJson(json, string.concat(place, ".siblings[", vm.toString(i), "]")); ++i) {
            siblings = bytes.concat(siblings, _word(json, place, string.concat(".siblings[", vm.toString(i), "]")));
        }
    }

    function _read(string memory name) private view returns (string memory) {
        return vm.readFile(string.concat(vm.projectRoot(), "/../primitives/vectors/", name, ".json"));
    }

    function _at(string memory list, uint256 index) private pure returns (string memory) {
        return string.concat(".", list, "[", vm.toString(index), "]");
    }

    function _uint(string memory json, string memory place, string memory field) private pure returns (uint256) {
        return vm.parseJsonUint(json, string.concat(place, field));
    }

    function _word(string memory json, string memory place, string memory field) private pure returns (bytes32) {
        return vm.parseJsonBytes32(json, string.concat(place, field));
    }

    function _bytes(string memory json, string memory place, string memory field) private pure returns (bytes memory) {
        return vm.parseJsonBytes(json, string.concat(place, field));
    }
}
