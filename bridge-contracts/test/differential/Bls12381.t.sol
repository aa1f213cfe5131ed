// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Bls12381} from "../../src/libraries/Bls12381.sol";
import {SluiceTest} from "../SluiceTest.sol";

/// @notice The library behind calls, so that a test can revert, and bound the gas of, each one.
contract Bls12381Caller {
    function isKey(bytes calldata key) external view returns (bool) {
        return Bls12381.isKey(_point(key));
    }

    function verify(bytes32 domain, bytes calldata key, bytes32 message, bytes calldata signature)
        external
        view
        returns (bool)
    {
        uint256 cursor;
        assembly {
            cursor := signature.offset
        }
        return Bls12381.verify(domain, _point(key), message, cursor);
    }

    /// @dev One after the other in one call, as the records of a chunk.
    function verifyMany(bytes32 domain, bytes calldata key, bytes32 message, bytes[] calldata signatures)
        external
        view
        returns (uint256 valid)
    {
        for (uint256 i; i < signatures.length; ++i) {
            bytes calldata signature = signatures[i];
            uint256 cursor;
            assembly {
                cursor := signature.offset
            }
            if (Bls12381.verify(domain, _point(key), message, cursor)) ++valid;
        }
    }

    function sum(bytes calldata a, bytes calldata b, bool subtract) external view returns (bytes memory key) {
        uint256 first = _point(a);
        uint256 second = _point(b);
        require(second == first + Bls12381.POINT, "adjacent");
        if (subtract) Bls12381.negate(second);
        Bls12381.add(first);
        key = new bytes(96);
        uint256 cursor;
        assembly {
            cursor := add(key, 0x20)
        }
        Bls12381.storeKey(first, cursor);
    }

    function _point(bytes calldata key) private pure returns (uint256 point) {
        uint256 cursor;
        assembly {
            cursor := key.offset
            point := mload(0x40)
            mstore(0x40, add(point, 0x80))
        }
        Bls12381.loadKey(cursor, point);
    }
}

/// @notice primitives/vectors/bls.json: keys, signatures and sums made with blst, checked by noble-curves too.
contract Bls12381Test is SluiceTest {
    bytes private constant INFINITY = new bytes(96);

    Bls12381Caller private bls;
    string private vectors;
    bytes32 private message;

    function setUp() public {
        bls = new Bls12381Caller();
        vectors = vm.readFile(string.concat(vm.projectRoot(), "/../primitives/vectors/bls.json"));
        message = vm.parseJsonBytes32(vectors, ".message");
    }

    function _at(string memory list, uint256 i, string memory field) private pure returns (string memory) {
        return string.concat(".", list, "[", vm.toString(i), "]", field);
    }

    function _device(uint256 i, string memory field) private view returns (bytes memory) {
        return vm.parseJsonBytes(vectors, _at("devices", i, field));
    }

    function test_devices_signAndProvePossession() public view {
        uint256 count;
        for (; vm.keyExistsJson(vectors, _at("devices", count, "")); ++count) {
            bytes memory key = _device(count, ".key");
            assertTrue(bls.isKey(key), "key");
            assertTrue(bls.verify(Bls12381.MESSAGES, key, message, _device(count, ".signature")), "signature");
            bytes32 statement = vm.parseJsonBytes32(vectors, _at("devices", count, ".possessionMessage"));
            bytes memory possession = _device(count, ".possession");
            assertTrue(bls.verify(Bls12381.POSSESSIONS, key, statement, possession), "possession");
            assertTrue(!bls.verify(Bls12381.MESSAGES, key, statement, possession), "of the other domain");
            assertTrue(!bls.verify(Bls12381.MESSAGES, key, statement, _device(count, ".signature")), "other message");
            bytes memory another = _device((count + 1) % 8, ".key");
            assertTrue(!bls.verify(Bls12381.MESSAGES, another, message, _device(count, ".signature")), "other key");
        }
        assertEq(count, 8, "devices");
    }

    function test_sums_ofKeys() public view {
        bytes memory total = INFINITY;
        for (uint256 i; i < 8; ++i) {
            if (i == 6) assertEq(total, vm.parseJsonBytes(vectors, ".keyOfFirstSix"), "six");
            total = bls.sum(total, _device(i, ".key"), false);
        }
        assertEq(total, vm.parseJsonBytes(vectors, ".totalKey"), "all");
        assertTrue(bls.verify(Bls12381.MESSAGES, total, message, vm.parseJsonBytes(vectors, ".aggregate")), "aggregate");
        total = bls.sum(total, _device(7, ".key"), true);
        total = bls.sum(total, _device(6, ".key"), true);
        assertEq(total, vm.parseJsonBytes(vectors, ".keyOfFirstSix"), "two subtracted");
        bytes memory six = vm.parseJsonBytes(vectors, ".aggregateOfFirstSix");
        assertTrue(bls.verify(Bls12381.MESSAGES, total, message, six), "aggregate of six");
        assertTrue(!bls.verify(Bls12381.MESSAGES, total, message, vm.parseJsonBytes(vectors, ".aggregate")), "of eight");
        assertEq(bls.sum(total, total, true), INFINITY, "nothing left");
        assertEq(bls.sum(total, INFINITY, true), total, "minus nothing");
    }

    function test_refused_encodings() public view {
        uint256 keys;
        for (; vm.keyExistsJson(vectors, _at("refusedKeys", keys, "")); ++keys) {
            bytes memory key = vm.parseJsonBytes(vectors, _at("refusedKeys", keys, ""));
            assertTrue(!bls.isKey(key), vm.toString(keys));
        }
        uint256 signatures;
        for (; vm.keyExistsJson(vectors, _at("refusedSignatures", signatures, "")); ++signatures) {
            bytes memory signature = vm.parseJsonBytes(vectors, _at("refusedSignatures", signatures, ""));
            bytes memory key = _device(0, ".key");
            assertTrue(!bls.verify(Bls12381.MESSAGES, key, message, signature), vm.toString(signatures));
        }
        assertTrue(keys == 5 && signatures == 5, "vectors read");
        assertTrue(!bls.verify(Bls12381.MESSAGES, _device(0, ".key"), message, new bytes(192)), "infinity");
    }

    /// @dev Whatever the gas limit: the right verdict, or a revert.
    function _sweep(bytes memory call, bool valid) private view {
        uint256 answers;
        uint256 reverts;
        for (uint256 i; i < 400; ++i) {
            uint256 limit = 10_000 + i * 7_919;
            (bool done, bytes memory answer) = address(bls).staticcall{gas: limit}(call);
            if (!done) {
                ++reverts;
                continue;
            }
            ++answers;
            assertTrue(abi.decode(answer, (bool)) == valid, string.concat("verdict at ", vm.toString(limit)));
        }
        assertTrue(answers > 50 && reverts > 5, "limits on both sides");
    }

    function test_gasLimits_neverGiveAWrongVerdict() public view {
        bytes memory key = _device(0, ".key");
        bytes memory signature = _device(0, ".signature");
        bytes32 domain = Bls12381.MESSAGES;
        _sweep(abi.encodeCall(bls.verify, (domain, key, message, signature)), true);
        _sweep(abi.encodeCall(bls.verify, (domain, key, keccak256("another"), signature)), false);
        bytes memory refused = vm.parseJsonBytes(vectors, _at("refusedSignatures", 1, ""));
        _sweep(abi.encodeCall(bls.verify, (domain, key, message, refused)), false);
        _sweep(abi.encodeCall(bls.isKey, (key)), true);
        _sweep(abi.encodeCall(bls.isKey, (vm.parseJsonBytes(vectors, _at("refusedKeys", 3, "")))), false);
    }

    /// @dev As many as the weights of a chunk allow, in what a transaction has left beside its calldata (16.78 M gas in all).
    function test_invalidSignatures_asManyAsAChunkHolds_areProvable() public view {
        bytes memory key = _device(0, ".key");
        bytes[] memory signatures = new bytes[](12);
        for (uint256 i; i < 11; ++i) {
            signatures[i] = vm.parseJsonBytes(vectors, _at("refusedSignatures", 1, ""));
        }
        signatures[11] = _device(0, ".signature");
        assertEq(bls.verifyMany{gas: 12_000_000}(Bls12381.MESSAGES, key, message, signatures), 1, "the last");
    }
}
