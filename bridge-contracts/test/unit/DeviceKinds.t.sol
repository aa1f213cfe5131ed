// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Effects, IKindModule, Step} from "../../src/interfaces/IKindModule.sol";
import {IRollup} from "../../src/interfaces/IRollup.sol";
import {Bls12381} from "../../src/libraries/Bls12381.sol";
import {Counters} from "../../src/libraries/Counters.sol";
import {Genesis, GenesisHash} from "../../src/libraries/Genesis.sol";
import {Refusal} from "../../src/libraries/Refusal.sol";
import {DeviceKinds} from "../../src/modules/DeviceKinds.sol";
import {SluiceTest} from "../SluiceTest.sol";
import {Devices} from "../reference/Devices.sol";
import {Encode} from "../reference/Encode.sol";
import {ReferenceKeyTree} from "../reference/ReferenceKeyTree.sol";
import {RollupName} from "../reference/RollupName.sol";

/// @notice The module alone, on committees of 8: what ChunkProver would hand it.
contract DeviceKindsTest is SluiceTest {
    uint256 private constant DEPTH = 3;
    uint256 private constant SIZE = 8;
    uint256 private constant ORDER = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001;
    uint64 private constant GENESIS_TIME = 1_800_000_000;
    uint256 private constant EPOCH_SECONDS = 10;
    uint256 private constant GRACE = 7;
    uint256 private constant EPOCHS_PER_MONTH = 60;
    uint256 private constant EPOCHS_PER_SEED = 4;
    address private constant OWNER = address(0xabcd);
    bytes32 private constant SEED = keccak256("seed");

    /// @dev More than the right proof needs. A key that is no point of the curve takes all of it.
    uint256 private constant MUTANT_GAS = 2_500_000;

    /// @dev Of the record under test.
    uint256 private constant EPOCH = 131;
    uint256 private constant CLOCK = GENESIS_TIME + (EPOCH + 1) * EPOCH_SECONDS;

    Genesis private genesis;
    DeviceKinds private module;

    struct Committee {
        uint256 index;
        uint256[] secrets;
        bytes[] keys;
        uint32 lastEpochPlusOne;
        bytes counters;
    }

    /// @dev Of one committee in a record: the absent as bits, slot i is bit i.
    struct Part {
        uint8 format;
        uint256 absent;
    }

    function setUp() public {
        genesis.genesisTime = GENESIS_TIME;
        genesis.epochSeconds = uint32(EPOCH_SECONDS);
        genesis.epochsPerMonth = uint32(EPOCHS_PER_MONTH);
        genesis.epochsPerSeed = uint32(EPOCHS_PER_SEED);
        genesis.graceSeconds = uint32(GRACE);
        genesis.committeeSizeLog2 = uint8(DEPTH);
        module = new DeviceKinds(genesis, IRollup(address(new RollupName(GenesisHash.hash(genesis)))));
    }

    function test_constructor_ofAnotherDeployment_reverts() public {
        IRollup other = IRollup(address(new RollupName(keccak256("other"))));
        vm.expectRevert(IKindModule.WrongDeployment.selector);
        new DeviceKinds(genesis, other);
    }

    function test_run_ofAnotherKind_reverts() public {
        Step memory step;
        step.kind = 7;
        vm.expectRevert(abi.encodeWithSelector(IKindModule.NotOfThisModule.selector, 7));
        module.run(step, "", "");
    }

    // --- leaves

    function _committee(uint256 index, uint256 members) private view returns (Committee memory c) {
        c.index = index;
        c.secrets = new uint256[](members);
        c.keys = new bytes[](members);
        for (uint256 i; i < members; ++i) {
            c.secrets[i] = Devices.secret(100 * index + i);
            c.keys[i] = Devices.key(c.secrets[i]);
        }
        c.lastEpochPlusOne = uint32(EPOCH);
        c.counters = _counters(uint32(EPOCH / EPOCHS_PER_MONTH), 90, 4, 100, 5);
    }

    /// @dev The joins are given; everything else is some number that differs from its neighbours.
    function _counters(uint32 month, uint32 epochA, uint16 countA, uint32 epochB, uint16 countB)
        private
        pure
        returns (bytes memory out)
    {
        out = abi.encodePacked(month, uint16(0x0a0b), uint16(0x0c0d), epochA, countA, epochB, countB);
        for (uint256 i; i < 4 * SIZE; ++i) {
            out = abi.encodePacked(out, uint16(0x1100 + 0x0101 * i));
        }
    }

    function _secretOf(uint256[] memory secrets, uint256 without) private pure returns (uint256 sum) {
        for (uint256 i; i < secrets.length; ++i) {
            if (without >> i & 1 == 0) sum = Devices.sum(sum, secrets[i]);
        }
    }

    function _totalKey(uint256[] memory secrets) private view returns (bytes memory) {
        return secrets.length == 0 ? new bytes(96) : Devices.key(_secretOf(secrets, 0));
    }

    function _leaf(Committee memory c) private view returns (bytes memory) {
        return abi.encodePacked(
            uint16(c.keys.length), c.lastEpochPlusOne, _totalKey(c.secrets), ReferenceKeyTree.root(c.keys, DEPTH)
        );
    }

    function _copy(bytes memory data) private pure returns (bytes memory) {
        return abi.encodePacked(data);
    }

    function _at(bytes memory data) private pure returns (uint256 first) {
        assembly {
            first := add(data, 0x20)
        }
    }

    // --- kind 6

    struct Registration {
        Step step;
        bytes data;
        bytes proof;
    }

    /// @dev A registration that applies, into the slot behind the committee's members.
    function _registration(Committee memory c, uint256 device) private view returns (Registration memory r) {
        uint256 slot = c.keys.length;
        bytes memory key = Devices.key(Devices.secret(device));
        r.step.kind = 6;
        r.step.clock = CLOCK;
        r.step.owner = OWNER;
        r.step.id = keccak256("id");
        r.step.recipient = 0x2200_0001;
        r.step.fields = new uint256[](10);
        r.step.fields[0] = 0x1100_0001;
        r.step.fields[1] = 44; // nonce
        r.step.fields[2] = uint160(address(0xfeed)); // payout
        r.step.fields[3] = 0x3301; // class
        r.step.fields[4] = 0x4400_0000_0000_0001; // capabilities
        r.step.fields[5] = 0x5500_0000_0000_0001; // cell
        r.step.fields[6] = 2; // token
        r.step.fields[7] = uint256(0x66) << 120 | 1; // price
        r.step.fields[8] = uint256(keccak256(key));
        r.step.fields[9] = 77; // maxFee
        r.step.indices = new uint256[](3);
        r.step.indices[0] = SIZE * c.index + slot;
        r.step.indices[1] = c.index;
        r.step.indices[2] = c.index;
        r.step.leaves = new bytes[](3);
        if (slot != 0) {
            r.step.leaves[1] = _leaf(c);
            r.step.leaves[2] = c.counters;
        }
        r.data = abi.encodePacked(key, _possession(Devices.secret(device), OWNER, key));
        r.proof = ReferenceKeyTree.path(c.keys, DEPTH, slot);
    }

    function _possession(uint256 secret, address owner, bytes memory key) private view returns (bytes memory) {
        bytes32 statement = keccak256(abi.encodePacked(module.domainSeparator(), owner, key));
        return Devices.sign(secret, Bls12381.POSSESSIONS, statement);
    }

    function _run(Registration memory r) private view returns (Effects memory) {
        return module.run(r.step, r.data, r.proof);
    }

    function _assertRegistered(uint256 members) private view {
        Committee memory c = _committee(6, members);
        if (members == 0) c.counters = new bytes(20 + 8 * SIZE);
        Registration memory r = _registration(c, 600 + members);
        Effects memory effects = _run(r);
        assertEq(effects.refusal, 0, "applies");
        assertTrue(effects.fee == 0 && effects.credits.length == 0, "nothing is paid");
        assertEq(effects.leaves.length, 3, "leaves");
        assertEq(
            effects.leaves[0],
            abi.encodePacked(
                r.step.id,
                hex"110000012200000133014400000000000001550000000000000102",
                uint128(uint256(0x66) << 120 | 1),
                uint8(0),
                uint32(EPOCH + 1),
                uint32(0),
                bytes32(0)
            ),
            "provider"
        );
        Committee memory joined = _committee(6, members + 1);
        joined.lastEpochPlusOne = members == 0 ? 0 : c.lastEpochPlusOne;
        assertEq(effects.leaves[1], _leaf(joined), "committee");
        bytes memory counters = _copy(c.counters);
        Counters.roll(_at(counters), SIZE, (EPOCH + 1) / EPOCHS_PER_MONTH);
        Counters.join(_at(counters), members, EPOCH + 1);
        assertEq(effects.leaves[2], counters, "counters");
    }

    function test_register_takesEverySlot() public view {
        for (uint256 members; members < SIZE; ++members) {
            _assertRegistered(members);
        }
    }

    /// @dev The first member of a committee that is registered months after genesis: nothing of the months before counts.
    function test_register_ofTheFirst_writesItsEpoch() public view {
        Registration memory r = _registration(_committee(6, 0), 600);
        bytes memory expected = abi.encodePacked(
            uint32((EPOCH + 1) / EPOCHS_PER_MONTH), uint64(0), uint16(0), uint32(EPOCH + 1), new bytes(2 + 8 * SIZE)
        );
        assertEq(_run(r).leaves[2], expected, "counters");
        r.step.clock = GENESIS_TIME + EPOCH_SECONDS - 1;
        assertEq(_run(r).leaves[2], new bytes(20 + 8 * SIZE), "epoch 0");
    }

    function test_register_ofABadKey_isRefused() public {
        string memory vectors = vm.readFile(string.concat(vm.projectRoot(), "/../primitives/vectors/bls.json"));
        Registration memory r = _registration(_committee(6, 3), 603);
        r.proof = "";
        // Infinity, no point of the curve, a coordinate with a flag, one above p, a point outside the subgroup.
        for (uint256 i; i < 5; ++i) {
            bytes memory key = vm.parseJsonBytes(vectors, string.concat(".refusedKeys[", vm.toString(i), "]"));
            r.step.fields[8] = uint256(keccak256(key));
            // Signed by the secret 0 and by some other.
            r.data = abi.encodePacked(key, new bytes(192));
            Effects memory effects = _run(r);
            assertEq(effects.refusal, Refusal.BAD_DEVICE_KEY, vm.toString(i));
            assertEq(effects.leaves.length, 0, "no effect");
            r.data = abi.encodePacked(key, _possession(Devices.secret(1), OWNER, key));
            assertEq(_run(r).refusal, Refusal.BAD_DEVICE_KEY, vm.toString(i));
        }
        r.proof = new bytes(96);
        vm.expectRevert(abi.encodeWithSelector(IKindModule.WrongProofLength.selector, 96, 0));
        _run(r);
    }

    function _assertBadPossession(Registration memory r, bytes memory key, bytes memory possession) private view {
        r.data = abi.encodePacked(key, possession);
        Effects memory effects = _run(r);
        assertEq(effects.refusal, Refusal.BAD_POSSESSION_PROOF, "possession");
        assertEq(effects.leaves.length, 0, "no effect");
    }

    function test_register_withABadPossessionProof_isRefused() public {
        string memory vectors = vm.readFile(string.concat(vm.projectRoot(), "/../primitives/vectors/bls.json"));
        Registration memory r = _registration(_committee(6, 3), 603);
        uint256 secret = Devices.secret(603);
        bytes memory key = Devices.key(secret);
        r.proof = "";
        _assertBadPossession(r, key, _possession(secret, address(0xabce), key));
        _assertBadPossession(r, key, _possession(Devices.secret(604), OWNER, key));
        bytes32 statement = keccak256(abi.encodePacked(module.domainSeparator(), OWNER, key));
        _assertBadPossession(r, key, Devices.sign(secret, Bls12381.MESSAGES, statement));
        _assertBadPossession(r, key, new bytes(192));
        // Infinity, no point of the curve, a coordinate with a flag, one above p, a point outside the subgroup.
        for (uint256 i; i < 5; ++i) {
            bytes memory refused = vm.parseJsonBytes(vectors, string.concat(".refusedSignatures[", vm.toString(i), "]"));
            _assertBadPossession(r, key, refused);
        }
        r.proof = new bytes(96);
        vm.expectRevert(abi.encodeWithSelector(IKindModule.WrongProofLength.selector, 96, 0));
        _run(r);
    }

    /// @dev A key that is the difference of one's own and everybody's: who has it signs for all of them alone. That is what the proof
    /// of possession keeps out, and with the key in the committee the record would be taken.
    function test_register_ofARogueKey_isRefused() public view {
        Committee memory honest = _committee(3, 3);
        uint256 own = Devices.secret(777);
        uint256 rogue = Devices.sum(own, ORDER - _secretOf(honest.secrets, 0));
        bytes memory key = Devices.key(rogue); // own key minus the total key; nobody has to know its secret
        Registration memory r = _registration(honest, 303);
        r.step.fields[8] = uint256(keccak256(key));
        r.proof = "";
        _assertBadPossession(r, key, _possession(own, OWNER, key));
        for (uint256 i; i < 3; ++i) {
            // The proofs that the members showed, and their sum with one's own.
            _assertBadPossession(r, key, _possession(honest.secrets[i], OWNER, honest.keys[i]));
            _assertBadPossession(r, key, _possession(Devices.sum(own, honest.secrets[i]), OWNER, honest.keys[i]));
        }

        (Committee[] memory committees, Part[] memory parts) = _single(4, 0, 0);
        committees[0].secrets[3] = rogue;
        committees[0].keys[3] = key;
        bytes memory alone = Devices.sign(own, Bls12381.MESSAGES, _message(EPOCH));
        assertEq(module.run(_step(committees), _posted(EPOCH, committees, parts, alone), "").refusal, 0, "all by one");
    }

    function test_register_withAMutatedProof_reverts() public view {
        for (uint256 members; members < SIZE; ++members) {
            Registration memory r = _registration(_committee(6, members), 600 + members);
            _assertNoMutantAnswers(r.step, r.data, r.proof, members);
        }
    }

    /// @dev Flips a bit of every 32-byte word (and 1 of 16 others), cuts, extends, empties.
    function _assertNoMutantAnswers(Step memory step, bytes memory data, bytes memory proof, uint256 salt)
        private
        view
    {
        assertEq(module.run{gas: MUTANT_GAS}(step, data, proof).refusal, 0, "the proof itself");
        for (uint256 i; i < proof.length; ++i) {
            uint256 random = uint256(keccak256(abi.encode(salt, i)));
            if (i % 32 != salt % 32 && random & 15 != 0) continue;
            bytes memory mutant = _copy(proof);
            mutant[i] ^= bytes1(uint8(1 << (random >> 8 & 7)));
            _assertReverts(step, data, mutant);
        }
        _assertReverts(step, data, abi.encodePacked(proof, uint8(0)));
        _assertReverts(step, data, abi.encodePacked(proof, new bytes(32)));
        if (proof.length == 0) return;
        _assertReverts(step, data, "");
        bytes memory shorter = _copy(proof);
        assembly {
            mstore(shorter, sub(mload(shorter), 1))
        }
        _assertReverts(step, data, shorter);
        assembly {
            mstore(shorter, sub(mload(shorter), 31))
        }
        _assertReverts(step, data, shorter);
    }

    function _assertReverts(Step memory step, bytes memory data, bytes memory proof) private view {
        try module.run{gas: MUTANT_GAS}(step, data, proof) {
            revert NotTrue("a mutant of a proof was taken");
        } catch {}
    }

    function test_register_gasLimits_neverGiveAWrongVerdict() public view {
        Registration memory r = _registration(_committee(6, 3), 603);
        _sweep(abi.encodeCall(module.run, (r.step, r.data, r.proof)), 0);
        bytes memory key = Devices.key(Devices.secret(603));
        r.data = abi.encodePacked(key, _possession(Devices.secret(603), OWNER, key));
        r.data[96 + 50] ^= 0x01; // no point of the curve
        _sweep(abi.encodeCall(module.run, (r.step, r.data, "")), Refusal.BAD_POSSESSION_PROOF);
        r.data[50] ^= 0x01;
        _sweep(abi.encodeCall(module.run, (r.step, r.data, "")), Refusal.BAD_DEVICE_KEY);
    }

    /// @dev Whatever the gas limit: the right refusal, or a revert.
    function _sweep(bytes memory call, uint256 refusal) private view {
        uint256 answers;
        uint256 reverts;
        for (uint256 i; i < 600; ++i) {
            uint256 limit = 20_000 + i * 6_007;
            (bool done, bytes memory answer) = address(module).staticcall{gas: limit}(call);
            if (!done) {
                ++reverts;
                continue;
            }
            ++answers;
            Effects memory effects = abi.decode(answer, (Effects));
            assertEq(effects.refusal, refusal, string.concat("verdict at ", vm.toString(limit)));
        }
        assertTrue(answers > 100 && reverts > 5, "limits on both sides");
    }

    // --- kind 9

    function _message(uint256 epoch) private view returns (bytes32) {
        bytes32 beacon = keccak256(abi.encodePacked(SEED, uint64(epoch)));
        return keccak256(abi.encodePacked(module.domainSeparator(), uint64(epoch), beacon));
    }

    function _posted(uint256 epoch, Committee[] memory committees, Part[] memory parts, bytes memory signature)
        private
        pure
        returns (bytes memory out)
    {
        out = abi.encodePacked(hex"90", Encode.varint(epoch), uint8(parts.length));
        for (uint256 i; i < parts.length; ++i) {
            out = abi.encodePacked(out, Encode.varint(committees[i].index), parts[i].format);
            bytes memory slots;
            uint256 count;
            uint256 bits;
            for (uint256 slot; slot < SIZE; ++slot) {
                if (parts[i].absent >> slot & 1 == 1) {
                    slots = abi.encodePacked(slots, uint16(slot));
                    ++count;
                } else if (slot < committees[i].keys.length) {
                    bits |= 1 << (SIZE - 1 - slot);
                }
            }
            out = parts[i].format == 0
                ? abi.encodePacked(out, Encode.varint(count), slots)
                : abi.encodePacked(out, uint8(bits));
        }
        return abi.encodePacked(out, signature);
    }

    function _seeds(uint256 place, uint32 period, bytes32 seed) private pure returns (bytes memory) {
        bytes memory other = abi.encodePacked(uint32(7), keccak256("another seed"));
        bytes memory it = abi.encodePacked(period, seed);
        return abi.encodePacked(place == 0 ? it : other, place == 1 ? it : other, place == 2 ? it : other);
    }

    function _step(Committee[] memory committees) private view returns (Step memory step) {
        step.kind = 9;
        step.clock = CLOCK;
        step.indices = new uint256[](2 * committees.length + 1);
        step.leaves = new bytes[](2 * committees.length + 1);
        step.leaves[0] = _seeds(1, uint32(EPOCH / EPOCHS_PER_SEED - 1), SEED);
        for (uint256 i; i < committees.length; ++i) {
            step.indices[2 * i + 1] = committees[i].index;
            step.indices[2 * i + 2] = committees[i].index;
            step.leaves[2 * i + 1] = _leaf(committees[i]);
            step.leaves[2 * i + 2] = committees[i].counters;
        }
    }

    function _proof(Committee[] memory committees, Part[] memory parts) private pure returns (bytes memory proof) {
        for (uint256 i; i < parts.length; ++i) {
            bool[] memory absent = new bool[](committees[i].keys.length);
            bool[] memory present = new bool[](committees[i].keys.length);
            uint256 count;
            for (uint256 slot; slot < absent.length; ++slot) {
                absent[slot] = parts[i].absent >> slot & 1 == 1;
                present[slot] = !absent[slot];
                if (absent[slot]) ++count;
            }
            bool[] memory fewer = 2 * count > absent.length ? present : absent;
            proof = abi.encodePacked(proof, ReferenceKeyTree.prove(committees[i].keys, DEPTH, fewer));
        }
    }

    function _secretOfThePresent(Committee[] memory committees, Part[] memory parts)
        private
        pure
        returns (uint256 secret)
    {
        for (uint256 i; i < parts.length; ++i) {
            secret = Devices.sum(secret, _secretOf(committees[i].secrets, parts[i].absent));
        }
    }

    function _signature(Committee[] memory committees, Part[] memory parts) private view returns (bytes memory) {
        return Devices.sign(_secretOfThePresent(committees, parts), Bls12381.MESSAGES, _message(EPOCH));
    }

    function _assertRecorded(Committee[] memory committees, Part[] memory parts) private view {
        Step memory step = _step(committees);
        bytes memory data = _posted(EPOCH, committees, parts, _signature(committees, parts));
        Effects memory effects = module.run(step, data, _proof(committees, parts));
        assertEq(effects.refusal, 0, "applies");
        assertTrue(effects.fee == 0 && effects.credits.length == 0, "free");
        assertEq(effects.leaves.length, step.leaves.length, "leaves");
        assertEq(effects.leaves[0], "", "seeds stay");
        for (uint256 i; i < parts.length; ++i) {
            committees[i].lastEpochPlusOne = uint32(EPOCH + 1);
            assertEq(effects.leaves[2 * i + 1], _leaf(committees[i]), "committee");
            uint256[2] memory absent;
            for (uint256 slot; slot < SIZE; ++slot) {
                absent[0] |= (parts[i].absent >> slot & 1) << (255 - slot);
            }
            bytes memory counters = _copy(committees[i].counters);
            Counters.record(_at(counters), SIZE, EPOCH, EPOCH / EPOCHS_PER_MONTH, committees[i].keys.length, absent);
            assertEq(effects.leaves[2 * i + 2], counters, "counters");
        }
    }

    function testFuzz_record_ofSomeCommittees_counts(uint256 random) public view {
        uint256 count = 1 + random % 3;
        Committee[] memory committees = new Committee[](count);
        Part[] memory parts = new Part[](count);
        for (uint256 i; i < count; ++i) {
            random = uint256(keccak256(abi.encode(random)));
            uint256 members = 1 + random % SIZE;
            committees[i] = _committee(5 * i, members);
            // The last joins before, at and after the epoch.
            uint32 b = uint32(EPOCH - 2 + (random >> 8) % 4);
            committees[i].counters = _counters(
                uint32(EPOCH / EPOCHS_PER_MONTH - 1 + (random >> 16) % 3),
                b - uint32((random >> 24) % 3),
                uint16(members / 3),
                b,
                uint16(members / 2)
            );
            // At least one is present.
            parts[i].absent = (random >> 64) % ((1 << members) - 1);
            parts[i].format = uint8(random >> 32 & 1);
        }
        _assertRecorded(committees, parts);
    }

    function _single(uint256 members, uint8 format, uint256 absent)
        private
        view
        returns (Committee[] memory committees, Part[] memory parts)
    {
        committees = new Committee[](1);
        committees[0] = _committee(3, members);
        parts = new Part[](1);
        parts[0] = Part(format, absent);
    }

    /// @dev An exact case, worked by hand: slot 1 sat there before the epoch, slot 5 joined in it.
    function test_record_countsMissedAndExcused() public view {
        (Committee[] memory committees, Part[] memory parts) = _single(6, 0, 1 << 1 | 1 << 5);
        committees[0].counters = _counters(uint32(EPOCH / EPOCHS_PER_MONTH), 90, 4, uint32(EPOCH), 5);
        bytes memory expected = _copy(committees[0].counters);
        expected[5] = 0x0c; // recorded
        expected[20 + 4 * 1 + 1] = bytes1(uint8(expected[20 + 4 * 1 + 1]) + 1);
        expected[20 + 4 * 5 + 3] = bytes1(uint8(expected[20 + 4 * 5 + 3]) + 1);
        bytes memory data = _posted(EPOCH, committees, parts, _signature(committees, parts));
        Effects memory effects = module.run(_step(committees), data, _proof(committees, parts));
        assertEq(effects.leaves[2], expected, "counters");
    }

    function _refusal(Step memory step, bytes memory data, bytes memory proof) private view returns (uint256) {
        Effects memory effects = module.run(step, data, proof);
        assertEq(effects.leaves.length, 0, "no effect");
        return effects.refusal;
    }

    function test_record_outOfItsTime_isRefused() public view {
        (Committee[] memory committees, Part[] memory parts) = _single(6, 0, 0);
        Step memory step = _step(committees);
        bytes memory data = _posted(EPOCH, committees, parts, _signature(committees, parts));
        step.clock = CLOCK - 1;
        assertEq(_refusal(step, data, ""), Refusal.EPOCH_NOT_OVER, "early");
        step.clock = CLOCK + GRACE;
        assertEq(_refusal(step, data, ""), Refusal.EPOCH_TOO_OLD, "late");
        step.clock = CLOCK + GRACE - 1;
        assertEq(module.run(step, data, "").refusal, 0, "in time");
        data = _posted(type(uint32).max, committees, parts, _signature(committees, parts));
        assertEq(_refusal(step, data, ""), Refusal.EPOCH_NOT_OVER, "the last epoch");
    }

    function test_record_withoutASeed_isRefused() public view {
        (Committee[] memory committees, Part[] memory parts) = _single(6, 0, 0);
        Step memory step = _step(committees);
        bytes memory data = _posted(EPOCH, committees, parts, _signature(committees, parts));
        uint32 period = uint32(EPOCH / EPOCHS_PER_SEED - 1);
        for (uint256 i; i < 3; ++i) {
            step.leaves[0] = _seeds(i, period, SEED);
            assertEq(module.run(step, data, "").refusal, 0, "wherever it stands");
            step.leaves[0] = _seeds(i, period, 0);
            assertEq(_refusal(step, data, ""), Refusal.BEACON_VOID, "zero");
            step.leaves[0] = _seeds(i, period + 1, SEED);
            assertEq(_refusal(step, data, ""), Refusal.BEACON_VOID, "of its own period");
            step.leaves[0] = _seeds(i, period - 1, SEED);
            assertEq(_refusal(step, data, ""), Refusal.BEACON_VOID, "of an older period");
        }
        step.leaves[0] = abi.encodePacked(
            period,
            SEED,
            period,
            keccak256("a newer one of the same period, which the Inbox does not take"),
            period,
            bytes32(0)
        );
        assertEq(_refusal(step, data, ""), Refusal.BAD_AGGREGATE, "the newest that is not zero");
        step.clock = GENESIS_TIME + EPOCH_SECONDS;
        step.leaves[0] = _seeds(0, type(uint32).max, SEED);
        assertEq(
            _refusal(step, _posted(0, committees, parts, new bytes(192)), ""), Refusal.BEACON_VOID, "period 0 has none"
        );
    }

    function test_record_ofARecordedEpoch_isRefused() public view {
        (Committee[] memory committees, Part[] memory parts) = _single(6, 0, 0);
        bytes memory data = _posted(EPOCH, committees, parts, _signature(committees, parts));
        committees[0].lastEpochPlusOne = uint32(EPOCH + 1);
        assertEq(_refusal(_step(committees), data, ""), Refusal.EPOCH_ALREADY_RECORDED, "twice");
        committees[0].lastEpochPlusOne = uint32(EPOCH + 9);
        assertEq(_refusal(_step(committees), data, ""), Refusal.EPOCH_ALREADY_RECORDED, "a later one");
    }

    function test_record_ofSlotsWithoutMember_isRefused() public view {
        (Committee[] memory committees, Part[] memory parts) = _single(6, 0, 1 << 6);
        bytes memory signature = _signature(committees, parts);
        bytes memory data = _posted(EPOCH, committees, parts, signature);
        assertEq(_refusal(_step(committees), data, ""), Refusal.SLOT_OUT_OF_RANGE, "absent");
        parts[0] = Part(1, 0);
        data = _posted(EPOCH, committees, parts, signature);
        data[data.length - 193] = 0xfe; // slot 6 present
        assertEq(_refusal(_step(committees), data, ""), Refusal.SLOT_OUT_OF_RANGE, "present");
    }

    function test_record_ofNobody_isRefused() public view {
        for (uint8 format; format < 2; ++format) {
            (Committee[] memory committees, Part[] memory parts) = _single(6, format, 63);
            bytes memory data = _posted(EPOCH, committees, parts, new bytes(192));
            assertEq(_refusal(_step(committees), data, ""), Refusal.NOBODY_PRESENT, "all absent");
        }
    }

    function test_record_withABadAggregate_isRefused() public view {
        string memory vectors = vm.readFile(string.concat(vm.projectRoot(), "/../primitives/vectors/bls.json"));
        (Committee[] memory committees, Part[] memory parts) = _single(6, 0, 1 << 2);
        Step memory step = _step(committees);
        bytes memory proof = _proof(committees, parts);
        uint256 secret = _secretOfThePresent(committees, parts);
        bytes[9] memory bad;
        bad[0] = Devices.sign(secret, Bls12381.MESSAGES, _message(EPOCH - 1));
        bad[1] = Devices.sign(secret, Bls12381.POSSESSIONS, _message(EPOCH));
        bad[2] = Devices.sign(_secretOf(committees[0].secrets, 0), Bls12381.MESSAGES, _message(EPOCH));
        bad[3] = new bytes(192);
        for (uint256 i; i < 5; ++i) {
            bad[4 + i] = vm.parseJsonBytes(vectors, string.concat(".refusedSignatures[", vm.toString(i), "]"));
        }
        for (uint256 i; i < bad.length; ++i) {
            bytes memory data = _posted(EPOCH, committees, parts, bad[i]);
            assertEq(_refusal(step, data, proof), Refusal.BAD_AGGREGATE, vm.toString(i));
        }
    }

    /// @dev Somebody is said to be there who did not sign, or to be absent who did.
    function test_record_ofAnotherAttendance_isRefused() public view {
        for (uint8 format; format < 2; ++format) {
            (Committee[] memory committees, Part[] memory parts) = _single(6, format, 1 << 2);
            Step memory step = _step(committees);
            bytes memory signature = _signature(committees, parts);
            uint256[4] memory lies = [uint256(0), 1 << 3, 1 << 2 | 1 << 3, 1 << 0 | 1 << 2];
            for (uint256 i; i < 4; ++i) {
                parts[0].absent = lies[i];
                bytes memory data = _posted(EPOCH, committees, parts, signature);
                assertEq(_refusal(step, data, _proof(committees, parts)), Refusal.BAD_AGGREGATE, vm.toString(i));
            }
            parts[0].absent = 1 << 2;
            bytes memory right = _posted(EPOCH, committees, parts, signature);
            assertEq(module.run(step, right, _proof(committees, parts)).refusal, 0, "as it was");
        }
    }

    /// @dev A device joins after the epoch and before its record. The members of that epoch are recorded without it, and it misses
    /// nothing; a record that does not say that it was absent counts it as present, and it did not sign.
    function test_record_afterSomebodyJoined_excusesIt() public view {
        (Committee[] memory committees, Part[] memory parts) = _single(6, 0, 0);
        bytes memory ofSix = _signature(committees, parts);
        Effects memory joined = _run(_registration(committees[0], 306));
        assertEq(joined.refusal, 0, "joins");
        committees[0] = _committee(3, 7);
        committees[0].counters = joined.leaves[2];
        assertEq(joined.leaves[1], _leaf(committees[0]), "the seventh");
        Step memory step = _step(committees);

        bytes memory expected = _copy(joined.leaves[2]);
        expected[5] = 0x0c; // recorded
        expected[20 + 4 * 6 + 3] = bytes1(uint8(expected[20 + 4 * 6 + 3]) + 1); // excused, not missed
        for (uint8 format; format < 2; ++format) {
            parts[0] = Part(format, 1 << 6);
            bytes memory data = _posted(EPOCH, committees, parts, ofSix);
            Effects memory effects = module.run(step, data, _proof(committees, parts));
            assertEq(effects.leaves[2], expected, "counters");
        }
        parts[0] = Part(0, 0);
        assertEq(
            _refusal(step, _posted(EPOCH, committees, parts, ofSix), ""), Refusal.BAD_AGGREGATE, "as if it had signed"
        );
    }

    /// @dev Two keys whose sum is infinity: any sum of signatures over it is infinity, which must not be valid.
    function test_record_ofKeysThatCancelOut_isRefused() public view {
        (Committee[] memory committees, Part[] memory parts) = _single(5, 0, 7);
        committees[0].secrets[4] = ORDER - committees[0].secrets[3];
        committees[0].keys[4] = Devices.key(committees[0].secrets[4]);
        bytes memory data = _posted(EPOCH, committees, parts, new bytes(192));
        bytes memory proof = _proof(committees, parts);
        assertEq(_refusal(_step(committees), data, proof), Refusal.BAD_AGGREGATE, "signers given");
        parts[0].absent = 0;
        committees[0].secrets[0] = ORDER - Devices.sum(committees[0].secrets[1], committees[0].secrets[2]);
        committees[0].keys[0] = Devices.key(committees[0].secrets[0]);
        Step memory step = _step(committees);
        bytes memory leaf = step.leaves[1];
        for (uint256 i; i < 96; ++i) {
            leaf[6 + i] = 0; // Devices.key of the secret 0
        }
        data = _posted(EPOCH, committees, parts, new bytes(192));
        assertEq(_refusal(step, data, ""), Refusal.BAD_AGGREGATE, "total key");
    }

    /// @dev What is wrong with the second committee leaves no trace on the first, and needs no proof for it.
    function test_record_isAllOrNothing() public view {
        Committee[] memory committees = new Committee[](2);
        Part[] memory parts = new Part[](2);
        committees[0] = _committee(1, 5);
        committees[1] = _committee(2, 5);
        parts[0] = Part(0, 3);
        parts[1] = Part(1, 31);
        bytes memory data = _posted(EPOCH, committees, parts, new bytes(192));
        assertEq(_refusal(_step(committees), data, ""), Refusal.NOBODY_PRESENT, "second");
        parts[1] = Part(0, 32);
        data = _posted(EPOCH, committees, parts, new bytes(192));
        assertEq(_refusal(_step(committees), data, ""), Refusal.SLOT_OUT_OF_RANGE, "second");
        parts[1] = Part(0, 1);
        committees[1].lastEpochPlusOne = uint32(EPOCH + 1);
        data = _posted(EPOCH, committees, parts, _signature(committees, parts));
        assertEq(_refusal(_step(committees), data, ""), Refusal.EPOCH_ALREADY_RECORDED, "second");
        committees[1].lastEpochPlusOne = 0;
        parts[0].absent = 1; // the signature is for another attendance
        data = _posted(EPOCH, committees, parts, Devices.sign(5, Bls12381.MESSAGES, _message(EPOCH)));
        assertEq(_refusal(_step(committees), data, _proof(committees, parts)), Refusal.BAD_AGGREGATE, "both together");
    }

    function test_record_refusedWithAProof_reverts() public {
        (Committee[] memory committees, Part[] memory parts) = _single(6, 0, 1 << 2);
        Step memory step = _step(committees);
        bytes memory data = _posted(EPOCH, committees, parts, _signature(committees, parts));
        bytes memory proof = _proof(committees, parts);
        step.clock = CLOCK - 1;
        vm.expectRevert(abi.encodeWithSelector(IKindModule.WrongProofLength.selector, proof.length, 0));
        module.run(step, data, proof);
    }

    function test_record_ofATruncatedLeaf_reverts() public {
        (Committee[] memory committees, Part[] memory parts) = _single(6, 0, 0);
        committees[0].counters = new bytes(20 + 8 * SIZE - 1);
        Step memory step = _step(committees);
        bytes memory data = _posted(EPOCH, committees, parts, _signature(committees, parts));
        vm.expectRevert(IKindModule.LeafTruncated.selector);
        module.run(step, data, "");
    }

    function test_record_withAMutatedProof_reverts() public view {
        Committee[] memory committees = new Committee[](2);
        Part[] memory parts = new Part[](2);
        committees[0] = _committee(1, 7);
        committees[1] = _committee(2, 8);
        uint256[3] memory absent = [uint256(0), 0x25, 0x5e];
        for (uint256 i; i < 3; ++i) {
            parts[0] = Part(uint8(i & 1), absent[i]);
            parts[1] = Part(uint8(i >> 1), absent[(i + 1) % 3]);
            bytes memory data = _posted(EPOCH, committees, parts, _signature(committees, parts));
            _assertNoMutantAnswers(_step(committees), data, _proof(committees, parts), i);
        }
    }

    /// @dev The keys of the right slots of another committee, and of other slots of the right one.
    function test_record_withOtherMembersKeys_reverts() public view {
        (Committee[] memory committees, Part[] memory parts) = _single(8, 0, 1 << 2 | 1 << 4);
        Step memory step = _step(committees);
        bytes memory data = _posted(EPOCH, committees, parts, _signature(committees, parts));
        parts[0].absent = 1 << 2 | 1 << 5;
        _assertReverts(step, data, _proof(committees, parts));
        parts[0].absent = 1 << 2;
        _assertReverts(step, data, _proof(committees, parts));
        parts[0].absent = 1 << 2 | 1 << 4;
        committees[0] = _committee(4, 8);
        _assertReverts(step, data, _proof(committees, parts));
    }

    function test_record_gasLimits_neverGiveAWrongVerdict() public view {
        (Committee[] memory committees, Part[] memory parts) = _single(8, 1, 0x55);
        Step memory step = _step(committees);
        bytes memory signature = _signature(committees, parts);
        bytes memory proof = _proof(committees, parts);
        bytes memory data = _posted(EPOCH, committees, parts, signature);
        _sweep(abi.encodeCall(module.run, (step, data, proof)), 0);
        bytes memory wrong = Devices.sign(5, Bls12381.MESSAGES, _message(EPOCH));
        data = _posted(EPOCH, committees, parts, wrong);
        _sweep(abi.encodeCall(module.run, (step, data, proof)), Refusal.BAD_AGGREGATE);
        signature[100] ^= 0x01; // no point of the curve: the precompile fails
        data = _posted(EPOCH, committees, parts, signature);
        _sweep(abi.encodeCall(module.run, (step, data, proof)), Refusal.BAD_AGGREGATE);
    }
}
