// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IChunkProver} from "../../src/interfaces/IChunkProver.sol";
import {InboxLink} from "../../src/interfaces/IInbox.sol";
import {BatchHeader} from "../../src/interfaces/IRollup.sol";
import {Bls12381} from "../../src/libraries/Bls12381.sol";
import {Counters} from "../../src/libraries/Counters.sol";
import {Deployment} from "../Deployment.sol";
import {GasBars} from "../GasBars.sol";
import {Devices} from "../reference/Devices.sol";
import {Encode} from "../reference/Encode.sol";
import {ReferenceKeyTree} from "../reference/ReferenceKeyTree.sol";
import {ReferenceTree} from "../reference/ReferenceTree.sol";

/// @notice What it costs to convict a batch of one heartbeat record of a committee of 512 with a wrong root, as a whole L1
/// transaction. Every key and signature is real; of the other leaves of a state of 2^20 accounts only siblings are seen.
contract HeartbeatGasTest is Deployment, GasBars {
    uint256 private constant SIZE = 512;
    uint256 private constant DEPTH = 9;
    uint256 private constant ACCOUNTS = 1 << 20;
    uint256 private constant EPOCH = 300;
    uint256 private constant COMMITTEE = uint256(5) << 32;
    uint256 private constant COUNTERS = uint256(6) << 32;
    bytes32 private constant SEED = keccak256("seed");

    uint64 private start; // L2 clock before the chunk
    uint256 private secretOfAll;
    bytes[] private keys;
    bytes32 private keyRoot;
    bool private absences; // in the counters before the chunk

    /// @dev 2^20 accounts, and 512 providers of one committee.
    function _leaves() private view returns (ReferenceTree.Leaf[] memory leaves) {
        leaves = new ReferenceTree.Leaf[](5 + SIZE);
        _set(leaves[0], 0, _meta(0, start, 0));
        _set(leaves[1], 1, abi.encodePacked(uint32(0), uint128(1 ether), uint128(2e6), uint128(3e6), uint128(4e6)));
        bytes memory seeds;
        for (uint32 i; i < 3; ++i) {
            uint32 period = uint32(EPOCH / genesis.epochsPerSeed) - 3 + i;
            seeds = abi.encodePacked(seeds, period, i == 2 ? SEED : keccak256(abi.encode("seed", i)));
        }
        _set(leaves[2], 2, seeds);
        for (uint256 i; i < SIZE; ++i) {
            _set(leaves[3 + i], (uint256(4) << 32) + i, abi.encode("provider", i));
        }
        _set(
            leaves[3 + SIZE],
            COMMITTEE,
            abi.encodePacked(uint16(SIZE), uint32(EPOCH), Devices.key(secretOfAll), keyRoot)
        );
        _set(leaves[4 + SIZE], COUNTERS, _counters());
        for (uint256 i; i < 3; ++i) {
            leaves[i].selected = true;
            leaves[2 + SIZE + i].selected = i != 0;
        }
    }

    function _set(ReferenceTree.Leaf memory leaf, uint256 key, bytes memory preimage) private pure {
        leaf.key = key;
        leaf.preimage = preimage;
        leaf.before = keccak256(preimage);
        leaf.afterwards = leaf.before;
    }

    function _meta(uint64 number, uint64 clock, bytes32 blocks) private pure returns (bytes memory) {
        return abi.encodePacked(
            uint64(0),
            uint64(0),
            uint64(0),
            clock,
            number,
            bytes32(0),
            blocks,
            uint32(ACCOUNTS),
            uint64(0),
            uint32(SIZE),
            uint64(0)
        );
    }

    /// @dev With absences no byte of a slot is zero, so that no state costs more calldata.
    function _counters() private view returns (bytes memory out) {
        uint32 month = uint32(EPOCH / genesis.epochsPerMonth);
        out = abi.encodePacked(month, uint16(0x0124), uint16(0x0ffe), uint32(5), uint16(500), uint32(7), uint16(510));
        bytes memory slots = new bytes(8 * SIZE);
        for (uint256 i; absences && i < slots.length; ++i) {
            slots[i] = bytes1(uint8(1 + i % 200));
        }
        return abi.encodePacked(out, slots);
    }

    function _deployFull() private {
        _prepare();
        start = uint64(vm.getBlockTimestamp() + (EPOCH + 1) * genesis.epochSeconds);
        vm.warp(start);
        bytes[] memory all = new bytes[](SIZE);
        for (uint256 i; i < SIZE; ++i) {
            uint256 secret = Devices.secret(i);
            secretOfAll = Devices.sum(secretOfAll, secret);
            all[i] = Devices.key(secret);
            keys.push(all[i]);
        }
        keyRoot = ReferenceKeyTree.root(all, DEPTH);
        bytes32 root = ReferenceTree.root(_leaves(), ACCOUNTS, false);

        _create(root);
        _bond();
        // Half of the bond is burnt there, and on mainnet it is not empty.
        vm.deal(address(0), 1 ether);
    }

    /// @dev A case: the posted record, the proof and the leaves after it.
    function _record(uint256 absentStep)
        private
        view
        returns (bytes memory posted, bytes memory proof, uint256[2] memory absent)
    {
        bool[] memory selected = new bool[](SIZE);
        bytes[] memory all = new bytes[](SIZE);
        uint256 secret;
        for (uint256 i; i < SIZE; ++i) {
            all[i] = keys[i];
            if (absentStep != 0 && i % absentStep == absentStep - 1) {
                selected[i] = true;
                absent[i >> 8] |= 1 << (255 - (i & 255));
            } else {
                secret = Devices.sum(secret, Devices.secret(i));
            }
        }
        if (absentStep != 0) proof = ReferenceKeyTree.prove(all, DEPTH, selected);
        bytes32 beacon = keccak256(abi.encodePacked(SEED, uint64(EPOCH)));
        bytes32 message = keccak256(abi.encodePacked(prover.domainSeparator(), uint64(EPOCH), beacon));
        posted = abi.encodePacked(
            hex"90",
            Encode.varint(EPOCH),
            uint8(1),
            Encode.varint(0),
            absentStep == 0 ? bytes(hex"0000") : abi.encodePacked(uint8(1), ~absent[0], ~absent[1]),
            Devices.sign(secret, Bls12381.MESSAGES, message)
        );
    }

    function _witness(ReferenceTree.Leaf[] memory leaves, bytes memory proof) private pure returns (bytes memory out) {
        ReferenceTree.Proof memory multiproof = ReferenceTree.prove(leaves, ACCOUNTS);
        out = abi.encodePacked(uint16(5));
        for (uint256 i; i < leaves.length; ++i) {
            if (!leaves[i].selected) continue;
            out = abi.encodePacked(
                out, uint8(leaves[i].key >> 32), uint32(leaves[i].key), multiproof.masks[i], leaves[i].preimage
            );
        }
        out = abi.encodePacked(out, uint16(0), uint16(1), uint32(proof.length), proof);
        for (uint256 i; i < multiproof.siblingCount; ++i) {
            out = abi.encodePacked(out, multiproof.siblings[i]);
        }
    }

    /// @dev The leaves after the one block of the one record, refused.
    function _afterRefusal(ReferenceTree.Leaf[] memory leaves, bytes memory posted) private view {
        bytes32 commitment =
            keccak256(abi.encodePacked(uint64(1), start, uint64(0), bytes32(0), uint16(1), keccak256(posted)));
        bytes32 blocks = keccak256(abi.encodePacked(bytes32(0), commitment));
        leaves[0].afterwards = keccak256(_meta(1, start, blocks));
    }

    /// @dev The same, applied.
    function _after(ReferenceTree.Leaf[] memory leaves, bytes memory posted, uint256[2] memory absent) private view {
        _afterRefusal(leaves, posted);
        leaves[3 + SIZE].afterwards =
            keccak256(abi.encodePacked(uint16(SIZE), uint32(EPOCH + 1), Devices.key(secretOfAll), keyRoot));
        bytes memory counters = _counters();
        uint256 cursor;
        assembly {
            cursor := add(counters, 0x20)
        }
        Counters.record(cursor, SIZE, EPOCH, EPOCH / genesis.epochsPerMonth, SIZE, absent);
        leaves[4 + SIZE].afterwards = keccak256(counters);
    }

    /// @return gas of the conviction
    function _convict(uint256 absentStep) private returns (uint256 gas) {
        _deployFull();
        (bytes memory posted, bytes memory proof, uint256[2] memory absent) = _record(absentStep);
        ReferenceTree.Leaf[] memory leaves = _leaves();
        Chunk memory c;
        c.payload = Encode.blockOf(0, Encode.list(posted));
        c.preRoot = last.postRoot;
        c.witness = _witness(leaves, proof);
        _after(leaves, posted, absent);
        bytes32 right = ReferenceTree.root(leaves, ACCOUNTS, true);
        // As much as one transaction may have (EIP-7825), less its calldata.
        uint256 most = 16_777_216 - 21_000 - 16 * (c.witness.length + 1_000);
        assertEq(prover.postRootOf{gas: most}(c.preRoot, 0, c.payload, c.witness), right, "root");

        c.postRoot = keccak256("wrong");
        InboxLink memory none;
        vm.recordLogs();
        vm.prank(POSTER);
        rollup.post(last, 1, "blocks", start, 0, 0, none, _data(_one(c)));
        BatchHeader memory header = _postedHeader();
        bytes memory call = abi.encodeCall(
            IChunkProver.proveChunk, (header, 0, c.preRoot, c.postRoot, new bytes32[](0), c.payload, c.witness)
        );
        gas = _transactionGas(CHALLENGER, address(prover), call);
        assertEq(rollup.head(), 1, "removed");
    }

    /// @dev Every other device absent: 256 keys, no two of which share a sibling.
    /// forge-config: default.isolate = true
    function test_heartbeat_ofEveryOther() public {
        absences = true;
        _keep("heartbeat_512_worst", _convict(2), 1_600_000);
    }

    /// @dev All present, as always.
    /// forge-config: default.isolate = true
    function test_heartbeat_ofAll() public {
        _keep("heartbeat_512_full", _convict(0), 350_000);
    }

    /// @dev All present, after absences of each: the counters are calldata of 4 KB.
    /// forge-config: default.isolate = true
    function test_heartbeat_ofAll_afterAbsences() public {
        absences = true;
        vm.snapshotValue("gas", "heartbeat_512_full_after_absences", _convict(0));
    }

    /// @dev Whatever the gas limit: the right root, or a revert.
    function _sweep(bytes memory posted, bytes memory witness, bytes32 right) private view {
        bytes memory call =
            abi.encodeCall(prover.postRootOf, (last.postRoot, 0, Encode.blockOf(0, Encode.list(posted)), witness));
        uint256 answers;
        uint256 reverts;
        for (uint256 limit = 150_000; limit < 4_000_000; limit += 9_001) {
            (bool done, bytes memory answer) = address(prover).staticcall{gas: limit}(call);
            if (done) {
                ++answers;
                assertEq(abi.decode(answer, (bytes32)), right, string.concat("root at ", vm.toString(limit)));
            } else {
                ++reverts;
            }
        }
        assertTrue(answers > 100 && reverts > 100, "limits on both sides");
    }

    function test_heartbeat_gasLimits_neverGiveAWrongRoot() public {
        _deployFull();
        (bytes memory posted, bytes memory proof, uint256[2] memory absent) = _record(128);
        ReferenceTree.Leaf[] memory leaves = _leaves();
        bytes memory witness = _witness(leaves, proof);
        _after(leaves, posted, absent);
        _sweep(posted, witness, ReferenceTree.root(leaves, ACCOUNTS, true));
        posted[posted.length - 1] ^= 0x01; // no point of the curve: the precompile fails
        leaves = _leaves();
        _afterRefusal(leaves, posted);
        _sweep(posted, witness, ReferenceTree.root(leaves, ACCOUNTS, true));
    }
}
