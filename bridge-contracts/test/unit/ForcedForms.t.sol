// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IChunkProver} from "../../src/interfaces/IChunkProver.sol";
import {Deployment} from "../Deployment.sol";
import {Encode} from "../reference/Encode.sol";

/// @notice Every malformed wire form of docs/protocol.md §4, forced. The witness shows the three meta leaves and nothing of the
/// accounts, channels, providers and jobs that are counted there: so a form that is taken for a transaction asks for a leaf and
/// the proof reverts, and only what is malformed has a root.
contract ForcedFormsTest is Deployment {
    uint32 private constant ROWS = 5;
    bytes private constant FEES_LEAF = new bytes(68);
    bytes private constant SEEDS_LEAF = new bytes(108);

    function setUp() public {
        _prepare();
        genesis.committeeSizeLog2 = 3;
        _create(keccak256("genesis"));
    }

    struct Meta {
        uint64 inboxPosition;
        uint64 witnessWeight;
        uint64 gasWeight;
        uint64 clock;
        uint64 blockNumber;
        bytes32 inboxAccumulator;
        bytes32 blockAccumulator;
    }

    function _leaf(Meta memory m) private pure returns (bytes memory leaf) {
        leaf = abi.encodePacked(m.inboxPosition, m.witnessWeight, m.gasWeight, m.clock, m.blockNumber);
        leaf = abi.encodePacked(leaf, m.inboxAccumulator, m.blockAccumulator);
        for (uint256 i; i < 6; ++i) {
            leaf = abi.encodePacked(leaf, ROWS);
        }
    }

    /// @dev Of a tree of the three meta leaves; nothing else of it is ever shown.
    function _root(Meta memory m) private pure returns (bytes32 node) {
        node = keccak256(abi.encodePacked(keccak256(_leaf(m)), keccak256(FEES_LEAF)));
        node = keccak256(abi.encodePacked(node, keccak256(abi.encodePacked(keccak256(SEEDS_LEAF), bytes32(0)))));
        for (uint256 level = 2; level < 40; ++level) {
            node = keccak256(abi.encodePacked(node, bytes32(0)));
        }
    }

    function _witness(Meta memory m, bytes memory wire, uint64 time) private pure returns (bytes memory) {
        return abi.encodePacked(
            uint16(3),
            abi.encodePacked(uint8(0), uint32(0), uint40(0), _leaf(m)),
            abi.encodePacked(uint8(0), uint32(1), uint40(0), FEES_LEAF),
            abi.encodePacked(uint8(0), uint32(2), uint40(0), SEEDS_LEAF),
            abi.encodePacked(uint16(1), time, uint64(28_000), uint64(2_500_000), uint8(2), uint16(wire.length), wire),
            uint16(0)
        );
    }

    /// @dev Forces it as the first message and consumes it.
    /// @return done whether there is a root without any further leaf
    /// @return said the prover's answer
    /// @return consumed the root if the message has no effect
    function _force(bytes memory wire) private returns (bool done, bytes memory said, bytes32 consumed) {
        uint256 snapshot = vm.snapshotState();
        vm.deal(address(this), FORCED_FEE);
        inbox.forceTransaction{value: FORCED_FEE}(wire);
        Meta memory m;
        m.clock = genesis.genesisTime;
        bytes32 preRoot = _root(m);
        bytes memory witness = _witness(m, wire, uint64(vm.getBlockTimestamp()));
        bytes memory run = _run(1, 0);
        (done, said) = address(prover)
            .call(abi.encodeCall(IChunkProver.postRootOf, (preRoot, 1, Encode.blockOf(0, Encode.list(run)), witness)));
        m.inboxPosition = 1;
        m.witnessWeight = 28_000;
        m.gasWeight = 2_500_000;
        m.blockNumber = 1;
        m.inboxAccumulator = inbox.accumulatorAt(1);
        bytes memory commitment =
            abi.encodePacked(m.blockNumber, m.clock, m.inboxPosition, m.inboxAccumulator, uint16(1), keccak256(run));
        m.blockAccumulator = keccak256(abi.encode(bytes32(0), keccak256(commitment)));
        consumed = _root(m);
        vm.revertToState(snapshot);
    }

    function _assertMalformed(bytes memory wire, string memory what) private {
        (bool done, bytes memory said, bytes32 consumed) = _force(wire);
        assertTrue(done, string.concat(what, ": taken for a transaction"));
        assertEq(abi.decode(said, (bytes32)), consumed, what);
    }

    /// @dev Its execution asks for what it names; a registration asks for its proof first.
    function _assertWellFormed(bytes memory wire, string memory what) private {
        (bool done, bytes memory said,) = _force(wire);
        assertTrue(!done, string.concat(what, ": taken for none"));
        bytes4 asked =
            wire[0] == 0x06 ? IChunkProver.WrongProofCount.selector : IChunkProver.WitnessLeafMissing.selector;
        assertEq(bytes32(bytes4(said)), bytes32(asked), what);
    }

    // --- wire forms, all of account 1; what is not named here is zero

    function _of(uint8 kind, uint256 length) private pure returns (bytes memory wire) {
        wire = new bytes(length);
        wire[0] = bytes1(kind);
    }

    /// @dev Of kinds whose second byte is a variant.
    function _of(uint8 kind, uint8 variant, uint256 length) private pure returns (bytes memory wire) {
        wire = _of(kind, length);
        wire[1] = bytes1(variant);
    }

    function _with(bytes memory wire, uint256 place, uint8 value) private pure returns (bytes memory changed) {
        changed = abi.encodePacked(wire);
        changed[place] = bytes1(value);
    }

    function _transfer() private pure returns (bytes memory) {
        return _with(_of(1, 130), 4, 1);
    }

    function _withdraw() private pure returns (bytes memory) {
        return _with(_of(2, 130), 4, 1);
    }

    function _channelOpen() private pure returns (bytes memory) {
        return _with(_of(3, 183), 4, 1);
    }

    function _ticks(uint16 steps) private pure returns (bytes memory) {
        return _with(_with(_of(4, 2, 76), 42, uint8(steps >> 8)), 43, uint8(steps));
    }

    function _register() private pure returns (bytes memory) {
        return _with(_of(6, 436), 4, 1);
    }

    function _update() private pure returns (bytes memory) {
        return _with(_of(7, 202), 4, 1);
    }

    /// @dev Names so many providers, in this mode.
    function _jobOpen(uint8 providers, uint8 mode) private pure returns (bytes memory) {
        bytes memory wire = _with(_with(_of(10, 191 + 32 * uint256(providers)), 4, 1), 13, providers);
        return _with(wire, 32 + 32 * uint256(providers), mode);
    }

    // Offsets of fields.
    uint256 private constant PAYMENT_TOKEN = 33;
    uint256 private constant OPEN_METER = 50;
    uint256 private constant OPEN_KEY = 51;
    uint256 private constant OPEN_RATE = 83;
    uint256 private constant TICK_POSITION = 34;
    uint256 private constant REGISTER_TOKEN = 51;
    uint256 private constant UPDATE_RETIRE = 121;
    uint256 private constant JOB_PROVIDERS = 13;
    uint256 private constant JOB_QUORUM = 46;
    uint256 private constant JOB_TOKEN = 47;
    uint256 private constant JOB_EXPECTED = 97;
    uint256 private constant JOB_DEADLINE = 129;

    function test_forced_ofEveryForm_isTakenForATransaction() public {
        _assertWellFormed(_transfer(), "transfer");
        _assertWellFormed(_withdraw(), "withdraw");
        _assertWellFormed(_channelOpen(), "channel open");
        _assertWellFormed(_of(4, 0, 34), "time claim");
        _assertWellFormed(_of(4, 1, 114), "voucher");
        _assertWellFormed(_ticks(1), "ticks");
        _assertWellFormed(_of(5, 0, 126), "close");
        _assertWellFormed(_of(5, 1, 34), "finalize");
        _assertWellFormed(_register(), "register");
        _assertWellFormed(_update(), "update");
        _assertWellFormed(_jobOpen(1, 0), "job open");
        _assertWellFormed(_of(11, 0, 159), "result");
        _assertWellFormed(_of(11, 1, 191), "reveal");
        _assertWellFormed(_of(12, 0, 112), "accept");
        _assertWellFormed(_of(12, 1, 112), "refuse");
        _assertWellFormed(_of(12, 2, 34), "silence");
        _assertWellFormed(_of(12, 3, 34), "time-out");
    }

    function test_forced_ofALengthByOneOff_isMalformed() public {
        bytes[10] memory wires = [
            _transfer(),
            _channelOpen(),
            _of(4, 0, 34),
            _of(4, 1, 114),
            _ticks(1),
            _of(5, 0, 126),
            _register(),
            _update(),
            _jobOpen(1, 0),
            _of(12, 0, 112)
        ];
        for (uint256 i; i < wires.length; ++i) {
            _assertMalformed(abi.encodePacked(wires[i], uint8(0)), vm.toString(i));
            bytes memory cut = abi.encodePacked(wires[i]);
            assembly ("memory-safe") {
                mstore(cut, sub(mload(cut), 1))
            }
            _assertMalformed(cut, vm.toString(i));
        }
    }

    function test_forced_ofAKindThatNobodySubmits_isMalformed() public {
        uint8[9] memory kinds = [0, 8, 9, 13, 14, 15, 16, 128, 255];
        for (uint256 i; i < kinds.length; ++i) {
            _assertMalformed(_with(_transfer(), 0, kinds[i]), vm.toString(kinds[i]));
            _assertMalformed(_of(kinds[i], 1), vm.toString(kinds[i]));
        }
    }

    function test_forced_ofAnUnknownVariant_isMalformed() public {
        uint16[8] memory lengths = [uint16(34), 76, 112, 114, 126, 159, 191, 1_024];
        for (uint256 i; i < lengths.length; ++i) {
            _assertMalformed(_of(4, 3, lengths[i]), "claim 3");
            _assertMalformed(_of(4, 255, lengths[i]), "claim 255");
            _assertMalformed(_of(5, 2, lengths[i]), "close 2");
            _assertMalformed(_of(11, 2, lengths[i]), "result 2");
            _assertMalformed(_of(12, 4, lengths[i]), "settle 4");
        }
        // The length is that of another variant.
        _assertMalformed(_of(4, 0, 114), "time claim");
        _assertMalformed(_of(4, 1, 76), "voucher");
        _assertMalformed(_of(5, 1, 126), "finalize");
        _assertMalformed(_of(11, 1, 159), "reveal");
        _assertMalformed(_of(12, 2, 112), "silence");
    }

    function test_forced_ofATokenAbove3_isMalformed() public {
        uint8[3] memory tokens = [4, 128, 255];
        for (uint256 i; i < tokens.length; ++i) {
            _assertMalformed(_with(_transfer(), PAYMENT_TOKEN, tokens[i]), "transfer");
            _assertMalformed(_with(_withdraw(), PAYMENT_TOKEN, tokens[i]), "withdraw");
            _assertMalformed(_with(_channelOpen(), PAYMENT_TOKEN, tokens[i]), "channel open");
            _assertMalformed(_with(_register(), REGISTER_TOKEN, tokens[i]), "register");
            _assertMalformed(_with(_jobOpen(1, 0), JOB_TOKEN, tokens[i]), "job open");
        }
        _assertWellFormed(_with(_transfer(), PAYMENT_TOKEN, 3), "token 3");
    }

    function test_forced_ofAMeterThatDoesNotFitItsKeyAndRate_isMalformed() public {
        bytes memory open = _channelOpen();
        _assertWellFormed(_with(open, OPEN_METER, 127), "meter 127");
        _assertMalformed(_with(open, OPEN_METER, 128), "meter 128");
        _assertMalformed(_with(open, OPEN_METER, 129), "posted: the key is the owner");
        _assertMalformed(_with(open, OPEN_METER, 255), "meter 255");
        for (uint256 i; i < 32; ++i) {
            bytes memory keyed = _with(open, OPEN_KEY + i, 1);
            _assertMalformed(keyed, "time has no key");
            keyed[OPEN_METER] = 0x01;
            if (i < 12) _assertMalformed(keyed, "no address");
            else _assertWellFormed(keyed, "an address");
            keyed[OPEN_METER] = 0x02;
            _assertWellFormed(keyed, "an anchor");
        }
        for (uint256 i; i < 16; ++i) {
            bytes memory rated = _with(open, OPEN_RATE + i, 1);
            _assertWellFormed(rated, "time");
            rated[OPEN_METER] = 0x01;
            _assertMalformed(rated, "vouchers have no rate");
        }
    }

    function test_forced_ofNumbersThatHaveNoPostedForm_isMalformed() public {
        _assertWellFormed(_with(_ticks(1), TICK_POSITION, 0x1f), "position");
        _assertMalformed(_with(_ticks(1), TICK_POSITION, 0x20), "position 2^61");
        _assertMalformed(_with(_ticks(1), TICK_POSITION, 0x80), "position 2^63");
        _assertMalformed(_ticks(0), "no step");
        _assertWellFormed(_ticks(4_096), "4,096 steps");
        _assertMalformed(_ticks(4_097), "4,097 steps");
        _assertMalformed(_ticks(65_535), "65,535 steps");
        _assertWellFormed(_with(_update(), UPDATE_RETIRE, 1), "retire");
        _assertMalformed(_with(_update(), UPDATE_RETIRE, 2), "retire 2");
        _assertMalformed(_with(_update(), UPDATE_RETIRE, 255), "retire 255");
        _assertWellFormed(_with(_jobOpen(1, 0), JOB_DEADLINE, 0x1f), "deadline");
        _assertMalformed(_with(_jobOpen(1, 0), JOB_DEADLINE, 0x20), "deadline 2^61");
        _assertMalformed(_with(_jobOpen(1, 0), JOB_DEADLINE, 0x80), "deadline 2^63");
    }

    function test_forced_jobThatDoesNotFitItsMode_isMalformed() public {
        uint8[3] memory modes = [0, 1, 3];
        for (uint256 i; i < modes.length; ++i) {
            bytes memory open = _jobOpen(1, modes[i]);
            _assertWellFormed(open, "of one provider");
            _assertMalformed(_jobOpen(0, modes[i]), "of none");
            _assertMalformed(_jobOpen(2, modes[i]), "of two");
            _assertMalformed(_with(open, JOB_PROVIDERS, 0), "says none");
            _assertMalformed(_with(open, JOB_PROVIDERS, 2), "says two");
            _assertMalformed(_with(open, JOB_QUORUM, 1), "quorum");
            bytes memory expecting = _with(open, JOB_EXPECTED + 31, 1);
            if (modes[i] == 1) _assertWellFormed(expecting, "expected");
            else _assertMalformed(expecting, "expected");
        }
        // Mode 2 is never forced: one hint names no more than one provider.
        for (uint8 providers; providers < 7; ++providers) {
            _assertMalformed(_jobOpen(providers, 2), "mode 2");
        }
    }
}
