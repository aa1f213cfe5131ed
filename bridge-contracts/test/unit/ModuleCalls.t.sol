// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IChunkProver} from "../../src/interfaces/IChunkProver.sol";
import {IKindModule, Step} from "../../src/interfaces/IKindModule.sol";
import {BatchHeader} from "../../src/interfaces/IRollup.sol";
import {Deployment} from "../Deployment.sol";
import {Encode} from "../reference/Encode.sol";
import {ReferenceState} from "../reference/ReferenceState.sol";

/// @notice What a module's call may and may not decide. The transaction is a ChannelOpen that the module refuses (an unknown meter);
/// its witness is that of a refused payment between the same accounts.
contract ModuleCallsTest is Deployment {
    uint32 private constant ALICE_ACCOUNT = 1;
    uint32 private constant BOB_ACCOUNT = 2;

    bytes private payload;
    bytes private witness;
    bytes32 private preRoot;

    function setUp() public {
        _prepare();
        bytes32 domain = _domain();
        ReferenceState s = new ReferenceState(domain, _feeUnits(), _listed(), genesis.genesisTime, genesis.feeRecipient);
        s.seedAccount(ALICE, 0, 10 ether);
        s.seedAccount(BOB, 1, 5_000);
        _create(s);
        _bond();
        payload = Encode.blockOf(0, Encode.list(_open(5)));
        Payment memory refused = Payment(1, BOB_KEY, ALICE_ACCOUNT, 0, BOB, 0, 1, 0);
        bytes memory other = Encode.blockOf(0, Encode.list(_posted(refused, BOB_ACCOUNT)));
        (, preRoot,, witness) = state.run(other, 0);
    }

    /// @dev With a meter, its key and rate 1 gwei; a deposit of 1 ETH.
    function _open(uint8 meter) private view returns (bytes memory) {
        bytes32 typeHash = keccak256(
            "ChannelOpen(uint32 account,uint64 nonce,address payee,uint8 token,uint128 deposit,uint8 meter,bytes32 meterKey,uint128 meterRate,uint32 closeDelay,uint128 maxFee)"
        );
        bytes32 structHash = keccak256(
            abi.encode(
                typeHash,
                ALICE_ACCOUNT,
                uint256(0),
                BOB,
                uint256(0),
                1 ether,
                meter,
                bytes32("key"),
                1 gwei,
                genesis.protectiveDelay,
                2 gwei
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", prover.domainSeparator(), structHash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ALICE_KEY, digest);
        return abi.encodePacked(
            hex"30",
            Encode.varint(ALICE_ACCOUNT),
            Encode.varint(BOB_ACCOUNT),
            Encode.amount(1 ether),
            meter,
            bytes32("key"),
            Encode.amount(1 gwei),
            Encode.varint(genesis.protectiveDelay),
            r,
            uint256(s) | uint256(v - 27) << 255
        );
    }

    function _call() private view returns (bytes memory) {
        return abi.encodeCall(IChunkProver.postRootOf, (preRoot, 0, payload, witness));
    }

    function test_module_isAskedWithTheSignedWords() public view {
        bytes32 root = prover.postRootOf(preRoot, 0, payload, witness);
        assertTrue(root != preRoot && root != 0, "the block counts");
    }

    function test_module_thatWouldApply_needsTheLeafItAppends() public {
        bytes memory applied = Encode.blockOf(0, Encode.list(_open(2)));
        vm.expectRevert(abi.encodeWithSelector(IChunkProver.WitnessLeafMissing.selector, uint256(3) << 32));
        prover.postRootOf(preRoot, 0, applied, witness);
    }

    function test_module_isNotAsked_whenTheSignatureIsBad() public {
        bytes32 root = prover.postRootOf(preRoot, 0, payload, witness);
        // The words that the module gets are no longer those that were signed: nobody is asked, and the root is another
        // transaction's only by its hash in the block.
        vm.etch(address(channelKinds), hex"fe");
        bytes memory forged = payload;
        forged[forged.length - 1] ^= 0x01;
        assertTrue(prover.postRootOf(preRoot, 0, forged, witness) != root, "another transaction");
    }

    function test_module_thatFails_revertsTheProof() public {
        bytes[4] memory codes = [
            bytes(hex"fe"), // fails
            hex"5f5ffd", // reverts with nothing
            hex"00", // answers with nothing
            hex"60205ff3" // answers with half a word of effects
        ];
        for (uint256 i; i < 4; ++i) {
            vm.etch(address(channelKinds), codes[i]);
            (bool done,) = address(prover).staticcall(_call());
            assertTrue(!done, "a verdict without the module");
        }
        vm.etch(address(channelKinds), "");
        (bool gone,) = address(prover).staticcall(_call());
        assertTrue(!gone, "a verdict without a module");
    }

    function test_verdict_isNeverWrong_atAnyGasLimit() public {
        bytes32 root = prover.postRootOf(preRoot, 0, payload, witness);
        Chunk memory c = Chunk(payload, preRoot, root, witness);
        BatchHeader memory header = _post(_one(c));
        bytes memory honest =
            abi.encodeCall(IChunkProver.proveChunk, (header, 0, preRoot, root, new bytes32[](0), payload, witness));
        uint256 finished;
        for (uint256 gasLimit = 10_000; gasLimit < 250_000; gasLimit += 499) {
            (bool done, bytes memory result) = address(prover).staticcall{gas: gasLimit}(_call());
            if (done) ++finished;
            assertTrue(!done || abi.decode(result, (bytes32)) == root, "a root for lack of gas");
            (done,) = address(prover).call{gas: gasLimit}(honest);
            assertTrue(!done, "convicted for lack of gas");
        }
        assertTrue(finished != 0, "the sweep reached the end");
    }

    function test_modules_knowTheirKinds() public {
        IKindModule[3] memory modules = [IKindModule(channelKinds), jobKinds, deviceKinds];
        uint256[3] memory foreign = [uint256(6), 3, 4];
        for (uint256 i; i < 3; ++i) {
            Step memory step;
            step.kind = foreign[i];
            vm.expectRevert(abi.encodeWithSelector(IKindModule.NotOfThisModule.selector, foreign[i]));
            modules[i].run(step, "", "");
        }
    }
}
